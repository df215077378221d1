"""What to talk over with an agent: suggestions, each with the evidence it rests on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.coaching.answers import Record, criteria_by_key, record_of
from recordings.coaching.comparing import Sample
from recordings.coaching.focus import focus_of, since_when
from recordings.models import FollowUp, Moment, Objection, Review, ReviewKind
from salesiq.people.models import Agent, User

OF_EACH = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`kind` says where it comes from; `sample` (shares 0..1) is given for questions."""

    kind: str
    text: str
    call: UUID | None = None
    at: float | None = None
    question: str = ""
    started_at: datetime | None = None
    sample: Sample | None = None

    @property
    def key(self) -> str:
        """By which it is found again among suggestions made anew."""
        place = "" if self.at is None else f"{self.at:.2f}"
        return f"{self.kind}:{self.call or ''}:{self.question}:{place}"


def suggest_agenda(*, agent: Agent, coach: User) -> list[Suggestion]:
    """From the last 90 days: failed critical questions, the weakest questions, answers that a person overruled,
    objections without an answer, promises past their day, and moments that `coach` kept."""
    record = record_of(agent, since=since_when(timezone.now()))
    return [
        *_failed(record),
        *_weakest(record),
        *_overruled(agent, coach),
        *_objections(agent),
        *_missed(agent),
        *_moments(agent, coach),
    ]


def _failed(record: Record) -> list[Suggestion]:
    failed = [each for each in record.answers if each.fails][:OF_EACH]
    return [
        Suggestion(
            "failed",
            _("Critical question failed: %(question)s") % {"question": each.name},
            each.call,
            each.at,
            each.key,
            each.started_at,
        )
        for each in failed
    ]


def _weakest(record: Record) -> list[Suggestion]:
    found = []
    for each in focus_of(record).areas:
        example = each.examples[0] if each.examples else None
        found.append(
            Suggestion(
                "question",
                each.name,
                example.call if example else None,
                example.at if example else None,
                each.key,
                example.started_at if example else None,
                each.sample,
            )
        )
    return found


def _overruled(agent: Agent, coach: User) -> list[Suggestion]:
    """Where a person saw it otherwise than the automatic answer: worth hearing together."""
    reviews = Review.objects.visible_to(coach).given().filter(call__agent=agent, kind=ReviewKind.QUALITY)
    rows = reviews.filter(submitted_at__gte=since_when(timezone.now())).order_by("-submitted_at")
    found: list[Suggestion] = []
    for review in rows.select_related("scorecard", "call").prefetch_related("answers")[:10]:
        criteria = criteria_by_key(review.scorecard.criteria)
        for answer in review.answers.all():
            if answer.automatic_value in ("", answer.final_value) or answer.key not in criteria:
                continue
            text = _("Seen otherwise by a person: %(question)s") % {"question": criteria[answer.key].name}
            found.append(Suggestion("overruled", text, review.call_id, answer.at, answer.key, review.call.started_at))
    return found[:OF_EACH]


def _objections(agent: Agent) -> list[Suggestion]:
    rows = Objection.objects.filter(
        call__agent=agent, call__started_at__gte=since_when(timezone.now()), handled=False, utterance__isnull=False
    ).select_related("call", "utterance")
    return [
        Suggestion(
            "objection",
            _("Objection without an answer: %(kind)s") % {"kind": row.kind},
            row.call_id,
            row.utterance.start if row.utterance else None,
            "objections",
            row.call.started_at,
        )
        for row in rows.order_by("-call__started_at")[:OF_EACH]
    ]


def _missed(agent: Agent) -> list[Suggestion]:
    rows = FollowUp.objects.filter(
        call__agent=agent, call__anonymised_at__isnull=True, by="agent", done_at__isnull=True,
        due__lt=timezone.localdate(),
    ).select_related("call", "utterance")  # fmt: skip
    return [
        Suggestion(
            "follow_up",
            _("Promise past its day: %(promise)s") % {"promise": row.text},
            row.call_id,
            row.utterance.start if row.utterance else None,
            "",
            row.call.started_at,
        )
        for row in rows.order_by("due")[:OF_EACH]
    ]


def _moments(agent: Agent, coach: User) -> list[Suggestion]:
    rows = Moment.objects.filter(call__agent=agent, created_by=coach).select_related("call")
    return [
        Suggestion("moment", row.title, row.call_id, row.start, row.skill, row.call.started_at)
        for row in rows.order_by("-created_at")[:OF_EACH]
    ]
