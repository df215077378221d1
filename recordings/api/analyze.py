"""Taking recordings in, and having calls analysed again."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from recordings.api.access import SalesView
from recordings.api.inputs import AnalyzeSerializer
from recordings.api.openapi import CALL_ID, CALLS, IDEMPOTENCY_KEY, PREFER, problems
from recordings.api.serializers import AcceptedSerializer, AnalyzedSerializer, CallDetailSerializer
from recordings.api.waiting import preferred_wait, wait_for_analysis
from recordings.models import CallStatus, SalesCall
from recordings.selectors import list_calls, load_call
from recordings.services import ANALYZE_TASK, AnalysisOptions, NotLawfulError, receive_recording, start_analysis
from salesiq.audit.services import record_event
from salesiq.common.idempotency import idempotent
from salesiq.common.parsers import BoundedJSONParser
from salesiq.common.problems import Problem
from salesiq.jobs.models import Job
from salesiq.people.api.access import may_use
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

# Beside the file: the other fields and the marks between the parts.
FORM_OVERHEAD_BYTES = 1 << 20


class AnalyzeView(SalesView):
    """A recording in, or a call once more; the analysis runs in the background."""

    capability = Capability.ANALYZE_CALLS
    scope = KeyScope.CALLS_WRITE
    throttle_scope = "analyze"
    parser_classes = [MultiPartParser, BoundedJSONParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        announced = str(request.META.get("CONTENT_LENGTH") or "0")
        if announced.isdecimal() and int(announced) > settings.SALESIQ_MAX_UPLOAD_BYTES + FORM_OVERHEAD_BYTES:
            raise _too_large()

    @extend_schema(
        tags=[CALLS],
        operation_id="recordings_analyze",
        summary="Upload and analyse",
        description=(
            "Send a recording as `file` (multipart/form-data) with anything you know about the call, or the `id` of a "
            "call to have it analysed again, e.g. after a failure or with another speech model. The answer comes at "
            "once, with a job to follow; `Prefer: wait=N` holds it back until the analysis has ended (but not for a "
            "key without `calls:read`, since the whole call comes with it). A failed analysis is a call with status "
            "`failed` and an error in words. The same bytes twice are one recording: `duplicate` is true, and nothing "
            "was added or started anew."
        ),
        parameters=[
            PREFER,
            IDEMPOTENCY_KEY,
            OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[202], description="The call"),
        ],
        request={"multipart/form-data": AnalyzeSerializer, "application/json": AnalyzeSerializer},
        responses={
            200: AnalyzedSerializer,
            202: AcceptedSerializer,
            **problems(400, 404, 409, 413, 415, 422),
        },
        examples=[OpenApiExample("Analyse again", value={"id": CALL_ID, "model": "base"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        accepted = self.accept(request)
        call_id, job_id = accepted.data["call"], accepted.data["job"]
        headers = {"Location": str(reverse("api-call", args=[call_id], request=request))}
        if "Idempotency-Replayed" in accepted:
            headers["Idempotency-Replayed"] = accepted["Idempotency-Replayed"]
        seconds = preferred_wait(request.headers.get("Prefer", ""))
        if seconds is not None and may_use(request, KeyScope.CALLS_READ):
            headers["Preference-Applied"] = f"wait={seconds}"
            if wait_for_analysis(call_id, job_id, seconds=seconds):
                body = {**self._whole(call_id), "duplicate": accepted.data["duplicate"]}
                return Response(body, headers=headers)
        return Response(self._under_way(accepted.data), status=HTTPStatus.ACCEPTED, headers=headers)

    @idempotent
    def accept(self, request: Request) -> Response:
        """Do what is asked, once. Only ids are kept for a repeat; their rows are read anew, by the rights of then."""
        serializer = AnalyzeSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        known: SalesCall | None = serializer.validated_data.get("id")
        if known is None:
            return self._receive(serializer)
        job = self._analyze_again(known, serializer.options())
        return _accepted(known, job, duplicate=False)

    def _receive(self, serializer: AnalyzeSerializer) -> Response:
        try:
            with transaction.atomic():
                receipt = receive_recording(
                    client=serializer.client(),
                    upload=serializer.validated_data["file"],
                    created_by=self.user,
                    details=serializer.details(),
                    options=serializer.options() or AnalysisOptions(),
                    consent=serializer.stated_consent(),
                )
                started = receipt.is_to_be_analysed
                fresh = start_analysis(call=receipt.call, actor=self.user) if started else None
        except DjangoValidationError as error:
            if error.code == "too_large":
                raise _too_large() from error
            if error.code == "not_audio":
                raise _not_audio(error.messages[0]) from error
            raise
        if fresh is not None or not receipt.duplicate:
            return _accepted(receipt.call, fresh, duplicate=False)
        if not SalesCall.objects.visible_to(self.user).filter(pk=receipt.call.pk).exists():
            detail = _("This recording is here already, in calls that you do not see. Ask an administrator.")
            raise Problem(detail, code="recording_elsewhere", status=HTTPStatus.CONFLICT)
        return _accepted(receipt.call, self._job_of_duplicate(receipt.call), duplicate=True)

    def _job_of_duplicate(self, call: SalesCall) -> Job | None:
        """The latest job of a recording that was here already; a first one, where none was ever started."""
        latest = Job.objects.filter(task=ANALYZE_TASK, subject=str(call.pk)).order_by("-created_at").first()
        if latest is None and call.status == CallStatus.RECEIVED:
            return start_analysis(call=call, actor=self.user)
        return latest

    def _analyze_again(self, call: SalesCall, options: AnalysisOptions | None) -> Job:
        try:
            job = start_analysis(call=call, actor=self.user, options=options)
        except NotLawfulError as error:
            raise Problem(
                " ".join(error.messages), code=error.code or "not_lawful", status=HTTPStatus.CONFLICT
            ) from error
        if options is not None:
            call.refresh_from_db()
            if any(getattr(call, name) != value for name, value in options.as_fields().items()):
                detail = _("This call is being analysed right now, in another way. Ask again when that has ended.")
                raise Problem(
                    detail, code="analysis_in_progress", status=HTTPStatus.CONFLICT, headers={"Retry-After": "30"}
                )
        return job

    def _whole(self, call_id: UUID) -> dict[str, Any]:
        call = get_object_or_404(load_call(self.user), pk=call_id)
        record_event(action="viewed", target=call, actor=self.user, request=self.request._request)
        return CallDetailSerializer(call, context={"request": self.request}).data

    def _under_way(self, accepted: dict[str, Any]) -> dict[str, Any]:
        call = get_object_or_404(list_calls(self.user), pk=accepted["call"])
        job = Job.objects.visible_to(self.user).filter(pk=accepted["job"]).first() if accepted["job"] else None
        found = {"job": job, "recording": call, "duplicate": accepted["duplicate"]}
        return AcceptedSerializer(found, context={"request": self.request}).data


def _accepted(call: SalesCall, job: Job | None, *, duplicate: bool) -> Response:
    return Response({"call": str(call.pk), "job": str(job.pk) if job else None, "duplicate": duplicate})


def _not_audio(detail: str) -> Problem:
    errors = [{"pointer": "#/file", "detail": detail, "code": "not_audio"}]
    return Problem(detail, code="not_audio", errors=errors)


def _too_large() -> Problem:
    limit = settings.SALESIQ_MAX_UPLOAD_BYTES // (1024 * 1024)
    detail = _("The file is larger than %(limit)s MB. Compress it (MP3 or Opus) or split it, and upload it again.")
    return Problem(detail % {"limit": limit}, code="too_large", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
