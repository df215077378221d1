"""How an agent is doing, and what waits for them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from recordings.coaching.answers import Record, Total, record_of
from recordings.coaching.comparing import compare
from recordings.coaching.focus import DAYS, Example, Question, focus_of, since_when
from recordings.models import FollowUp
from recordings.pages.access import page, signed_in_user
from recordings.pages.agent.review_rows import ReviewRow, review_rows, shown_reviews, waiting_reviews
from recordings.pages.agent.score_chart import score_chart
from recordings.pages.agent.whose import Subject, other, own
from recordings.pages.agent.wording import Told, comparison_words, rests_on
from recordings.pages.clips import Clip
from recordings.pages.formatting import percent
from salesiq.people.models import Agent
from salesiq.people.roles import Capability

LAST_DAYS = 30
AHEAD = timedelta(days=14)
SHOWN_REVIEWS, SHOWN_PROMISES = 5, 10


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A strength or a focus area: its figure in words, how wide its bar is (0 to 100), and moments to hear."""

    name: str
    figure: str
    words: str
    width: str
    sure: bool
    by_person: int
    clips: list[Clip]


@dataclass(frozen=True, slots=True)
class Promise:
    row: FollowUp
    is_overdue: bool


@require_safe
@page(Capability.VIEW_CALLS)
def my(request: HttpRequest) -> HttpResponseBase:
    """One's own overview; who is no agent is led to where their work is."""
    subject = own(request)
    user = signed_in_user(request)
    if subject.agent is None and not user.can(Capability.ANSWER_REVIEWS):
        return redirect("calls")
    return _overview(request, subject)


@require_safe
@page(Capability.VIEW_CALLS)
def agent_page(request: HttpRequest, agent_id: UUID) -> HttpResponseBase:
    """The same of an agent whom the reader may see."""
    return _overview(request, other(request, agent_id))


def _overview(request: HttpRequest, subject: Subject) -> HttpResponse:
    context: dict[str, Any] = {"subject": subject, "tab": "overview"}
    if subject.agent is None:
        return render(request, "recordings/agent/nobody.html", context)
    record = record_of(subject.agent, since=since_when(timezone.now()), hidden=not subject.is_own)
    return render(request, "recordings/agent/overview.html", context | _content(subject, subject.agent, record))


def _content(subject: Subject, agent: Agent, record: Record) -> dict[str, Any]:
    focus = focus_of(record)
    reviews = shown_reviews(subject.user, agent).order_by("-submitted_at")
    last = review_rows(list(reviews[:SHOWN_REVIEWS]), subject)
    return {
        "chart": score_chart(record.totals, timezone.localdate()),
        "standing": _standing(record.totals),
        "focus": focus,
        "strengths": [_row(each) for each in focus.strengths],
        "areas": [_row(each) for each in focus.areas],
        "mean": percent(focus.mean),
        "days": DAYS,
        "reviews": last,
        "waiting": _waiting(subject, agent),
        "promises": _promises(subject, agent),
        "has_calls": bool(record.totals) or focus.calls > 0,
    }


def _standing(totals: list[Total]) -> dict[str, Any]:
    """The last 30 days, against the 30 before."""
    now = timezone.now()
    turn, first = now - timedelta(days=LAST_DAYS), now - timedelta(days=2 * LAST_DAYS)
    after = [each.total for each in totals if each.started_at >= turn]
    before = [each.total for each in totals if first <= each.started_at < turn]
    found = compare(before, after)
    told: Told = comparison_words(found, is_share=False)
    by_person = sum(each.by_person for each in totals if each.started_at >= turn)
    return {
        "value": "–" if found.after.mean is None else f"{found.after.mean:.0f}",
        "told": told,
        "by_person": by_person,
        "n": found.after.n,
    }


def _row(question: Question) -> QuestionRow:
    return QuestionRow(
        name=question.name,
        figure=percent(question.sample.mean),
        words=rests_on(question.sample, is_share=True),
        width=f"{(question.sample.mean or 0.0) * 100:.1f}",
        sure=question.sure,
        by_person=question.by_person,
        clips=[_clip(example) for example in question.examples],
    )


def _clip(example: Example) -> Clip:
    return Clip(
        sound=reverse("call-sound", args=[example.call]),
        page=f"{reverse('call', args=[example.call])}?t={example.start:.1f}",
        start=example.start,
        end=example.end,
        when=example.started_at,
    )


def _waiting(subject: Subject, agent: Agent) -> list[ReviewRow]:
    return review_rows(list(waiting_reviews(subject.user, agent)[:SHOWN_REVIEWS]), subject)


def _promises(subject: Subject, agent: Agent) -> list[Promise]:
    """Open ones that are due within two weeks or past their day, the oldest day first."""
    today = timezone.localdate()
    rows = FollowUp.objects.visible_to(subject.user).filter(
        call__agent=agent, call__anonymised_at__isnull=True, by="agent", done_at__isnull=True, due__lte=today + AHEAD
    )
    shown = rows.select_related("call", "utterance").order_by("due", "pk")[:SHOWN_PROMISES]
    return [Promise(row, row.due is not None and row.due < today) for row in shown]
