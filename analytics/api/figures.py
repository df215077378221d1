"""Figures over the API: many metrics at once, and the course of one."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.shapes import PerformanceSerializer, TrendSerializer
from analytics.asking import ask
from analytics.asking.document import performance_document, trend_document
from analytics.asking.wording import parameter_of, performance_question, trend_question
from analytics.metrics import DIMENSIONS, METRICS
from analytics.questions import Answer, Comparison, Grain, Question, QuestionError
from salesiq.common.openapi import problems
from salesiq.people.api.access import KeyedView
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

ANALYTICS = "Analytics"
OTHER_PARAMETERS = frozenset({"format"})
"""Read by content negotiation."""


def _parameter(name: str, says: str, *, kind: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=says, **more)


_SHARED = [
    _parameter("since", "First day, in the client's time zone", kind=OpenApiTypes.DATE),
    _parameter("until", "Last day", kind=OpenApiTypes.DATE),
    _parameter(
        "by", f"Split by one of: {', '.join(DIMENSIONS)}; or by a custom field, `custom.<kind>.<key>`. "
        "Which metric has which is in docs/metrics.md",
    ),
    _parameter("compare", "With the days just before, or the same days a year before", enum=list(Comparison)),
    _parameter("limit", "Most groups, 1 to 1000; 200 unless said. The largest are given", kind=OpenApiTypes.INT),
    _parameter("client", "Id of the tenant; for the installation's superuser", kind=OpenApiTypes.UUID),
    *(
        _parameter(name, f"Only these; may be given several times. {more}", kind=kind, many=True)
        for name, kind, more in (
            ("agent", OpenApiTypes.UUID, "Ids"), ("team", OpenApiTypes.UUID, "Ids"),
            ("product", OpenApiTypes.UUID, "Ids"), ("region", OpenApiTypes.STR, "`-` finds rows that do not say"),
            ("source", OpenApiTypes.STR, ""), ("call_type", OpenApiTypes.STR, ""),
            ("outcome", OpenApiTypes.STR, ""), ("language", OpenApiTypes.STR, ""), ("industry", OpenApiTypes.STR, ""),
        )
    ),
]  # fmt: skip
_CUSTOM = "Rows can also be filtered by custom fields: `custom.<kind>.<key>=value`. What a metric's rows do not have is refused, not ignored."  # noqa: E501


class _FiguresView(KeyedView):
    capability = Capability.VIEW_ANALYTICS
    scope = KeyScope.ANALYTICS_READ

    def answer(self, read: Callable[..., Question]) -> Answer:
        given = self.request.query_params
        values = {name: given.getlist(name) for name in given if name not in OTHER_PARAMETERS}
        try:
            return ask(read(values, user=self.user), user=self.user)
        except QuestionError as error:
            raise ValidationError({parameter_of(error): [error.message]}) from error


class PerformanceView(_FiguresView):
    """Metrics of a period with n, interval and change, for the whole or for each group."""

    @extend_schema(
        tags=[ANALYTICS],
        operation_id="analytics_performance",
        summary="Read figures",
        description=f"Over the calls and CRM records you may see. {_CUSTOM}",
        parameters=[
            _parameter("metric", "May be given several times; all that fit unless said", enum=list(METRICS), many=True),
            *_SHARED,
        ],
        responses={200: PerformanceSerializer, **problems(400)},
    )
    def get(self, request: Request) -> Response:
        return Response(performance_document(self.answer(performance_question)))


class TrendView(_FiguresView):
    """The course of one metric, step by step without a gap."""

    @extend_schema(
        tags=[ANALYTICS],
        operation_id="analytics_trends",
        summary="Read the course of a figure",
        description=(
            f"Steps in which nothing happened are there with n = 0. With `compare`, steps are paired with those of "
            f"the other period from the end. {_CUSTOM}"
        ),
        parameters=[
            _parameter("metric", "Which one", enum=list(METRICS), required=True),
            _parameter("grain", "Length of a step; month unless said. Weeks begin on Monday", enum=list(Grain)),
            *_SHARED,
        ],
        responses={200: TrendSerializer, **problems(400)},
    )
    def get(self, request: Request) -> Response:
        return Response(trend_document(self.answer(trend_question)))
