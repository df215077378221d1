"""What an agent's calls were answered and scored with: a person's word where there is one, otherwise the automatic."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from recordings.models import CallStatus, Review, ReviewKind, SalesCall, Score, Scorecard, ScoreItem
from recordings.quality.answers import Option, read_answer
from recordings.quality.criteria import Criterion, read_criteria
from recordings.quality.errors import ScorecardError
from salesiq.people.models import Agent

# A quarter of a busy agent; older calls say little about what to work on now.
MOST_CALLS = 1000


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of one call. `share` is 0..1 of its points; `at` the place it rests on, in seconds."""

    call: UUID
    started_at: datetime
    key: str
    name: str
    share: float
    by_person: bool
    fails: bool
    at: float | None


@dataclass(frozen=True, slots=True)
class Total:
    """The score that holds for one call, 0..100, and the automatic one that a person may have overruled."""

    call: UUID
    started_at: datetime
    total: float
    by_person: bool
    automatic: float | None


@dataclass(frozen=True, slots=True)
class Record:
    """An agent's calls of a period, newest first, by question and as a whole."""

    answers: list[Answered]
    totals: list[Total]

    def shares(self, key: str) -> list[float]:
        return [each.share for each in self.answers if each.key == key]


def record_of(agent: Agent, *, since: datetime, until: datetime | None = None, hidden: bool = True) -> Record:
    """The answers that hold, over the newest calls of `agent` begun at or after `since` and before `until`.

    Without `hidden`, scorecards that agents do not see are left out. Six queries, whatever the number of calls.
    """
    calls = _calls(agent, since, until)
    reviews, scores = _reviews(calls, hidden), _scores(calls, hidden)
    cards = _cards({row["scorecard"] for row in scores.values()} | {row.scorecard_id for row in reviews.values()})
    items = _items([row["id"] for row in scores.values()])
    answers: list[Answered] = []
    totals: list[Total] = []
    for call, (started_at, quality) in calls.items():
        score, review = scores.get(call), reviews.get(call)
        machine = float(score["total"]) if score else quality
        found = items.get(score["id"], []) if score else []
        if review is not None:
            places = {row["key"]: row["evidence__start"] for row in found}
            answers += _reviewed(review, call, started_at, cards[review.scorecard_id], places)
            if review.total is not None:
                totals.append(Total(call, started_at, float(review.total), True, machine))
        elif machine is not None:
            if score is not None:
                answers += _scored(found, call, started_at, cards[score["scorecard"]])
            totals.append(Total(call, started_at, machine, False, machine))
    return Record(answers, totals)


def _calls(agent: Agent, since: datetime, until: datetime | None) -> dict[UUID, tuple[datetime, float | None]]:
    """When each call began, and its quality score, which may have come from another system with a logged call."""
    ended = (CallStatus.PUBLISHED, CallStatus.LOGGED)
    rows = SalesCall.objects.filter(agent=agent, status__in=ended, started_at__gte=since)
    if until is not None:
        rows = rows.filter(started_at__lt=until)
    values = rows.order_by("-started_at").values_list("pk", "started_at", "quality_score")[:MOST_CALLS]
    return {pk: (at, None if quality is None else float(quality)) for pk, at, quality in values}


def _reviews(calls: Iterable[UUID], hidden: bool) -> dict[UUID, Review]:
    """The newest given review of each call."""
    rows = Review.objects.given().filter(call__in=list(calls), kind=ReviewKind.QUALITY)
    if not hidden:
        rows = rows.filter(scorecard__shown_to_agents=True)
    found = rows.order_by("submitted_at", "pk").prefetch_related("answers")
    return {review.call_id: review for review in found}


def _scores(calls: Iterable[UUID], hidden: bool) -> dict[UUID, dict[str, Any]]:
    """The automatic score of each call that counts."""
    rows = Score.objects.current().filter(call__in=list(calls))
    if not hidden:
        rows = rows.filter(scorecard__shown_to_agents=True)
    values = rows.order_by("created_at", "pk").values_list("call_id", "pk", "total", "scorecard_id")
    return {call: {"id": pk, "total": total, "scorecard": card} for call, pk, total, card in values}


def _cards(keys: set[UUID]) -> dict[UUID, dict[str, Criterion]]:
    rows = Scorecard.objects.filter(pk__in=keys).values_list("pk", "criteria")
    return {pk: criteria_by_key(criteria) for pk, criteria in rows}


def _items(scores: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    rows = ScoreItem.objects.filter(score__in=scores).order_by("score", "position")
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows.values("score_id", "key", "name", "points", "max_points", "applicable", "evidence__start"):
        found.setdefault(row["score_id"], []).append(dict(row))
    return found


def _scored(
    rows: list[dict[str, Any]], call: UUID, started_at: datetime, criteria: dict[str, Criterion]
) -> Iterator[Answered]:
    for row in rows:
        if not row["applicable"] or not row["max_points"]:
            continue
        key, share = row["key"], float(row["points"] / row["max_points"])
        fails = share == 0 and key in criteria and criteria[key].critical
        yield Answered(call, started_at, key, row["name"], share, False, fails, row["evidence__start"])


def _reviewed(
    review: Review,
    call: UUID,
    started_at: datetime,
    criteria: dict[str, Criterion],
    places: dict[str, float | None],
) -> Iterator[Answered]:
    for answer in review.answers.all():
        criterion = criteria.get(answer.key)
        option = _option(criterion, answer.final_value) if criterion else None
        if criterion is None or option is None or option.share is None:
            continue
        at = answer.at if answer.at is not None else places.get(answer.key)
        fails = criterion.critical and option.fails
        yield Answered(call, started_at, answer.key, criterion.name, float(option.share), True, fails, at)


def _option(criterion: Criterion, value: str) -> Option | None:
    try:
        return read_answer(criterion, value)
    except ScorecardError:
        return None


def criteria_by_key(rows: list[dict[str, Any]]) -> dict[str, Criterion]:
    """The questions of a stored scorecard; one that cannot be read any more has none."""
    try:
        return {criterion.key: criterion for criterion in read_criteria(rows)}
    except ScorecardError:
        return {}
