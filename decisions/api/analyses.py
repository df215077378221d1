"""Analyses: begun, followed, and their results read from the last finished one."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from decisions.api.access import (
    DECISIONS,
    OF_CLIENT,
    DecisionsListView,
    DecisionsView,
    OfClientFilterSet,
    listed,
    told_as_problems,
)
from decisions.models import AnalysisRun, RunKind, RunStatus
from decisions.runs import start_analysis
from decisions.runs.last import LastRun, State, last_runs
from decisions.runs.services import question_key
from decisions.tables.deals import today_of
from recordings.api.openapi import IDEMPOTENCY_KEY
from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.common.problems import Problem

Handler = TypeVar("Handler", bound=Callable[..., Response])


class QuestionSerializer(serializers.Serializer[Any]):
    """Narrows the standard analysis; only what is given counts."""

    by = serializers.ListField(
        child=serializers.CharField(max_length=120), required=False, max_length=3,
        help_text="Dimensions, crossed where several: region, agent, custom.deals.plan …",
    )  # fmt: skip
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    grain = serializers.ChoiceField(["month", "quarter", "year"], required=False)


class AnalysisRequestSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(RunKind.choices)
    question = QuestionSerializer(required=False)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("question") and asked["kind"] != RunKind.WINRATE:
            raise serializers.ValidationError({"question": _("Only the win rate takes a question of its own.")})
        return asked


class AnalysisRunSerializer(serializers.ModelSerializer[AnalysisRun]):
    class Meta:
        model = AnalysisRun
        fields = ["id", "kind", "question", "as_of", "status", "rows", "seconds", "error", "created_at", "finished_at"]
        read_only_fields = fields


class QualityNoteSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    severity = serializers.ChoiceField(["info", "warning", "blocking"])
    n = serializers.IntegerField(required=False)
    of = serializers.IntegerField(required=False)
    figures = serializers.DictField(required=False)
    touches = serializers.ListField(child=serializers.CharField(), required=False)


class ResultSerializer(serializers.Serializer[Any]):
    analysis = AnalysisRunSerializer()
    state = serializers.ChoiceField(
        [each.value for each in State],
        help_text="fresh; stale: more than two days old; working or failed: of a newer one, this is the one before",
    )
    result = serializers.DictField(help_text="The document of its kind: docs/decisions.md has its fields")
    data_quality = QualityNoteSerializer(many=True, help_text="What to mind about the rows it rests on")


class AnalysisFilterSet(OfClientFilterSet):
    """Filters combine by "and"."""

    kind = django_filters.ChoiceFilter(choices=RunKind.choices)

    class Meta:
        model = AnalysisRun
        fields: list[str] = []


@listed("analyses_list", "List analyses", AnalysisRunSerializer)
class AnalysesView(DecisionsListView):
    """The newest first, without their results."""

    serializer_class = AnalysisRunSerializer
    filterset_class = AnalysisFilterSet
    queryset = AnalysisRun.objects.none()

    def get_queryset(self) -> QuerySet[AnalysisRun]:
        return AnalysisRun.objects.filter(audience=self.audience).defer("result", "quality").order_by("-created_at")

    @extend_schema(
        tags=[DECISIONS], operation_id="analyses_start", summary="Have an analysis worked out",
        parameters=[OF_CLIENT, IDEMPOTENCY_KEY], request=AnalysisRequestSerializer,
        responses={202: AnalysisRunSerializer, **problems(400, 403, 404, 409, 422)},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """In the background; follow it at its `Location`. One that is under way for the same question is returned."""
        asked = AnalysisRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        question = as_question(values.get("question") or {})
        with told_as_problems():
            run = start_analysis(audience=self.audience, kind=values["kind"], user=self.user, question=question)
        headers = {"Location": str(reverse("api-analysis", args=[run.pk], request=request))}
        return Response(AnalysisRunSerializer(run).data, status=HTTPStatus.ACCEPTED, headers=headers)


class AnalysisView(DecisionsView):
    @extend_schema(
        tags=[DECISIONS], operation_id="analyses_read", summary="Follow an analysis",
        responses={200: ResultSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        """Its result as well, once it is finished."""
        run = get_object_or_404(AnalysisRun.objects.visible_to(self.user), pk=pk)
        return Response(_document(LastRun(run.kind, run, run), run, run.as_of))


def as_question(given: dict[str, Any]) -> dict[str, Any]:
    """A question as runs keep it: plain JSON, days as texts."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}


def _document(last: LastRun, run: AnalysisRun, today: date) -> dict[str, Any]:
    return {
        "analysis": AnalysisRunSerializer(run).data,
        "state": last.state(today).value,
        "result": run.result if run.status == RunStatus.FINISHED else {},
        "data_quality": run.quality,
    }


class ResultView(DecisionsView):
    """The last finished analysis of `kind`, of the caller's audience."""

    kind: str = ""

    def answer(self, question: dict[str, Any] | None = None) -> Response:
        """
        Raises:
            Problem: 404, none was worked out for this question.
        """
        audience = self.audience
        last = last_runs(audience, [self.kind], question_key=question_key(question or {}))[self.kind]
        if last.served is None:
            detail = _("Nothing was worked out for this yet. Begin it with POST analytics/analyses and follow it.")
            state = last.state(today_of(audience)).value
            raise Problem(
                detail, code="not_worked_out", status=HTTPStatus.NOT_FOUND,
                extensions={"state": state, "error": last.newest.error if last.newest else ""},
            )  # fmt: skip
        return Response(_document(last, last.served, today_of(audience)))


def _described(operation: str, summary: str, *more: OpenApiParameter) -> Callable[[Handler], Handler]:
    return extend_schema(
        tags=[DECISIONS], operation_id=operation, summary=summary, parameters=[OF_CLIENT, *more],
        responses={200: ResultSerializer, **problems(400, 404, 422)},
    )  # fmt: skip


class WinRateView(ResultView):
    """Win rates with intervals, what changed and what the change is made of, velocity and consistency."""

    kind = RunKind.WINRATE

    @_described(
        "analytics_win_rate", "Read the win rate",
        OpenApiParameter("by", many=True, description="Dimensions of a question that was worked out"),
        OpenApiParameter("since", OpenApiTypes.DATE), OpenApiParameter("until", OpenApiTypes.DATE),
        OpenApiParameter("grain", enum=["month", "quarter", "year"]),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Without parameters the standard analysis of every night; with them that of the same question, once it was
        worked out."""
        given: dict[str, Any] = {
            name: request.query_params[name] for name in ("since", "until", "grain") if name in request.query_params
        }
        if by := request.query_params.getlist("by"):
            given["by"] = by
        asked = QuestionSerializer(data=given)
        asked.is_valid(raise_exception=True)
        return self.answer(as_question(asked.validated_data))


class DriversView(ResultView):
    """Which fields go with winning, all else held equal; `conclusion` says where nothing does."""

    kind = RunKind.DRIVERS

    @_described("analytics_drivers", "Read what moves the win rate")
    def get(self, request: Request) -> Response:
        return self.answer()


class ForecastView(ResultView):
    """Revenue of this quarter, the next and the year with 80 and 95 percent intervals."""

    kind = RunKind.FORECAST

    @_described("analytics_forecast", "Read the forecast")
    def get(self, request: Request) -> Response:
        return self.answer()


class PatternsView(ResultView):
    """What won calls have that lost ones lack."""

    kind = RunKind.PATTERNS

    @_described("analytics_patterns", "Read patterns of won calls")
    def get(self, request: Request) -> Response:
        return self.answer()
