"""Reading calls, their sound and the work on them."""

from http import HTTPStatus
from typing import Any, cast

from django.db.models import Prefetch
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from recordings.api.access import SalesView
from recordings.api.filters import CallFilterSet
from recordings.api.openapi import CALLS, JOBS, RANGE, problems
from recordings.api.serializers import CallDetailSerializer, CallSerializer, JobSerializer
from recordings.models import CallStatus, SalesCall, Utterance
from recordings.models.call import SalesCallQuerySet
from recordings.playback import (
    SoundUnavailableError,
    assert_audible,
    download_details,
    download_name,
    may_download,
    record_play,
    serve_sound,
)
from recordings.selectors import list_calls, load_call
from recordings.services import ANALYZE_TASK
from salesiq.audit.services import record_event
from salesiq.common.filters import StrictFilterBackend
from salesiq.common.pagination import KeysetPagination
from salesiq.common.problems import Problem
from salesiq.jobs.models import Job
from salesiq.people.api.access import require_scope
from salesiq.people.models import User
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

INCLUDABLE = ("transcript",)
SOUND = {(status, "audio/mpeg"): OpenApiTypes.BINARY for status in (200, 206)}


@extend_schema_view(
    get=extend_schema(
        tags=[CALLS],
        operation_id="recordings_list",
        summary="List calls",
        parameters=[
            OpenApiParameter(
                "include",
                OpenApiTypes.STR,
                enum=INCLUDABLE,
                description="Also give each call's transcript as plain text",
            )
        ],
        responses={200: CallSerializer(many=True), **problems(400)},
    )
)
class CallListView(SalesView, ListAPIView[SalesCall]):
    """The calls you may see, newest first. Follow `next` and `previous` to page."""

    scope = KeyScope.CALLS_READ
    serializer_class = CallSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = CallFilterSet
    pagination_class = KeysetPagination

    def get_queryset(self) -> SalesCallQuerySet:
        calls = list_calls(self.user).defer("recording__peaks").order_by("-started_at")
        if self._with_transcript():
            spoken = Utterance.objects.only("call_id", "position", "speaker", "role", "text")
            calls = calls.prefetch_related(Prefetch("utterances", spoken))
        return calls

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "with_transcript": self._with_transcript()}

    def paginate_queryset(self, queryset: Any) -> Any:
        calls = super().paginate_queryset(queryset)
        if self._with_transcript() and calls:
            _record_transcripts_read(calls, self.user, self.request)
        return calls

    def _with_transcript(self) -> bool:
        asked = self.request.query_params.get("include")
        if asked not in (None, *INCLUDABLE):
            raise ValidationError({"include": [f"Only “{', '.join(INCLUDABLE)}” can be included."]})
        return asked is not None


def _record_transcripts_read(calls: list[SalesCall], actor: User, request: HttpRequest | Request) -> None:
    """One audit event per tenant and page: as binding as one per call, and not as slow."""
    for client in {call.client_id: call.client for call in calls}.values():
        read = [str(call.pk) for call in calls if call.client_id == client.pk]
        record_event(
            action="transcripts_read", target=client, actor=actor, request=_plain(request), details={"calls": read}
        )


class CallDetailView(SalesView):
    """One call with everything the analysis found. Each look is kept in the audit trail."""

    scope = KeyScope.CALLS_READ

    @extend_schema(
        tags=[CALLS],
        operation_id="recordings_read",
        summary="Read a call",
        responses={200: CallDetailSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: Any) -> Response:
        call = get_object_or_404(load_call(self.user), pk=pk)
        record_event(action="viewed", target=call, actor=self.user, request=_plain(request))
        return Response(CallDetailSerializer(call, context={"request": request}).data)


class AnySound(DefaultContentNegotiation):
    """Sound is what there is, whatever kinds a player names in Accept; errors are problems in JSON all the same."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class SoundView(SalesView):
    """The sound of a call, whole or by range, as MP3 for a player; or the received file as a download."""

    scope = KeyScope.SOUND_READ
    content_negotiation_class = AnySound

    @extend_schema(
        tags=[CALLS],
        operation_id="recordings_sound",
        summary="Play or download the sound",
        description=(
            "As MP3, by HTTP range (RFC 9110). `variant=original` downloads the received file, for those "
            "who hear originals, and for those who may upload where it was masked for good; a key needs "
            "`originals:read` as well. A listen is kept in the audit trail once, a download each time."
        ),
        parameters=[
            OpenApiParameter("variant", OpenApiTypes.STR, enum=["playback", "original"], default="playback"),
            RANGE,
        ],
        responses={
            **SOUND,
            304: OpenApiResponse(description="Not changed since the ETag in If-None-Match"),
            **problems(400, 404, 409, 410),
            416: OpenApiResponse(description="The range begins after the last byte"),
        },
    )
    def get(self, request: Request, pk: Any) -> HttpResponseBase:
        variant = request.query_params.get("variant", "playback")
        if variant not in ("playback", "original"):
            raise ValidationError({"variant": ["Use playback or original."]})
        call = get_object_or_404(list_calls(self.user).filter(recording__isnull=False), pk=pk)
        if call.is_held_back:
            raise Problem(call.error, code=call.error_code, status=HTTPStatus.CONFLICT)
        try:
            return self._original(call) if variant == "original" else self._playback(call)
        except SoundUnavailableError as error:
            raise Problem(str(error), code=error.code, status=error.status) from error

    def _playback(self, call: SalesCall) -> HttpResponseBase:
        assert_audible(call)
        request = _plain(self.request)
        sound = serve_sound(request, call.recording.playback, content_type="audio/mpeg", filename=f"{call.pk}.mp3")
        record_play(call=call, actor=self.user, request=request)
        return sound

    def _original(self, call: SalesCall) -> HttpResponseBase:
        require_scope(self.request, KeyScope.ORIGINALS_READ)
        if not may_download(self.user, call.recording):
            self.permission_denied(self.request)
        if call.status != CallStatus.FAILED:
            assert_audible(call)
        recording, request = call.recording, _plain(self.request)
        answer = serve_sound(
            request,
            recording.file,
            content_type="application/octet-stream",
            filename=download_name(recording),
            download=True,
        )
        if request.method == "GET":
            record_event(
                action="downloaded",
                target=call,
                actor=self.user,
                request=request,
                details=download_details(recording),
            )
        return answer


class JobView(SalesView):
    """How far the analysis of a call is."""

    capability = Capability.VIEW_JOBS
    scope = KeyScope.JOBS_READ

    @extend_schema(
        tags=[JOBS],
        operation_id="jobs_read",
        summary="Follow an analysis",
        responses={200: JobSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: Any) -> Response:
        job = get_object_or_404(Job.objects.visible_to(self.user).filter(task=ANALYZE_TASK), pk=pk)
        return Response(JobSerializer(job, context={"request": request}).data)


def _plain(request: HttpRequest | Request) -> HttpRequest:
    """Django's own request inside DRF's."""
    return cast(HttpRequest, getattr(request, "_request", request))
