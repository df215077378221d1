"""Batches by API: cases × calls, agents and prompts, worked off in the background."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from prompts.models import PromptVersion
from recordings.models import SalesCall
from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.common.problems import Problem
from salesiq.people.models import Agent
from salesiq.people.roles import Capability
from testcases.api.runs import IDEMPOTENCY_KEY, RUNS, RunsBase, as_problem
from testcases.api.runs_schema import BatchRequestSerializer, BatchSerializer
from testcases.batches.services import BatchSubject, call_subjects, start_batch, stop_batch
from testcases.models import CaseBatch, CaseVersion, Suite, TestCase
from testcases.services import CaseError


class BatchesView(RunsBase):
    capabilities = {"POST": Capability.MANAGE_TESTS}
    throttle_scope = "analyze"

    @extend_schema(
        tags=[RUNS], operation_id="test_batches_start", summary="Run many", parameters=[IDEMPOTENCY_KEY],
        request=BatchRequestSerializer, responses={202: BatchSerializer, **problems(400, 403, 404, 422)},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Each case on each call and prompt; follow it at its `Location`, and read its runs by `results?batch=`."""
        asked = BatchRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        suite = get_object_or_404(Suite.objects.visible_to(self.user), pk=known["suite"]) if "suite" in known else None
        versions = self._versions(known, suite)
        try:
            batch = start_batch(
                client=versions[0].client, user=self.user, versions=versions, subjects=self._subjects(known),
                title=known["title"], suite=suite,
            )  # fmt: skip
        except PermissionDenied as error:
            raise Problem(str(error), code="not_yours", status=HTTPStatus.FORBIDDEN) from error
        except CaseError as error:
            raise as_problem(error) from error
        headers = {"Location": str(reverse("api-test-batch", args=[batch.pk], request=request))}
        return Response(BatchSerializer(batch).data, status=HTTPStatus.ACCEPTED, headers=headers)

    def _versions(self, known: dict[str, Any], suite: Suite | None) -> list[CaseVersion]:
        cases = TestCase.objects.visible_to(self.user).filter(current__isnull=False)
        wanted = list(suite.cases.values_list("pk", flat=True)) if suite is not None else known["cases"]
        found = list(cases.filter(pk__in=wanted).select_related("current__client").order_by("name"))
        if not found or (suite is None and len(found) < len(set(known["cases"]))):
            raise Problem(
                _("Not all of these test cases are there."), code="no_case", status=HTTPStatus.UNPROCESSABLE_ENTITY
            )
        return [case.current for case in found if case.current is not None]

    def _subjects(self, known: dict[str, Any]) -> list[BatchSubject]:
        calls = list(SalesCall.objects.visible_to(self.user).filter(pk__in=known["calls"]).select_related("agent"))
        prompts = list(PromptVersion.objects.visible_to(self.user).filter(pk__in=known["prompt_versions"]))
        agents = list(Agent.objects.visible_to(self.user).filter(pk__in=known["agents"]))
        for name, found in (("calls", calls), ("prompt_versions", prompts), ("agents", agents)):
            if len(found) < len(set(known[name])):
                detail = _("Not all of these are there, or yours to see: %(name)s.") % {"name": name}
                raise Problem(detail, code="no_subject", status=HTTPStatus.UNPROCESSABLE_ENTITY)
        since = timezone.now() - timedelta(days=known["days"])
        return [
            *(BatchSubject(call=call) for call in calls),
            *(BatchSubject(prompt_version=version) for version in prompts),
            *call_subjects(agents=agents, user=self.user, since=since, most_each=known["calls_each"]),
        ]


class OneBatchView(RunsBase):
    @extend_schema(
        tags=[RUNS], operation_id="test_batches_read", summary="Follow a batch",
        responses={200: BatchSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(BatchSerializer(get_object_or_404(CaseBatch.objects.visible_to(self.user), pk=pk)).data)


class StopBatchView(RunsBase):
    capabilities = {"POST": Capability.MANAGE_TESTS}

    @extend_schema(
        tags=[RUNS], operation_id="test_batches_stop", summary="Stop a batch", request=None,
        responses={200: BatchSerializer, **problems(403, 404, 409)},
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        """What is judged stays; what waits is taken away."""
        batch = get_object_or_404(CaseBatch.objects.visible_to(self.user), pk=pk)
        try:
            return Response(BatchSerializer(stop_batch(batch=batch, user=self.user)).data)
        except CaseError as error:
            raise as_problem(error) from error
