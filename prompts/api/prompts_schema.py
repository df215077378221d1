"""The form of prompts and their versions in the API."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from prompts.models import Family, Prompt, PromptVersion, ResponseType
from prompts.templates.content import ROLES, USER, VersionContent

MEASURES = ("accuracy", "relevance", "helpfulness")
MESSAGE_ROLES = [(role, role) for role in ROLES]
OF_CONTENT = (
    "messages", "variables", "context_variables", "prompt_text", "parameters", "expected_response_type",
    "response_schema", "checks",
)  # fmt: skip
OF_PROMPT = ("title", "description", "family", "language", "is_active", "monthly_budget", "live_sample_percent")


class MetricsSerializer(serializers.Serializer[Any]):
    """Each 0 to 1; null where nobody and nothing measured it."""

    accuracy = serializers.FloatField(allow_null=True)
    relevance = serializers.FloatField(allow_null=True)
    helpfulness = serializers.FloatField(allow_null=True)


class MessageSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(MESSAGE_ROLES)
    content = serializers.CharField(max_length=100_000, trim_whitespace=False, help_text="A template (Liquid)")


class VariableSerializer(serializers.Serializer[Any]):
    """What fills the prompt. Names may be dotted: call.transcript, customer.name."""

    name = serializers.CharField(max_length=120)
    type = serializers.ChoiceField(
        ["text", "number", "integer", "boolean", "date", "list", "object", "transcript"], default="text"
    )
    required = serializers.BooleanField(default=True)  # type: ignore[assignment]
    default = serializers.JSONField(required=False, allow_null=True, default=None)
    example = serializers.JSONField(required=False, allow_null=True, default=None)
    sensitivity = serializers.ChoiceField(["none", "personal", "secret"], default="none")
    source = serializers.CharField(required=False, allow_blank=True, default="")  # type: ignore[assignment]
    description = serializers.CharField(required=False, allow_blank=True, default="")


class ContentSerializer(serializers.Serializer[Any]):
    """What a version asks and expects. `prompt_text` is its last user message: enough for simple prompts."""

    prompt_text = serializers.CharField(
        required=False, max_length=100_000, trim_whitespace=False, help_text="In place of messages, or of the last one"
    )
    messages = MessageSerializer(many=True, required=False)
    context_variables = serializers.ListField(
        child=serializers.CharField(max_length=120),
        required=False,
        help_text="Names of variables; text unless declared",
    )
    variables = VariableSerializer(many=True, required=False)
    parameters = serializers.DictField(required=False, help_text="temperature, max_tokens, top_p, seed, stop")
    expected_response_type = serializers.ChoiceField(ResponseType.choices, required=False)
    response_schema = serializers.JSONField(required=False, allow_null=True, help_text="JSON Schema (2020-12)")
    checks = serializers.DictField(required=False, help_text="language, length, quotes, numbers, forbidden, pii, …")
    why = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
    based_on = serializers.IntegerField(
        required=False, min_value=1, help_text="Number of the version you began with; 409 where a newer one was saved"
    )

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            sentence = _("There is no such field. Known are: %(known)s.") % {"known": ", ".join(self.fields)}
            raise serializers.ValidationError({name: [sentence] for name in unknown})
        return super().to_internal_value(data)


class NewPromptSerializer(ContentSerializer):
    name = serializers.SlugField(max_length=100, help_text="As commands and the API call it; it never changes")
    title = serializers.CharField(required=False, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    family = serializers.ChoiceField(Family.choices, required=False)
    language = serializers.CharField(required=False, allow_blank=True, max_length=8)
    is_active = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "messages" not in attrs and "prompt_text" not in attrs:
            raise serializers.ValidationError({"prompt_text": [_("Write what is asked: prompt_text, or messages.")]})
        return attrs


class ChangedPromptSerializer(ContentSerializer):
    """Parts that are left out stay as they are."""

    title = serializers.CharField(required=False, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    family = serializers.ChoiceField(Family.choices, required=False)
    language = serializers.CharField(required=False, allow_blank=True, max_length=8)
    is_active = serializers.BooleanField(required=False)
    monthly_budget = serializers.DecimalField(12, 4, required=False, allow_null=True, min_value=0)
    live_sample_percent = serializers.IntegerField(required=False, min_value=0, max_value=100)


class VersionSerializer(serializers.ModelSerializer[PromptVersion]):
    """A version; it never changes."""

    version = serializers.IntegerField(source="number")
    expected_response_type = serializers.ChoiceField(ResponseType.choices, source="response_type")
    prompt_text = serializers.SerializerMethodField()
    messages = MessageSerializer(many=True)
    variables = VariableSerializer(many=True)
    context_variables = serializers.SerializerMethodField()
    created_by = serializers.CharField(source="created_by.username", default=None)

    class Meta:
        model = PromptVersion
        fields = (
            "id", "version", "prompt_text", "messages", "context_variables", "variables", "blocks", "parameters",
            "expected_response_type", "response_schema", "checks", "content_hash", "why", "created_by", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_prompt_text(self, version: PromptVersion) -> str:
        return prompt_text(version)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_context_variables(self, version: PromptVersion) -> list[str]:
        return [row["name"] for row in version.variables]


class PromptSerializer(serializers.ModelSerializer[Prompt]):
    """A prompt with what one of its versions asks: the newest unless another is asked for."""

    version = serializers.IntegerField(source="shown.number", default=None)
    prompt_text = serializers.SerializerMethodField()
    context_variables = serializers.SerializerMethodField()
    expected_response_type = serializers.ChoiceField(ResponseType.choices, source="shown.response_type", default="text")
    performance_metrics = MetricsSerializer(source="metrics")
    labels = serializers.SerializerMethodField(help_text="Which version each label stands for")

    class Meta:
        model = Prompt
        fields: tuple[str, ...] = (
            "id", "name", "title", "description", "prompt_text", "context_variables", "expected_response_type",
            "performance_metrics", "version", "labels", "family", "language", "is_active", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_prompt_text(self, prompt: Prompt) -> str:
        shown: PromptVersion | None = getattr(prompt, "shown", None)
        return prompt_text(shown) if shown else ""

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_context_variables(self, prompt: Prompt) -> list[str]:
        shown: PromptVersion | None = getattr(prompt, "shown", None)
        return [row["name"] for row in shown.variables] if shown else []

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
    def get_labels(self, prompt: Prompt) -> dict[str, int]:
        return {label.name: label.version.number for label in prompt.labels.all()}


class WholePromptSerializer(PromptSerializer):
    """With all that the version asks and expects."""

    content = VersionSerializer(source="shown", allow_null=True)

    class Meta(PromptSerializer.Meta):
        fields = (*PromptSerializer.Meta.fields, "monthly_budget", "live_sample_percent", "content")
        read_only_fields = fields


def prompt_text(version: PromptVersion) -> str:
    """The text of the last user message."""
    return next((row["content"] for row in reversed(version.messages) if row["role"] == USER), "")


def content_from(known: dict[str, Any], before: VersionContent | None = None) -> VersionContent:
    """The content that a request describes; what it leaves out is as `before`, or empty."""
    content = before.as_json() if before else {"messages": []}
    if "messages" in known:
        content["messages"] = known["messages"]
    if "prompt_text" in known:
        content["messages"] = _with_text(content["messages"], known["prompt_text"])
    if "variables" in known:
        content["variables"] = known["variables"]
    if "context_variables" in known:
        content["variables"] = _named(content.get("variables", []), known["context_variables"])
    if "expected_response_type" in known:
        content["response_type"] = known["expected_response_type"]
    content |= {name: known[name] for name in ("parameters", "response_schema", "checks") if name in known}
    return VersionContent.from_json(content)


def _with_text(messages: list[dict[str, str]], text: str) -> list[dict[str, str]]:
    places = [place for place, row in enumerate(messages) if row["role"] == USER]
    if not places:
        return [*messages, {"role": USER, "content": text}]
    return [{**row, "content": text} if place == places[-1] else row for place, row in enumerate(messages)]


def _named(variables: list[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    declared = {row["name"]: row for row in variables}
    return [declared.get(name) or {"name": name, "type": _type_by_name(name)} for name in names]


def _type_by_name(name: str) -> str:
    return "transcript" if name.rpartition(".")[2] == "transcript" else "text"
