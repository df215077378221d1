"""Data sets and their cases by API."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from prompts.api.evaluations_schema import (
    DATASETS,
    AddedSerializer,
    CaseSerializer,
    CollectSerializer,
    CsvSerializer,
    DatasetSerializer,
    example,
)
from prompts.evaluation.csv_cases import MOST_BYTES, add_cases_from_csv, calls_seen_by
from prompts.evaluation.datasets import (
    CaseDraft,
    add_case,
    add_cases_from_source,
    change_case,
    change_dataset,
    create_dataset,
    delete_case,
    delete_dataset,
)
from prompts.evaluation.errors import EvaluationError, InvalidCasesError
from prompts.models import Dataset, DatasetCase, Split
from salesiq.common.filters import StrictFilterBackend
from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from salesiq.common.problems import Problem
from salesiq.people.api.access import KeyedView
from salesiq.people.models import Client
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

WRITING = ("POST", "PATCH", "DELETE")
LONGEST_LINE = 500


@contextmanager
def told_as_problems() -> Iterator[None]:
    """What evaluation refuses, as problems: 422, with a pointer to each line of a CSV."""
    try:
        yield
    except InvalidCasesError as error:
        lines = [{"pointer": f"#/lines/{line}", "detail": sentence[:LONGEST_LINE]} for line, sentence in error.lines]
        detail = _("Nothing was added: %(count)d lines cannot become cases.") % {"count": len(lines)}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        raise Problem(detail, code="invalid_cases", status=status, errors=lines) from error
    except EvaluationError as error:
        code = getattr(error, "code", None) or "invalid"
        status = HTTPStatus.CONFLICT if code in ("finished", "in_use") else HTTPStatus.UNPROCESSABLE_ENTITY
        raise Problem(" ".join(error.messages), code=code, status=status) from error


class PromptsBase(KeyedView):
    """For who sees prompts; writing takes the right to manage them."""

    capability = Capability.VIEW_PROMPTS
    capabilities = dict.fromkeys(WRITING, Capability.MANAGE_PROMPTS)
    scope = KeyScope.PROMPTS_READ
    scopes = dict.fromkeys(WRITING, KeyScope.PROMPTS_WRITE)

    @property
    def own_client(self) -> Client:
        """The caller's. Raises Problem for who belongs to none."""
        if self.user.client is None:
            detail = _("You belong to no client. Sign in as somebody of the client.")
            raise Problem(detail, code="no_client", status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.user.client

    def datasets(self) -> QuerySet[Dataset]:
        seen = DatasetCase.objects.visible_to(self.user)
        counted = Count("cases", filter=Q(cases__in=seen))
        return Dataset.objects.visible_to(self.user).select_related("prompt").annotate(case_count=counted)


class DatasetFilterSet(FilterSet):
    """Filters combine by "and"."""

    prompt = django_filters.UUIDFilter("prompt_id", help_text="Id of the prompt")
    name = django_filters.CharFilter("name", help_text="Exactly this name")

    class Meta:
        model = Dataset
        fields: list[str] = []


@extend_schema_view(
    get=extend_schema(
        tags=[DATASETS], operation_id="prompt_datasets_list", summary="List data sets",
        responses={200: DatasetSerializer(many=True), **problems(400)},
    )
)  # fmt: skip
class DatasetsView(PromptsBase, ListAPIView[Dataset]):
    """Data sets by name."""

    serializer_class = DatasetSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = DatasetFilterSet
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[Dataset]:
        return self.datasets().order_by("name")

    @extend_schema(
        tags=[DATASETS], operation_id="prompt_datasets_create", summary="Make a data set",
        request=DatasetSerializer, responses={201: DatasetSerializer, **problems(400, 403, 422)},
        examples=[example("For summaries", {"name": "summaries", "description": "Calls of May"})],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        asked = DatasetSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        made = create_dataset(client=self.own_client, user=self.user, **asked.validated_data)
        return Response(DatasetSerializer(self.datasets().get(pk=made.pk)).data, status=HTTPStatus.CREATED)


class DatasetView(PromptsBase):
    """One data set."""

    @extend_schema(
        tags=[DATASETS], operation_id="prompt_datasets_read", summary="Read a data set",
        responses={200: DatasetSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: Any) -> Response:
        return Response(DatasetSerializer(get_object_or_404(self.datasets(), pk=pk)).data)

    @extend_schema(
        tags=[DATASETS], operation_id="prompt_datasets_change", summary="Change a data set",
        request=DatasetSerializer, responses={200: DatasetSerializer, **problems(400, 403, 404)},
    )  # fmt: skip
    def patch(self, request: Request, pk: Any) -> Response:
        dataset = get_object_or_404(self.datasets(), pk=pk)
        asked = DatasetSerializer(dataset, data=request.data, partial=True, context={"request": request})
        asked.is_valid(raise_exception=True)
        change_dataset(dataset=dataset, user=self.user, **asked.validated_data)
        return self.get(request, pk)

    @extend_schema(
        tags=[DATASETS], operation_id="prompt_datasets_delete", summary="Delete a data set",
        description="With its cases and what was answered to them.",
        responses={204: None, **problems(403, 404)},
    )  # fmt: skip
    def delete(self, request: Request, pk: Any) -> Response:
        with told_as_problems():
            delete_dataset(dataset=get_object_or_404(self.datasets(), pk=pk), user=self.user)
        return Response(status=HTTPStatus.NO_CONTENT)


@extend_schema_view(
    get=extend_schema(
        tags=[DATASETS], operation_id="prompt_cases_list", summary="List cases",
        responses={200: CaseSerializer(many=True), **problems(400, 404)},
    )
)  # fmt: skip
class CasesView(PromptsBase, ListAPIView[DatasetCase]):
    """The cases of a data set in their order; those about calls for who may see the call."""

    serializer_class = CaseSerializer
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[DatasetCase]:
        if getattr(self, "swagger_fake_view", False):
            return DatasetCase.objects.none()
        dataset = get_object_or_404(self.datasets(), pk=self.kwargs["pk"])
        return DatasetCase.objects.visible_to(self.user).filter(dataset=dataset).order_by("position")

    @extend_schema(
        tags=[DATASETS], operation_id="prompt_cases_add", summary="Add a case",
        request=CaseSerializer, responses={201: CaseSerializer, **problems(400, 403, 404, 422)},
        examples=[example("A question", {
            "name": "Asks for the price", "variables": {"question": "What does it cost?"},
            "assertions": [{"kind": "contains", "value": "price"}, {"kind": "length", "max": 60}]})],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        dataset = get_object_or_404(self.datasets(), pk=pk)
        asked = CaseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        call = known.get("call_id")
        with told_as_problems():
            agent = calls_seen_by(client=dataset.client, user=self.user)("call", call) if call else None
            draft = CaseDraft(
                name=known.get("name", ""), variables=known.get("variables", {}), expected=known.get("expected"),
                assertions=known.get("assertions", []), split=known.get("split", Split.DEVELOPMENT),
                subject_kind="call" if call else "", subject_id=call, agent_id=agent,
            )  # fmt: skip
            case = add_case(dataset=dataset, user=self.user, draft=draft)
        return Response(CaseSerializer(case).data, status=HTTPStatus.CREATED)


class CasesFromCsvView(PromptsBase):
    """Cases from a file."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        tags=[DATASETS], operation_id="prompt_cases_csv", summary="Add cases from a CSV",
        description="All of its lines or none; each line that cannot become a case is told with what is wrong.",
        request={"multipart/form-data": CsvSerializer},
        responses={201: AddedSerializer, **problems(400, 403, 404, 422)},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        dataset = get_object_or_404(self.datasets(), pk=pk)
        asked = CsvSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data["file"].read(MOST_BYTES + 1)
        with told_as_problems():
            lookup = calls_seen_by(client=dataset.client, user=self.user)
            cases = add_cases_from_csv(dataset=dataset, user=self.user, data=data, agent_of=lookup)
        return Response({"added": len(cases)}, status=HTTPStatus.CREATED)


class CollectCasesView(PromptsBase):
    """Cases from what the product knows."""

    @extend_schema(
        tags=[DATASETS], operation_id="prompt_cases_collect", summary="Add cases from calls, corrections or appeals",
        description="Only of what you may see; what is in the data set already is not added again.",
        request=CollectSerializer, responses={201: AddedSerializer, **problems(400, 403, 404, 422)},
        examples=[example("The newest calls", {"source": "call", "limit": 20})],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        dataset = get_object_or_404(self.datasets(), pk=pk)
        asked = CollectSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        with told_as_problems():
            cases = add_cases_from_source(
                dataset=dataset, user=self.user, kind=known["source"], ids=known.get("ids"), limit=known["limit"]
            )
        return Response({"added": len(cases)}, status=HTTPStatus.CREATED)


class CaseView(PromptsBase):
    """One case."""

    def case(self, pk: Any) -> DatasetCase:
        return get_object_or_404(DatasetCase.objects.visible_to(self.user).select_related("dataset"), pk=pk)

    @extend_schema(
        tags=[DATASETS], operation_id="prompt_cases_read", summary="Read a case",
        responses={200: CaseSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: Any) -> Response:
        return Response(CaseSerializer(self.case(pk)).data)

    @extend_schema(
        tags=[DATASETS], operation_id="prompt_cases_change", summary="Change a case",
        request=CaseSerializer, responses={200: CaseSerializer, **problems(400, 403, 404, 422)},
    )  # fmt: skip
    def patch(self, request: Request, pk: Any) -> Response:
        case = self.case(pk)
        asked = CaseSerializer(case, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        changes = {name: value for name, value in asked.validated_data.items() if name != "call_id"}
        with told_as_problems():
            change_case(case=case, user=self.user, **changes)
        return Response(CaseSerializer(case).data)

    @extend_schema(
        tags=[DATASETS], operation_id="prompt_cases_delete", summary="Delete a case",
        responses={204: None, **problems(403, 404)},
    )  # fmt: skip
    def delete(self, request: Request, pk: Any) -> Response:
        delete_case(case=self.case(pk), user=self.user)
        return Response(status=HTTPStatus.NO_CONTENT)
