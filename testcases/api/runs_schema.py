"""Runs of test cases as the API takes and gives them."""

from typing import Any

import django_filters
from django.utils.translation import gettext as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers

from testcases.models import CaseBatch, CaseRun, RunStatus, SubjectKind, Verdict
from testcases.runs.documents import run_document

SUBJECTS = ("call_id", "transcript", "lines", "session", "prompt_version")


class LineSerializer(serializers.Serializer[Any]):
    """One thing said; times in seconds, where they are known."""

    role = serializers.ChoiceField(choices=["agent", "customer", "unknown"])
    text = serializers.CharField(max_length=5_000)
    start = serializers.FloatField(required=False, min_value=0)
    end = serializers.FloatField(required=False, min_value=0)


class RunRequestSerializer(serializers.Serializer[Any]):
    """Exactly one of call_id, transcript, lines, session and prompt_version."""

    call_id = serializers.UUIDField(required=False, help_text="A call that you may see")
    transcript = serializers.CharField(
        required=False, allow_blank=True, max_length=600_000, trim_whitespace=False,
        help_text="“Agent: …” and “Customer: …” one a line, SRT, WebVTT, or JSON as text",
    )  # fmt: skip
    lines = LineSerializer(many=True, required=False)
    session = serializers.UUIDField(required=False, help_text="A role-play of this case that has ended")
    prompt_version = serializers.UUIDField(required=False, help_text="A version of a prompt that plays the agent")
    version = serializers.IntegerField(required=False, min_value=1, help_text="Of the case; the newest without it")
    agent_id = serializers.UUIDField(required=False, help_text="Whose transcript it is")
    language = serializers.CharField(required=False, max_length=8, help_text="Of the transcript, where it is known")
    trial = serializers.BooleanField(required=False, default=False, help_text="Counted nowhere")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            sentence = _("There is no such field. Known are: %(known)s.") % {"known": ", ".join(self.fields)}
            raise serializers.ValidationError({name: [sentence] for name in unknown})
        if sum(name in attrs for name in SUBJECTS) != 1:
            raise serializers.ValidationError({"call_id": [_("Give exactly one of: %(names)s.") % {
                "names": ", ".join(SUBJECTS)
            }]})  # fmt: skip
        return attrs


class PlaceSerializer(serializers.Serializer[Any]):
    """Line in the transcript, from 0; its `start` and `end` in seconds; who spoke."""

    line = serializers.IntegerField()
    start = serializers.FloatField()
    end = serializers.FloatField()
    role = serializers.CharField()


class EvidenceSerializer(serializers.Serializer[Any]):
    quote = serializers.CharField(help_text="Stands word for word in that line")
    place = PlaceSerializer()


class CriterionResultSerializer(serializers.Serializer[Any]):
    """`verdict` is what holds, a person's where there is one; `automatic` is the judge's own."""

    key = serializers.CharField()
    text = serializers.CharField()
    weight = serializers.IntegerField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    automatic = serializers.ChoiceField(choices=Verdict.choices)
    evidence = EvidenceSerializer(many=True)
    reason = serializers.CharField()
    confidence = serializers.FloatField(allow_null=True, help_text="0 to 1")
    judge = serializers.CharField(help_text="The kind of judge")


class RunResultSerializer(serializers.Serializer[Any]):
    """A run. `score` 0 to 100 and `passed` are null where it cannot be judged or waits for a person."""

    id = serializers.UUIDField()
    case = serializers.CharField()
    version = serializers.IntegerField()
    subject = serializers.ChoiceField(choices=SubjectKind.choices)
    agent_id = serializers.UUIDField(allow_null=True)
    call_id = serializers.UUIDField(allow_null=True)
    session_id = serializers.UUIDField(allow_null=True)
    prompt_version_id = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(choices=RunStatus.choices)
    problem_code = serializers.CharField(allow_null=True)
    problem = serializers.CharField(allow_null=True)
    score = serializers.FloatField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True)
    automatic_score = serializers.FloatField(allow_null=True)
    automatic_passed = serializers.BooleanField(allow_null=True)
    criteria = CriterionResultSerializer(many=True)
    judge = serializers.CharField()
    timings = serializers.DictField(child=serializers.FloatField(), help_text="Seconds by step")
    versions = serializers.DictField(child=serializers.CharField())
    is_trial = serializers.BooleanField()
    happened_at = serializers.DateTimeField()
    judged_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: CaseRun) -> dict[str, Any]:
        return run_document(instance)


class ShareSerializer(serializers.Serializer[Any]):
    """`k` of `n` with the interval of 95 %; `few`: fewer than 30 stand behind it."""

    k = serializers.IntegerField()
    n = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    few = serializers.BooleanField()


class MeanSerializer(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    few = serializers.BooleanField()


class CriterionFiguresSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    verdicts = serializers.DictField(child=serializers.IntegerField())
    met = ShareSerializer()


class AggregatesSerializer(serializers.Serializer[Any]):
    """Over all runs that the filters leave, not over the page."""

    runs = serializers.IntegerField()
    judged = serializers.IntegerField()
    undecided = serializers.IntegerField()
    unjudgeable = serializers.IntegerField()
    passed = ShareSerializer()
    score = MeanSerializer()
    criteria = CriterionFiguresSerializer(many=True)


class ResultsSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    aggregates = AggregatesSerializer()
    results = RunResultSerializer(many=True)


class ResultFilterSet(FilterSet):
    """Filters combine by "and"; values of a filter that takes several combine by "or"."""

    agent = django_filters.UUIDFilter("agent_id", help_text="Id of the agent")
    passed = django_filters.BooleanFilter("passed", help_text="true or false")
    status = django_filters.MultipleChoiceFilter(choices=RunStatus.choices, help_text="May be given several times")
    subject = django_filters.MultipleChoiceFilter(
        field_name="kind", choices=SubjectKind.choices, help_text="May be given several times"
    )
    version = django_filters.NumberFilter("version__number", help_text="Number of the version")
    batch = django_filters.UUIDFilter("batch_id", help_text="Id of the batch")
    min_score = django_filters.NumberFilter("score", "gte", help_text="At least this score")
    max_score = django_filters.NumberFilter("score", "lte", help_text="At most this score")
    after = django_filters.IsoDateTimeFilter("happened_at", "gte", help_text="At this time or later")
    before = django_filters.IsoDateTimeFilter("happened_at", "lt", help_text="Before this time")

    class Meta:
        model = CaseRun
        fields: list[str] = []


class BatchRequestSerializer(serializers.Serializer[Any]):
    """Each of the cases on each call, and on each prompt."""

    cases = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=100)
    suite = serializers.UUIDField(required=False, help_text="All cases of a suite")
    calls = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=1_000)
    agents = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=500,
        help_text="Their newest calls of the last days",
    )  # fmt: skip
    days = serializers.IntegerField(required=False, default=30, min_value=1, max_value=366)
    calls_each = serializers.IntegerField(required=False, default=20, min_value=1, max_value=200)
    prompt_versions = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=20
    )  # fmt: skip
    title = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)


class BatchSerializer(serializers.ModelSerializer[CaseBatch]):
    """`done` of `total` runs."""

    class Meta:
        model = CaseBatch
        fields = ("id", "title", "status", "total", "done", "error", "created_at", "finished_at")
        read_only_fields = fields
