"""Evaluations by API: made, started, followed, stopped, read; and answers rated."""

from http import HTTPStatus
from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from prompts.api.datasets import PromptsBase, told_as_problems
from prompts.api.evaluations_schema import (
    EVALUATIONS,
    CellSerializer,
    EvaluationSerializer,
    NewEvaluationSerializer,
    RatingSerializer,
    StartSerializer,
    example,
)
from prompts.evaluation.services import create_evaluation, rate_run, start_evaluation, stop_evaluation
from prompts.models import Evaluation, EvaluationCell, EvaluationStatus, PromptRun
from salesiq.audit.services import record_event
from salesiq.common.filters import StrictFilterBackend
from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from salesiq.people.roles import Capability

EXAMPLE_ID = "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f61"


class EvaluationFilterSet(FilterSet):
    """Filters combine by "and"."""

    prompt = django_filters.UUIDFilter("prompt_id", help_text="Id of the prompt")
    dataset = django_filters.UUIDFilter("dataset_id", help_text="Id of the data set")
    status = django_filters.ChoiceFilter(choices=EvaluationStatus.choices)

    class Meta:
        model = Evaluation
        fields: list[str] = []


class EvaluationsBase(PromptsBase):
    def evaluations(self) -> QuerySet[Evaluation]:
        rows = Evaluation.objects.visible_to(self.user)
        return rows.select_related("prompt", "dataset", "client").order_by("-created_at")

    def told(self, pk: Any, status: HTTPStatus = HTTPStatus.OK) -> Response:
        return Response(EvaluationSerializer(get_object_or_404(self.evaluations(), pk=pk)).data, status=status)


@extend_schema_view(
    get=extend_schema(
        tags=[EVALUATIONS], operation_id="prompt_evaluations_list", summary="List evaluations",
        responses={200: EvaluationSerializer(many=True), **problems(400)},
    )
)  # fmt: skip
class EvaluationsView(EvaluationsBase, ListAPIView[Evaluation]):
    """Evaluations, newest first."""

    serializer_class = EvaluationSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = EvaluationFilterSet
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[Evaluation]:
        return self.evaluations()

    @extend_schema(
        tags=[EVALUATIONS], operation_id="prompt_evaluations_create", summary="Evaluate versions of a prompt",
        description=(
            "201: estimated and not started. 202, with `start`: under way. The version in production, or "
            "`baseline_id`, is asked too, and the others are compared with it."
        ),
        request=NewEvaluationSerializer,
        responses={201: EvaluationSerializer, 202: EvaluationSerializer, **problems(400, 403, 422)},
        examples=[example("Two versions", {
            "prompt_id": EXAMPLE_ID, "dataset_id": EXAMPLE_ID, "version_ids": [EXAMPLE_ID], "model_ids": [EXAMPLE_ID],
            "cost_limit": "2.00", "start": True})],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        asked = NewEvaluationSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        with told_as_problems():
            made = create_evaluation(
                prompt=known["prompt_id"], dataset=known["dataset_id"], versions=known["version_ids"],
                models=known["model_ids"], user=self.user, repeats=known["repeats"], judge=known.get("judge_id"),
                split=known["split"], cost_limit=known.get("cost_limit"), baseline=known.get("baseline_id"),
            )  # fmt: skip
            if known["start"]:
                start_evaluation(evaluation=made, user=self.user)
        return self.told(made.pk, HTTPStatus.ACCEPTED if known["start"] else HTTPStatus.CREATED)


class EvaluationView(EvaluationsBase):
    """One evaluation."""

    @extend_schema(
        tags=[EVALUATIONS], operation_id="prompt_evaluations_read", summary="Read an evaluation",
        responses={200: EvaluationSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: Any) -> Response:
        return self.told(pk)


class StartEvaluationView(EvaluationsBase):
    @extend_schema(
        tags=[EVALUATIONS], operation_id="prompt_evaluations_start", summary="Start or go on with an evaluation",
        description="What is answered is not asked again; what got no answer is.",
        request=StartSerializer, responses={202: EvaluationSerializer, **problems(400, 403, 404, 409)},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        evaluation = get_object_or_404(self.evaluations(), pk=pk)
        asked = StartSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with told_as_problems():
            start_evaluation(evaluation=evaluation, user=self.user, **asked.validated_data)
        return self.told(pk, HTTPStatus.ACCEPTED)


class StopEvaluationView(EvaluationsBase):
    @extend_schema(
        tags=[EVALUATIONS], operation_id="prompt_evaluations_stop", summary="Stop an evaluation",
        description="What is answered stays; it may be gone on with.",
        request=None, responses={200: EvaluationSerializer, **problems(403, 404)},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        stop_evaluation(evaluation=get_object_or_404(self.evaluations(), pk=pk), user=self.user)
        return self.told(pk)


class CellFilterSet(FilterSet):
    """Filters combine by "and"."""

    case = django_filters.UUIDFilter("case_id", help_text="Id of the case")
    version = django_filters.UUIDFilter("version_id", help_text="Id of the version")
    model = django_filters.UUIDFilter("model_id", help_text="Id of the model")
    passed = django_filters.BooleanFilter("passed")

    class Meta:
        model = EvaluationCell
        fields: list[str] = []


@extend_schema_view(
    get=extend_schema(
        tags=[EVALUATIONS], operation_id="prompt_evaluations_results", summary="Read the answers of an evaluation",
        responses={200: CellSerializer(many=True), **problems(400, 404)},
    )
)  # fmt: skip
class ResultsView(EvaluationsBase, ListAPIView[EvaluationCell]):
    """Answers as they came; those about calls for who may see the call. Each look is kept in the audit trail."""

    serializer_class = CellSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = CellFilterSet
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[EvaluationCell]:
        if getattr(self, "swagger_fake_view", False):
            return EvaluationCell.objects.none()
        evaluation = get_object_or_404(self.evaluations(), pk=self.kwargs["pk"])
        cells = EvaluationCell.objects.visible_to(self.user).filter(evaluation=evaluation)
        return cells.select_related("case", "version", "model", "run").order_by("created_at")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = super().get(request, *args, **kwargs)
        seen = Evaluation.objects.get(pk=self.kwargs["pk"])
        record_event(action="viewed", target=seen, actor=self.user, request=request._request)
        return answer


class RatingView(PromptsBase):
    """What you say of an answer; a second word takes the place of the first."""

    capabilities = {"PUT": Capability.VIEW_PROMPTS}
    scopes = {"PUT": PromptsBase.scopes["POST"]}

    @extend_schema(
        tags=[EVALUATIONS], operation_id="prompt_runs_rate", summary="Rate an answer",
        request=RatingSerializer, responses={200: RatingSerializer, **problems(400, 403, 404, 422)},
        examples=[example("Good", {"thumb": 1, "accuracy": 5, "relevance": 5, "helpfulness": 4})],
    )  # fmt: skip
    def put(self, request: Request, pk: Any) -> Response:
        run = get_object_or_404(PromptRun.objects.visible_to(self.user), pk=pk)
        asked = RatingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with told_as_problems():
            rating = rate_run(run=run, person=self.user, **asked.validated_data)
        return Response(RatingSerializer(rating).data)
