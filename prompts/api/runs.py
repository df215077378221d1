"""Runs of prompts: what was asked and answered. A look at a run that was filled from a call is a look at the call."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from prompts.api.access import PromptView
from prompts.api.openapi import PROMPTS
from prompts.api.prompts_schema import MessageSerializer
from prompts.models import PromptRun, Purpose, Validity
from salesiq.audit.services import record_event
from salesiq.common.filters import StrictFilterBackend
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination


class RunProblemSerializer(serializers.Serializer[Any]):
    check = serializers.CharField()
    message = serializers.CharField()
    place = serializers.CharField()


class RunSerializer(serializers.ModelSerializer[PromptRun]):
    """An answer and what it is worth. `cost` is in `currency`; scores are 0 to 1, where a judge gave them."""

    prompt_id = serializers.UUIDField()
    version = serializers.IntegerField(source="version.number")
    model_id = serializers.UUIDField(allow_null=True)
    model = serializers.CharField(source="model_name")
    agent_id = serializers.UUIDField(allow_null=True)
    problems = RunProblemSerializer(many=True)
    parsed = serializers.JSONField(allow_null=True, help_text="The answer in its response type")

    class Meta:
        model = PromptRun
        fields: tuple[str, ...] = (
            "id", "prompt_id", "version", "model_id", "model", "purpose", "subject_kind", "subject_id", "agent_id",
            "answer", "parsed", "validity", "problems", "suspected_injection", "error_kind", "error", "input_tokens",
            "output_tokens", "cost", "currency", "latency_ms", "arm", "accuracy", "relevance", "helpfulness",
            "created_at",
        )  # fmt: skip
        read_only_fields = fields


class WholeRunSerializer(RunSerializer):
    """With what was sent, and what of the context did not fit."""

    messages = MessageSerializer(many=True)
    left_out = serializers.ListField(child=serializers.DictField())

    class Meta(RunSerializer.Meta):
        fields = (*RunSerializer.Meta.fields, "variables", "messages", "left_out")
        read_only_fields = fields


class RunFilterSet(FilterSet):
    """Filters combine by "and"; values of a filter that takes several combine by "or"."""

    version = django_filters.NumberFilter("version__number", help_text="Number of the version")
    model = django_filters.UUIDFilter("model_id", help_text="Id of the model")
    purpose = django_filters.MultipleChoiceFilter(choices=Purpose.choices, help_text="May be given several times")
    validity = django_filters.MultipleChoiceFilter(choices=Validity.choices, help_text="May be given several times")
    subject = django_filters.UUIDFilter("subject_id", help_text="Id of the call or record it was filled from")
    created_after = django_filters.IsoDateTimeFilter("created_at", "gte", help_text="At this time or later")
    created_before = django_filters.IsoDateTimeFilter("created_at", "lt", help_text="Before this time")

    class Meta:
        model = PromptRun
        fields: list[str] = []


@extend_schema_view(
    get=extend_schema(
        tags=[PROMPTS], operation_id="prompts_runs", summary="List runs",
        responses={200: RunSerializer(many=True), **problems(400, 404)},
    )
)  # fmt: skip
class RunsView(PromptView, ListAPIView[PromptRun]):
    """Runs of a prompt that you may see, newest first."""

    serializer_class = RunSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = RunFilterSet
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[PromptRun]:
        if getattr(self, "swagger_fake_view", False):
            return PromptRun.objects.none()
        runs = PromptRun.objects.visible_to(self.user).filter(prompt=self.prompt(self.kwargs["pk"]))
        return runs.select_related("version").order_by("-created_at")

    def paginate_queryset(self, queryset: Any) -> Any:
        runs = super().paginate_queryset(queryset)
        calls = sorted({str(run.subject_id) for run in runs or () if run.subject_id})
        if calls:
            details = {"subjects": calls}
            record_event(
                action="runs_read", target=self.prompt(self.kwargs["pk"]), actor=self.user, request=plain(self.request),
                details=details,
            )  # fmt: skip
        return runs


class OneRunView(PromptView):
    @extend_schema(
        tags=[PROMPTS], operation_id="prompts_run", summary="Read a run",
        responses={200: WholeRunSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: Any) -> Response:
        run = get_object_or_404(PromptRun.objects.visible_to(self.user).select_related("version"), pk=pk)
        if run.subject_id:
            record_event(action="viewed", target=run, actor=self.user, request=plain(request))
        return Response(WholeRunSerializer(run).data)


def plain(request: Any) -> Any:
    """Django's own request inside DRF's."""
    return getattr(request, "_request", request)
