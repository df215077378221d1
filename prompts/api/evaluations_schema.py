"""The form of data sets, cases and evaluations in the API."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from prompts.evaluation.services import MOST_REPEATS
from prompts.models import (
    CaseSource,
    Dataset,
    DatasetCase,
    Evaluation,
    EvaluationCell,
    HumanRating,
    LanguageModel,
    Prompt,
    PromptVersion,
    Split,
)
from salesiq.people.api.fields import VisibleRow

DATASETS, EVALUATIONS = "Prompt data sets", "Prompt evaluations"


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    """A named set of cases."""

    prompt = serializers.CharField(source="prompt.name", default=None, read_only=True)
    prompt_id = VisibleRow(queryset=Prompt.objects, source="prompt", required=False, allow_null=True)
    cases = serializers.IntegerField(source="case_count", read_only=True)

    class Meta:
        model = Dataset
        fields = ("id", "name", "description", "prompt_id", "prompt", "cases", "created_at", "updated_at")


class CaseSerializer(serializers.ModelSerializer[DatasetCase]):
    """What fills the prompt, and what must hold of the answer."""

    variables = serializers.DictField(required=False)
    assertions = serializers.ListField(child=serializers.DictField(), required=False, help_text="docs/prompts.md")
    expected = serializers.JSONField(required=False, allow_null=True, help_text="The right answer, where there is one")
    split = serializers.ChoiceField(Split.choices, required=False)
    call_id = serializers.UUIDField(required=False, allow_null=True, help_text="The call that fills the rest")

    class Meta:
        model = DatasetCase
        fields = (
            "id", "position", "name", "variables", "call_id", "expected", "assertions", "split", "source", "is_active",
            "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("position", "source")

    def to_representation(self, instance: DatasetCase) -> dict[str, Any]:
        is_call = instance.subject_kind == "call"
        instance.call_id = instance.subject_id if is_call else None  # type: ignore[attr-defined]
        return super().to_representation(instance)


class CollectSerializer(serializers.Serializer[Any]):
    """Cases from what the product knows: calls, corrections, won appeals."""

    source = serializers.ChoiceField(CaseSource.choices)  # type: ignore[assignment]
    ids = serializers.ListField(child=serializers.UUIDField(), required=False, help_text="Else the newest that fit")
    limit = serializers.IntegerField(min_value=1, max_value=1_000, default=100)


class AddedSerializer(serializers.Serializer[Any]):
    """How many cases were added."""

    added = serializers.IntegerField()


class CsvSerializer(serializers.Serializer[Any]):
    """A CSV whose first line names the columns: docs/prompts.md, “Evaluation”."""

    file = serializers.FileField()


class NewEvaluationSerializer(serializers.Serializer[Any]):
    """Versions × models over the cases of a data set."""

    prompt_id = VisibleRow(queryset=Prompt.objects)
    dataset_id = VisibleRow(queryset=Dataset.objects)
    version_ids = VisibleRow(queryset=PromptVersion.objects, many=True)
    model_ids = VisibleRow(queryset=LanguageModel.objects.filter(is_enabled=True), many=True)
    judge_id = VisibleRow(queryset=LanguageModel.objects.filter(is_enabled=True), required=False, allow_null=True)
    baseline_id = VisibleRow(queryset=PromptVersion.objects, required=False, allow_null=True)
    repeats = serializers.IntegerField(min_value=1, max_value=MOST_REPEATS, default=1)
    split = serializers.ChoiceField(Split.choices, required=False, allow_blank=True, default="")
    cost_limit = serializers.DecimalField(12, 4, required=False, allow_null=True, min_value=0)
    start = serializers.BooleanField(default=False, help_text="Start at once, whatever the estimate says")


class StartSerializer(serializers.Serializer[Any]):
    cost_limit = serializers.DecimalField(
        12, 4, required=False, allow_null=True, help_text="In place of the one it has"
    )


class EvaluationSerializer(serializers.ModelSerializer[Evaluation]):
    """An evaluation: what it will take, how far it is, and what it found (docs/prompts.md, “Evaluation”)."""

    prompt = serializers.CharField(source="prompt.name")
    dataset = serializers.CharField(source="dataset.name")
    estimate = serializers.DictField(help_text="calls, tokens, cost, currency, seconds; before it starts")
    summary = serializers.DictField(help_text="arms and comparisons, when it is finished or was stopped")

    class Meta:
        model = Evaluation
        fields = (
            "id", "prompt_id", "prompt", "dataset_id", "dataset", "baseline_id", "judge_id", "repeats", "split",
            "status", "total", "done", "cost", "cost_limit", "estimate", "summary", "error", "created_at",
            "finished_at",
        )  # fmt: skip


class CellSerializer(serializers.ModelSerializer[EvaluationCell]):
    """One answer of the matrix, with what each assertion made of it."""

    case = serializers.CharField(source="case.name")
    version = serializers.IntegerField(source="version.number")
    model = serializers.CharField(source="model.name")
    results = serializers.ListField(child=serializers.DictField(), help_text="assertion, kind, passed, score, message")
    answer = serializers.CharField(source="run.answer", default="")
    validity = serializers.CharField(source="run.validity", default="failed")
    error = serializers.CharField(source="run.error", default="")
    input_tokens = serializers.IntegerField(source="run.input_tokens", default=0)
    output_tokens = serializers.IntegerField(source="run.output_tokens", default=0)
    latency_ms = serializers.IntegerField(source="run.latency_ms", default=None)
    cost = serializers.DecimalField(14, 8, source="run.cost", default=None)

    class Meta:
        model = EvaluationCell
        fields = (
            "id", "case_id", "case", "version_id", "version", "model_id", "model", "repeat", "run_id", "passed",
            "score", "results", "accuracy", "relevance", "helpfulness", "answer", "validity", "error", "input_tokens",
            "output_tokens", "latency_ms", "cost",
        )  # fmt: skip


class RatingSerializer(serializers.ModelSerializer[HumanRating]):
    """What a person says of an answer."""

    thumb = serializers.ChoiceField([1, -1], required=False, allow_null=True, help_text="1 up, -1 down")
    accuracy = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    relevance = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    helpfulness = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=1000)

    class Meta:
        model = HumanRating
        fields = ("id", "run_id", "thumb", "accuracy", "relevance", "helpfulness", "comment", "updated_at")
        read_only_fields = ("run_id",)


def example(name: str, value: dict[str, Any]) -> OpenApiExample:
    """Of a request."""
    return OpenApiExample(name, value=value, request_only=True)
