"""What agents and reviewers are told about reviews by e-mail: that something waits, and where; never what was said.

Names of customers, words of the call, answers and totals stay out of letters: they are read on the page, by who may.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from integrations.messaging.models import OutboxMessage
from integrations.messaging.services import can_be_told, queue_email
from recordings.models import Review, ReviewKind
from recordings.privacy.retention_plan import zone_of
from recordings.reviewing.selectors import deciders_of
from recordings.reviewing.services import Event
from salesiq.people.models import User

Judged = Callable[[Review], Iterable[User | None]]
Words = Callable[[Review], str]


@dataclass(frozen=True, slots=True)
class _Letter:
    """One letter of an event; `page` is where its readers go on."""

    to: Judged
    page: str
    subject: Words
    text: Words


def queue_review_letters(review: Review, event: Event) -> list[OutboxMessage]:
    """Put the letters about `event` into the outbox; none where nobody is to be told or has an address.

    In the caller's transaction, once per version of the review, in the client's language and time zone.
    """
    if review.kind != ReviewKind.QUALITY:
        return []
    client = review.client
    with translation.override(client.language or settings.LANGUAGE_CODE), timezone.override(zone_of(client)):
        letters = [_queue(review, event, letter) for letter in _LETTERS.get(event, ())]
    return [letter for letter in letters if letter is not None]


def _queue(review: Review, event: Event, letter: _Letter) -> OutboxMessage | None:
    people = [user for user in letter.to(review) if user is not None and user.is_active]
    to = [user.email for user in people if can_be_told(user.email)]
    if not to:
        return None
    due = f":{review.due_at:%Y%m%d%H%M}" if event == Event.OVERDUE and review.due_at else ""
    return queue_email(
        client=review.client,
        to=to,
        subject=letter.subject(review),
        text=f"{letter.text(review)}\n\n{settings.PUBLIC_URL}{letter.page}/{review.pk}\n",
        key=f"review:{review.pk}:{event.value}:{letter.page}:{review.version}{due}",
    )


def _agent(review: Review) -> Iterable[User | None]:
    agent = review.call.agent
    if agent is None or not review.scorecard.shown_to_agents:
        return []
    return [agent.user]


def _reviewer(review: Review) -> Iterable[User | None]:
    return [review.reviewer]


def _deciders(review: Review) -> Iterable[User | None]:
    return deciders_of(review)


def _day(moment: object) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")  # type: ignore[arg-type]


def _submitted(review: Review) -> str:
    call = _day(review.call.started_at)
    if review.appeal_until is None:
        return _("Your call of %(call)s was reviewed.") % {"call": call}
    return _("Your call of %(call)s was reviewed. You may acknowledge the review, or appeal it until %(until)s.") % {
        "call": call,
        "until": _day(review.appeal_until),
    }


def _decided(review: Review) -> str:
    return _("An appeal against the review of the call of %(call)s was decided.") % {
        "call": _day(review.call.started_at)
    }


_REVIEWS, _MINE = "/sales-recording-audit/reviews", "/my/reviews"
_LETTERS: dict[Event, tuple[_Letter, ...]] = {
    Event.SUBMIT: (_Letter(_agent, _MINE, lambda review: _("A call of yours was reviewed"), _submitted),),
    Event.APPEAL: (
        _Letter(
            _deciders,
            _REVIEWS,
            lambda review: _("An appeal waits for a decision"),
            lambda review: _("An agent objects to an answer of a review that somebody else gave. Please decide."),
        ),
    ),
    Event.DECIDE: (
        _Letter(_agent, _MINE, lambda review: _("An appeal was decided"), _decided),
        _Letter(_reviewer, _REVIEWS, lambda review: _("An appeal was decided"), _decided),
    ),
    Event.OVERDUE: (
        _Letter(
            _reviewer,
            _REVIEWS,
            lambda review: _("A review is overdue"),
            lambda review: _("A review that was given to you was due on %(due)s.") % {"due": _day(review.due_at)},
        ),
    ),
}
