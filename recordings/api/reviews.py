"""Reviews by API: read, given out, submitted, acknowledged, appealed against and decided."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from recordings.api.access import SalesView
from recordings.api.openapi import CALL_ID, IDEMPOTENCY_KEY, problems
from recordings.api.reviews_schema import (
    REVIEWER_ID,
    REVIEWS,
    AppealSerializer,
    DecisionSerializer,
    NewAppealSerializer,
    NewReviewSerializer,
    ReviewSerializer,
    SubmissionSerializer,
    WholeReviewSerializer,
    example,
)
from recordings.models import Appeal, Review, ReviewKind, ReviewStatus
from recordings.reviewing.errors import (
    AnswersError,
    NotForYouError,
    ReviewError,
    StaleReviewError,
    UnansweredError,
)
from recordings.reviewing.services import (
    acknowledge_review,
    appeal_answer,
    assign_review,
    decide_appeal,
    give_review,
)
from salesiq.audit.services import record_event
from salesiq.common.filters import StrictFilterBackend
from salesiq.common.idempotency import idempotent
from salesiq.common.pagination import KeysetPagination
from salesiq.common.problems import Problem
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

_CONFLICTS = ("wrong_state", "stale_review", "appealed_before", "appeal_late", "appeal_over", "no_appeal")
CHANGED: dict[Any, Any] = {200: WholeReviewSerializer, **problems(400, 403, 404, 409, 422)}


@contextmanager
def told_as_problems() -> Iterator[None]:
    """What the services refuse, as problems: 403 not yours, 409 the state or version is another, 422 the rest."""
    try:
        yield
    except ReviewError as error:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if isinstance(error, NotForYouError):
            status = HTTPStatus.FORBIDDEN
        elif error.code in _CONFLICTS:
            status = HTTPStatus.CONFLICT
        raise Problem(
            str(error.sentence), code=str(error.code), status=status, errors=_pointers(error), extensions=_more(error)
        ) from error


def _pointers(error: ReviewError) -> list[dict[str, str]]:
    if isinstance(error, AnswersError):
        return [{"pointer": f"#/answers/{key}", "detail": sentence} for key, sentence in error.errors.items()]
    if isinstance(error, UnansweredError):
        return [{"pointer": f"#/answers/{key}", "detail": str(error.sentence)} for key in error.keys]
    return []


def _more(error: ReviewError) -> dict[str, Any]:
    return {"version": error.version} if isinstance(error, StaleReviewError) else {}


class ReviewFilterSet(FilterSet):
    """Filters combine by "and"; values of a filter that takes several combine by "or"."""

    call = django_filters.UUIDFilter("call_id", help_text="Id of the call")
    agent = django_filters.UUIDFilter("call__agent_id", help_text="Id of the agent whose call it is")
    team = django_filters.UUIDFilter("call__agent__team_id", help_text="Id of the agent's team")
    reviewer = django_filters.UUIDFilter("reviewer_id", help_text="Id of the reviewer")
    status = django_filters.MultipleChoiceFilter(choices=ReviewStatus.choices, help_text="May be given several times")
    kind = django_filters.ChoiceFilter(choices=ReviewKind.choices)
    due_before = django_filters.IsoDateTimeFilter("due_at", "lt", help_text="Before this time")
    submitted_after = django_filters.IsoDateTimeFilter("submitted_at", "gte", help_text="At this time or later")
    submitted_before = django_filters.IsoDateTimeFilter("submitted_at", "lt", help_text="Before this time")

    class Meta:
        model = Review
        fields: list[str] = []


class ReviewsBase(SalesView):
    scope = KeyScope.REVIEWS_READ
    scopes = {"POST": KeyScope.REVIEWS_WRITE}

    def reviews(self) -> QuerySet[Review]:
        rows = Review.objects.visible_to(self.user)
        return rows.select_related("call", "call__agent", "scorecard", "reviewer").order_by("-created_at")

    def whole(self, pk: Any) -> Response:
        return Response(WholeReviewSerializer(self.one(pk)).data)

    def one(self, pk: Any) -> Review:
        parts = self.reviews().prefetch_related("answers", "appeals__appealed_by", "appeals__decided_by")
        return get_object_or_404(parts, pk=pk)


@extend_schema_view(
    get=extend_schema(
        tags=[REVIEWS],
        operation_id="reviews_list",
        summary="List reviews",
        responses={200: ReviewSerializer(many=True), **problems(400)},
    )
)
class ReviewsView(ReviewsBase, ListAPIView[Review]):
    """Reviews you may see, newest first; agents see those given for their own calls."""

    capabilities = {"POST": Capability.REVIEW_CALLS}
    serializer_class = ReviewSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = ReviewFilterSet
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[Review]:
        return self.reviews()

    @extend_schema(
        tags=[REVIEWS],
        operation_id="reviews_assign",
        summary="Have a call reviewed",
        description=(
            "Reviewers may take calls themselves; to give them to others takes the right to manage quality. While an "
            "unfinished review of the call by the scorecard exists, that one is returned."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=NewReviewSerializer,
        responses={201: WholeReviewSerializer, **problems(400, 403, 409, 422)},
        examples=[example("Due on Friday", {"call_id": CALL_ID, "reviewer_id": REVIEWER_ID,
                                            "due_at": "2026-12-04T17:00:00Z"})],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        asked = NewReviewSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        with told_as_problems():
            review = assign_review(
                call=known["call_id"], reviewer=known.get("reviewer_id"), assigned_by=self.user,
                scorecard=known.get("scorecard_id"), due_at=known.get("due_at"), reason=known["reason"],
            )  # fmt: skip
        answer = self.whole(review.pk)
        answer.status_code = HTTPStatus.CREATED
        return answer


class ReviewView(ReviewsBase):
    """One review with its questions, answers and appeals. Each look is kept in the audit trail."""

    @extend_schema(
        tags=[REVIEWS],
        operation_id="reviews_read",
        summary="Read a review",
        responses={200: WholeReviewSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: Any) -> Response:
        review = self.one(pk)
        record_event(action="viewed", target=review, actor=self.user, request=request._request)
        return Response(WholeReviewSerializer(review).data)


class SubmitView(ReviewsBase):
    capability = Capability.REVIEW_CALLS

    @extend_schema(
        tags=[REVIEWS],
        operation_id="reviews_submit",
        summary="Submit a review",
        description="By its reviewer alone. Saves the answers and submits, or does nothing.",
        parameters=[IDEMPOTENCY_KEY],
        request=SubmissionSerializer,
        responses=CHANGED,
        examples=[
            example(
                "Two answers",
                {
                    "answers": {
                        "greeting": {"value": "yes"},
                        "needs": {"value": "4", "comment": "Asked twice, heard once.", "at": 73.5},
                    },
                    "feedback": "A calm call.",
                    "version": 3,
                },
            )
        ],
    )
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        review = get_object_or_404(self.reviews(), pk=pk)
        asked = SubmissionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        with told_as_problems():
            give_review(
                review=review, answers=known["answers"], summary=known.get("feedback"), version=known.get("version"),
                actor=self.user,
            )  # fmt: skip
        return self.whole(pk)


class AcknowledgeView(ReviewsBase):
    capability = Capability.ANSWER_REVIEWS

    @extend_schema(
        tags=[REVIEWS],
        operation_id="reviews_acknowledge",
        summary="Acknowledge a review",
        description="By the agent whose call it is alone.",
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses=CHANGED,
    )
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        review = get_object_or_404(self.reviews(), pk=pk)
        with told_as_problems():
            acknowledge_review(review=review, actor=self.user)
        return self.whole(pk)


class AppealsView(ReviewsBase):
    capability = Capability.ANSWER_REVIEWS

    @extend_schema(
        tags=[REVIEWS],
        operation_id="reviews_appeal",
        summary="Appeal an answer",
        description="By the agent whose call it is alone, once per question, until `appeal_until`.",
        parameters=[IDEMPOTENCY_KEY],
        request=NewAppealSerializer,
        responses={201: AppealSerializer, **problems(400, 403, 404, 409, 422)},
        examples=[example("One question", {"key": "needs", "reason": "I asked about their budget at 2:10."})],
    )
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        review = get_object_or_404(self.reviews(), pk=pk)
        asked = NewAppealSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with told_as_problems():
            appeal = appeal_answer(review=review, actor=self.user, **asked.validated_data)
        return Response(AppealSerializer(appeal).data, status=HTTPStatus.CREATED)


class DecisionView(ReviewsBase):
    capability = Capability.REVIEW_CALLS

    @extend_schema(
        tags=[REVIEWS],
        operation_id="appeals_decide",
        summary="Decide an appeal",
        description="By another reviewer than the one who gave the answer.",
        parameters=[IDEMPOTENCY_KEY],
        request=DecisionSerializer,
        responses={200: AppealSerializer, **problems(400, 403, 404, 409, 422)},
        examples=[example("Upheld", {"upheld": True, "value": "5", "decision": "Heard again: you are right."})],
    )
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        appeal = get_object_or_404(Appeal.objects.visible_to(self.user).select_related("review"), pk=pk)
        asked = DecisionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        with told_as_problems():
            decided = decide_appeal(
                appeal=appeal, upheld=known["upheld"], decided_value=known["value"], decision=known["decision"],
                actor=self.user,
            )  # fmt: skip
        return Response(AppealSerializer(decided).data)
