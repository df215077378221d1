"""Role-plays by API: begun, played turn by turn as JSON or as server-sent events, and read."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, StreamingHttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from salesiq.audit.services import record_event
from salesiq.common.openapi import problems
from salesiq.common.problems import Problem
from salesiq.common.server_events import stream_events
from salesiq.people.api.access import KeyedView
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope
from testcases.api.sessions_schema import (
    HeardSerializer,
    SaidSerializer,
    SaySerializer,
    SessionSerializer,
    SoundSerializer,
    StartSessionSerializer,
)
from testcases.experiments import arm_of_session
from testcases.models import Assignment, PracticeSession
from testcases.selectors import playable_cases
from testcases.simulation.errors import (
    AttemptsUsedError,
    NotAllowedError,
    OtherTabError,
    PracticeError,
    SessionOverError,
)
from testcases.simulation.sessions import finish_session, say, seconds_left, start_session
from testcases.simulation.streaming import say_streaming
from testcases.simulation.voice import hear

ROLE_PLAYS = "Role-plays"
_CONFLICTS = (AttemptsUsedError, OtherTabError, SessionOverError)


class PracticeView(KeyedView):
    """For who plays; a key needs the right to write test cases."""

    capability = Capability.PRACTISE
    scope = KeyScope.TESTS_WRITE
    scopes = {"GET": KeyScope.TESTS_READ}

    def session(self, pk: UUID) -> PracticeSession:
        """One that the caller may see: their own or, to read, those of agents that they see.

        Raises:
            Http404: there is none such.
        """
        rows = PracticeSession.objects.filter(user=self.user)
        if self.request.method == "GET":
            rows = rows | PracticeSession.objects.visible_to(self.user)
        found = rows.filter(pk=pk).select_related("version", "client").first()
        if found is None:
            raise Http404
        return found

    def told(self, session: PracticeSession, *, status: HTTPStatus = HTTPStatus.OK) -> Response:
        session.said = session.turns.order_by("position")  # type: ignore[attr-defined]
        session.seconds_left = seconds_left(session)  # type: ignore[attr-defined]
        return Response(SessionSerializer(session).data, status=status)


class StartView(PracticeView):
    @extend_schema(
        tags=[ROLE_PLAYS], operation_id="test_cases_start_session", summary="Begin a role-play",
        request=StartSessionSerializer, responses={201: SessionSerializer, **problems(400, 404, 409, 422)},
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        """With the customer's first words. A role-play of the same test case that is under way is given back."""
        case = self._case(pk)
        asked = StartSessionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        assignment = self._assignment(values.pop("assignment_id", None))
        try:
            session = start_session(version=case.current, user=self.user, assignment=assignment, **values)
        except PracticeError as error:
            raise as_problem(error) from error
        arm_of_session(session)  # dealt before the first word
        return self.told(session, status=HTTPStatus.CREATED)

    def _case(self, pk: UUID) -> Any:
        """One that the caller may play: agents may play what they may not look into."""
        rows = playable_cases(self.user, getattr(self.user, "agent", None))
        case = rows.filter(pk=pk).select_related("current__case", "current__client").first()
        if case is None:
            raise Http404
        return case

    def _assignment(self, pk: UUID | None) -> Assignment | None:
        if pk is None:
            return None
        found = Assignment.objects.visible_to(self.user).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


class OneSessionView(PracticeView):
    @extend_schema(
        tags=[ROLE_PLAYS], operation_id="sessions_read", summary="Read a role-play",
        responses={200: SessionSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        """Whoever reads what somebody else said is written down."""
        session = self.session(pk)
        if session.user_id != self.user.pk:
            record_event(action="viewed", target=session, actor=self.user)
        return self.told(session)


class EventStreamRenderer(BaseRenderer):
    """Says that server-sent events can be had; they are written by `stream_events`."""

    media_type = "text/event-stream"
    format = "events"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return JSONRenderer().render(data)


class TurnsView(PracticeView):
    renderer_classes = [JSONRenderer, EventStreamRenderer]

    @extend_schema(
        tags=[ROLE_PLAYS], operation_id="sessions_say", summary="Say something", request=SaySerializer,
        responses={
            200: SaidSerializer,
            (200, "text/event-stream"): OpenApiResponse(
                str, description="Events typing, heard, piece, turn, ended, done; or problem"
            ),
            **problems(400, 404, 409, 422),
        },
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response | StreamingHttpResponse:
        """The agent's turn, and the customer's answer. With `Accept: text/event-stream`, as it is spoken."""
        session = self.session(pk)
        asked = SaySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = {"session": session, "user": self.user, **asked.validated_data}
        said.setdefault("key", request.headers.get("Idempotency-Key", "").strip())
        accepted = getattr(request, "accepted_renderer", None)
        if isinstance(accepted, EventStreamRenderer):
            plain: Any = request._request
            return stream_events(
                plain, lambda tell, cancelled: _stream(said, tell, cancelled)
            )  # fmt: skip
        try:
            turns = say(**said)
        except PracticeError as error:
            raise as_problem(error) from error
        session.refresh_from_db(fields=["status", "end_reason"])
        told = {"turns": turns, "status": session.status, "end_reason": session.end_reason}
        return Response(SaidSerializer(told).data)


def _stream(said: dict[str, Any], tell: Any, cancelled: Any) -> None:
    say_streaming(**said, tell=tell, cancelled=cancelled)


class FinishView(PracticeView):
    @extend_schema(
        tags=[ROLE_PLAYS], operation_id="sessions_finish", summary="End a role-play", request=None,
        responses={200: SessionSerializer, **problems(404, 422)},
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        """The agent hangs up. Ending one that has ended changes nothing."""
        session = self.session(pk)
        try:
            finish_session(session=session, user=self.user)
        except PracticeError as error:
            raise as_problem(error) from error
        return self.told(self.session(pk))


class SoundView(PracticeView):
    parser_classes = [MultiPartParser]
    throttle_scope = "analyze"

    @extend_schema(
        tags=[ROLE_PLAYS], operation_id="sessions_hear", summary="Recognise a spoken turn", request=SoundSerializer,
        responses={200: HeardSerializer, **problems(400, 404, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        """The words that were spoken; nothing is said by this, and the sound is not kept."""
        session = self.session(pk)
        asked = SoundSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            text = hear(session=session, user=self.user, sound=asked.validated_data["file"].read())
        except PracticeError as error:
            raise as_problem(error) from error
        return Response({"text": text})


def as_problem(error: PracticeError) -> Problem:
    """403 not yours to play, 409 another state, 422 the rest."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(error, _CONFLICTS):
        status = HTTPStatus.CONFLICT
    elif isinstance(error, NotAllowedError):
        status = HTTPStatus.FORBIDDEN
    return Problem(error.sentence, code=error.code, status=status)
