"""The form of test cases in the API."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recordings.language.types import LANGUAGES
from testcases.content.criteria_text import criterion_of_text
from testcases.content.shape import MOST_CRITERIA
from testcases.models import Difficulty, TestCase, TestType

# What agents do not know before they play: everything else of an answer is the outside of a case.
INSIDE = ("description", "success_criteria", "expected_outcome", "content", "weak_criteria", "is_active")
OF_CASE = ("title", "description", "test_type", "difficulty_level", "skills", "is_active")
OF_CONTENT = ("scenario", "expected_outcome", "success_criteria", "content")
# Members of the content that the request names itself, for the pointers of problems.
PLACES = {"scenario": "scenario", "expected_outcome": "expected_outcome", "language": "language"}
DEFAULT_PERSONA = {"en": "The customer", "es": "El cliente", "ru": "Клиент"}
LONGEST_GOAL = 600


class KnownFieldsSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know: a misspelt one would be lost in silence."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            sentence = _("There is no such field. Known are: %(known)s.") % {"known": ", ".join(self.fields)}
            raise serializers.ValidationError({name: [sentence] for name in unknown})
        return super().to_internal_value(data)


class ChangedTestCaseSerializer(KnownFieldsSerializer):
    """Parts that are left out stay as they are."""

    title = serializers.CharField(required=False, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=5_000)
    test_type = serializers.ChoiceField(TestType.choices, required=False)
    difficulty_level = serializers.ChoiceField(Difficulty.choices, required=False)
    skills = serializers.ListField(child=serializers.SlugField(max_length=60), required=False, max_length=20)
    is_active = serializers.BooleanField(required=False)
    scenario = serializers.CharField(required=False, max_length=5_000, help_text="Told to the agent beforehand")
    expected_outcome = serializers.CharField(required=False, allow_blank=True, max_length=5_000)
    success_criteria = serializers.ListField(
        child=serializers.CharField(max_length=600),
        required=False,
        min_length=1,
        max_length=MOST_CRITERIA,
        help_text="Sentences; one that the case has already keeps its rule, a new one is judged by its meaning",
    )
    content = serializers.DictField(
        required=False, help_text="persona, facts, objections, opening, goal, stop, replies, criteria, pass_mark, …"
    )
    why = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
    based_on = serializers.IntegerField(
        required=False, min_value=1, help_text="Number of the version you began with; 409 where a newer one was saved"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "success_criteria" in attrs and "criteria" in attrs.get("content", {}):
            sentence = _("Give success_criteria or content.criteria, not both.")
            raise serializers.ValidationError({"success_criteria": [sentence]})
        return attrs


class ReplacedTestCaseSerializer(ChangedTestCaseSerializer):
    """What a replacement must say."""

    test_type = serializers.ChoiceField(TestType.choices)
    difficulty_level = serializers.ChoiceField(Difficulty.choices)
    scenario = serializers.CharField(max_length=5_000, help_text="Told to the agent beforehand")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if "success_criteria" not in attrs and "criteria" not in attrs.get("content", {}):
            sentence = _("Say what is judged: success_criteria, or content.criteria.")
            raise serializers.ValidationError({"success_criteria": [sentence]})
        return attrs


class NewTestCaseSerializer(ReplacedTestCaseSerializer):
    name = serializers.SlugField(max_length=100, help_text="As commands and the API call it; it never changes")
    language = serializers.ChoiceField(LANGUAGES, default="en")


class TestCaseSerializer(serializers.ModelSerializer[TestCase]):
    """A case with what its newest version says. Agents get its outside: neither criteria nor what is expected."""

    __test__ = False

    version = serializers.IntegerField(source="shown.number", default=None)
    scenario = serializers.SerializerMethodField()
    goal = serializers.SerializerMethodField(help_text="What the agent is to reach; told beforehand")
    expected_outcome = serializers.SerializerMethodField()
    success_criteria = serializers.SerializerMethodField()
    weak_criteria = serializers.SerializerMethodField(
        help_text="Those of which nobody has said how they are judged: they are judged by the meaning of their sentence"
    )
    pass_mark = serializers.SerializerMethodField(help_text="0 to 100")

    class Meta:
        model = TestCase
        fields: tuple[str, ...] = (
            "id", "name", "title", "description", "scenario", "goal", "expected_outcome", "success_criteria",
            "weak_criteria", "test_type", "difficulty_level", "language", "skills", "pass_mark", "version", "is_active",
            "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, case: TestCase) -> dict[str, Any]:
        known = super().to_representation(case)
        inside = self.context["sees_inside"]
        return known if inside else {name: value for name, value in known.items() if name not in INSIDE}

    def get_scenario(self, case: TestCase) -> str:
        return str(_said(case).get("scenario", ""))

    def get_goal(self, case: TestCase) -> str:
        return str(_said(case).get("goal", {}).get("text", ""))

    def get_expected_outcome(self, case: TestCase) -> str:
        return str(_said(case).get("expected_outcome", ""))

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_success_criteria(self, case: TestCase) -> list[str]:
        return [row["text"] for row in _said(case).get("criteria", ())]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_weak_criteria(self, case: TestCase) -> list[str]:
        return [row["text"] for row in _said(case).get("criteria", ()) if _is_weak(row)]

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_pass_mark(self, case: TestCase) -> float | None:
        return _said(case).get("pass_mark")


class WholeTestCaseSerializer(TestCaseSerializer):
    """With the whole document of the version: persona, facts, objections, criteria with their rules."""

    content = serializers.SerializerMethodField()

    class Meta(TestCaseSerializer.Meta):
        fields = (*TestCaseSerializer.Meta.fields, "content")
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_content(self, case: TestCase) -> Mapping[str, Any]:
        return _said(case)


def document_from(known: Mapping[str, Any], before: Mapping[str, Any] | None, language: str) -> dict[str, Any]:
    """The document that a request describes. What it leaves out is as `before`; a new case without persona or goal
    gets a nameless customer and its expected outcome as the goal."""
    document: dict[str, Any] = {**(before or {}), **known.get("content", {})}
    document |= {name: known[name] for name in ("scenario", "expected_outcome") if name in known}
    document.setdefault("language", language)
    document.setdefault("expected_outcome", "")
    if "success_criteria" in known:
        document["criteria"] = _criteria(known["success_criteria"], document.get("criteria", ()))
    if before is None:
        document.setdefault("persona", {"name": DEFAULT_PERSONA[language]})
        goal = str(document["expected_outcome"] or document.get("scenario", ""))
        document.setdefault("goal", {"text": goal[:LONGEST_GOAL]})
    return document


def places_of(known: Mapping[str, Any]) -> dict[str, str]:
    """Where the request had what the content calls by these names."""
    places = {name: place for name, place in PLACES.items() if name in known}
    return places | ({"criteria": "success_criteria"} if "success_criteria" in known else {})


def _criteria(sentences: list[str], before: Any) -> list[Any]:
    """Sentences that the case has keep key, rule and weight."""
    kept = {row["text"]: row for row in before if isinstance(row, Mapping) and "text" in row}
    taken = {row["key"] for row in kept.values() if row["text"] in sentences and "key" in row}
    rows: list[Any] = []
    for sentence in sentences:
        row = kept.pop(sentence, None)
        if row is None:
            criterion = criterion_of_text(sentence, taken=taken)
            taken.add(criterion.key)
            row = {"key": criterion.key, "text": criterion.text, "judge": dict(criterion.judge)}
        rows.append(row)
    return rows


def _said(case: TestCase) -> Mapping[str, Any]:
    shown = getattr(case, "shown", None)
    return shown.content if shown else {}


def _is_weak(row: Mapping[str, Any]) -> bool:
    rule = row["judge"]
    return rule.get("kind") == "meaning" and rule.get("text") == row["text"] and not rule.get("examples")
