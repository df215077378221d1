"""Test cases run by API, and what came of it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from prompts.models import PromptVersion
from recordings.models import SalesCall
from salesiq.audit.services import record_event
from salesiq.common.filters import StrictFilterBackend
from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from salesiq.common.problems import Problem
from salesiq.people.api.access import KeyedView
from salesiq.people.models import Agent
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope
from testcases.api.runs_schema import ResultFilterSet, ResultsSerializer, RunRequestSerializer, RunResultSerializer
from testcases.models import CaseRun, CaseVersion, PracticeSession, RunStatus, TestCase
from testcases.runs.results import aggregates, list_runs, readable_runs
from testcases.runs.services import run_case
from testcases.runs.transcripts import TranscriptError, lines_from_json, read_transcript
from testcases.selectors import find_version
from testcases.services import CaseError

RUNS = "Runs of test cases"
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER,
    description="Any text of your own: sent again within 24 hours, the first answer is given again.",
)  # fmt: skip


class RunsBase(KeyedView):
    """For who sees tests from the inside; running one takes the scope to write."""

    capability = Capability.VIEW_TESTS
    scope = KeyScope.TESTS_READ
    scopes = {"POST": KeyScope.TESTS_WRITE}

    def case(self, pk: UUID) -> TestCase:
        return get_object_or_404(TestCase.objects.visible_to(self.user), pk=pk)


class RunView(RunsBase):
    throttle_scope = "analyze"

    @extend_schema(
        tags=[RUNS],
        operation_id="test_cases_run",
        summary="Run a test case",
        description=(
            "On one call, transcript, role-play or prompt. 200 with the verdicts; 202 where a prompt plays the agent "
            "or a language model judges: follow the run at its `Location`. What cannot be judged is told in `problem`."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=RunRequestSerializer,
        responses={200: RunResultSerializer, 202: RunResultSerializer, **problems(400, 403, 404, 409, 422)},
        examples=[
            OpenApiExample(
                "A transcript", {"transcript": "Agent: Good morning …\nCustomer: Hello."}, request_only=True
            ),
        ],
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        case = self.case(pk)
        asked = RunRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        version = find_version(case, known.get("version"))
        if version is None:
            raise Problem(
                _("There is no such version of this test case."), code="no_version", status=HTTPStatus.NOT_FOUND
            )
        run = self._run(version, known)
        body = run_body(run)
        if run.status in (RunStatus.WAITING, RunStatus.RUNNING):
            headers = {"Location": str(reverse("api-test-run", args=[run.pk], request=request))}
            return Response(body, status=HTTPStatus.ACCEPTED, headers=headers)
        return Response(body)

    def _run(self, version: CaseVersion, known: dict[str, Any]) -> CaseRun:
        try:
            return run_case(
                version=version, user=self.user, is_trial=known["trial"], language=known.get("language", ""),
                agent=self._one(Agent.objects.visible_to(self.user), known.get("agent_id")),
                **self._subject(known),
            )  # fmt: skip
        except PermissionDenied as error:
            raise Problem(str(error), code="not_yours", status=HTTPStatus.FORBIDDEN) from error
        except CaseError as error:
            raise as_problem(error) from error

    def _subject(self, known: dict[str, Any]) -> dict[str, Any]:
        user = self.user
        if "call_id" in known:
            return {"call": self._one(SalesCall.objects.visible_to(user), known["call_id"])}
        if "session" in known:
            sessions = PracticeSession.objects.visible_to(user).select_related("version", "agent")
            return {"session": self._one(sessions, known["session"])}
        if "prompt_version" in known:
            versions = PromptVersion.objects.visible_to(user)
            return {"prompt_version": self._one(versions, known["prompt_version"])}
        try:
            if "lines" in known:
                return {"lines": lines_from_json(known["lines"])}
            return {"lines": read_transcript(known["transcript"]) if known["transcript"].strip() else ()}
        except TranscriptError as error:
            raise Problem(str(error), code="transcript", status=HTTPStatus.UNPROCESSABLE_ENTITY) from error

    def _one(self, rows: QuerySet[Any], pk: UUID | None) -> Any:
        return None if pk is None else get_object_or_404(rows, pk=pk)


class OneRunView(RunsBase):
    capability = Capability.PRACTISE

    @extend_schema(
        tags=[RUNS], operation_id="test_runs_read", summary="Read a run",
        responses={200: RunResultSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        """With its verdicts and quotes; agents read their own."""
        rows = readable_runs(self.user).select_related("version__case", "call").prefetch_related("results")
        run = get_object_or_404(rows, pk=pk)
        record_event(action="viewed", target=run, actor=self.user, request=_plain(request))
        if run.call is not None:  # its quotes are the call's words
            record_event(action="viewed", target=run.call, actor=self.user, request=_plain(request))
        return Response(RunResultSerializer(run).data)


class ResultsPagination(KeysetPagination):
    """A page with the figures of all that the filters leave."""

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        response.data = {**response.data, "aggregates": self.figures}
        return response

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        self.figures = aggregates(queryset)
        return super().paginate_queryset(queryset.prefetch_related("results"), request, view=view)


class ResultsView(RunsBase):
    @extend_schema(
        tags=[RUNS], operation_id="test_cases_results", summary="List results of a test case",
        filters=True, responses={200: ResultsSerializer, **problems(400, 404)},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        """Newest first, page by page; trials are left out. The figures are over all that the filters leave."""
        case = self.case(pk)
        runs = StrictFilterBackend().filter_queryset(request, list_runs(self.user, case), self)
        paginator = ResultsPagination()
        page = paginator.paginate_queryset(runs.order_by("-happened_at"), request, view=self)
        looked = sorted({str(run.call_id) for run in page or () if run.call_id})
        if page:
            details = {"runs": len(page), "calls": looked}
            record_event(action="runs_read", target=case, actor=self.user, request=_plain(request), details=details)
        return paginator.get_paginated_response(RunResultSerializer(page, many=True).data)

    filterset_class = ResultFilterSet
    filter_backends = [StrictFilterBackend]

    def get_queryset(self) -> QuerySet[CaseRun]:
        return CaseRun.objects.none()


def run_body(run: CaseRun) -> dict[str, Any]:
    """A run read again with all that its document needs."""
    whole = CaseRun.objects.select_related("version__case").prefetch_related("results").get(pk=run.pk)
    return dict(RunResultSerializer(whole).data)


def as_problem(error: CaseError) -> Problem:
    """A refusal of the services: 409 where the state is another, 422 otherwise."""
    conflict = error.code in ("key_used", "session_open", "ended")
    status = HTTPStatus.CONFLICT if conflict else HTTPStatus.UNPROCESSABLE_ENTITY
    return Problem(error.sentence, code=error.code, status=status)


def _plain(request: Any) -> Any:
    return getattr(request, "_request", request)
