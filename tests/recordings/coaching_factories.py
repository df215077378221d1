"""Rows of coaching for tests."""

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from recordings.coaching.goals import set_goal
from recordings.coaching.sessions import Point, plan_session, save_notes
from recordings.models import Moment, Review, ReviewAnswer, SalesCall
from recordings.moments.services import make_moment, share_moment
from salesiq.people.models import User
from tests.factories import make_user
from tests.recordings.factories import SECONDS_A_LINE, make_sound
from tests.recordings.reviewing_factories import make_review_card


def give_sound(call: SalesCall, *, seconds: float = 1.0) -> SalesCall:
    """Have the call play something that can be decoded."""
    recording = call.recording
    recording.playback.save("playback.mp3", ContentFile(make_sound(seconds=seconds)))
    return SalesCall.objects.get(pk=call.pk)


def make_kept(call: SalesCall, *, actor: User | None = None, lines: tuple[int, int] = (3, 4), **values: Any) -> Moment:
    """A moment of whole lines of the factories' conversation: the worry about the price and its answer."""
    first, last = lines
    stretch = {"start": first * SECONDS_A_LINE, "end": (last + 1) * SECONDS_A_LINE - 0.5}
    known = {"title": "A worry, answered", "actor": actor or make_user(client=call.client), **stretch}
    return make_moment(call=call, **{**known, **values})


def coached_rows(call: SalesCall, mark: str) -> dict[str, Any]:
    """One of each about the call's agent; `mark` stands in their texts."""
    call = give_sound(call)
    assert call.agent is not None
    coach = make_user(client=call.client)
    review = Review.objects.create(
        client=call.client, call=call, scorecard=make_review_card(call.client), status="submitted", total=50,
        summary=f"Reviewword {mark}", submitted_at=timezone.now(), appeal_until=timezone.now() + timedelta(days=7),
    )  # fmt: skip
    ReviewAnswer.objects.create(review=review, key="greeting", value="no")
    session = plan_session(
        agent=call.agent, coach=coach, title=f"Sessionmark {mark}", takes_place_at=timezone.now(),
        points=[Point(f"Pointmark {mark}", call.pk, 4.0)],
    )  # fmt: skip
    save_notes(session=session, notes="", private_notes=f"Privatemark {mark}", actor=coach)
    starts_on = timezone.localdate() - timedelta(days=7)
    goal = set_goal(
        agent=call.agent, title=f"Goalmark {mark}", measure="conversion_rate", starts_on=starts_on, actor=coach
    )
    moment = make_moment(call=call, start=0.0, end=0.5, title=f"Momentmark {mark}", actor=coach)
    share, secret = share_moment(moment=moment, actor=coach)
    point = session.points.get()
    return {"review": review, "session": session, "point": point, "goal": goal, "moment": moment, "share": share,
            "secret": secret}  # fmt: skip
