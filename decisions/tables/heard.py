"""What was heard and measured in calls, one column of numbers a feature. Codes: `decisions.patterns.features`."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from decisions.models import Audience
from decisions.tables.calls import CallTable, span_of
from recordings.language.types import COMPLIANCE_KINDS, INTENTS, OBJECTIONS, TOPICS
from recordings.models import (
    CallAnalysis,
    ComplianceFinding,
    FollowUp,
    Intent,
    Objection,
    ScoreItem,
    Topic,
    Tracker,
    TrackerHit,
    TrackerRun,
    TrackerStatus,
)

_AT_ONCE = 10_000
Floats = NDArray[np.float64]
Places = Mapping[UUID, int]


def hear(audience: Audience, calls: CallTable, *, since: date, until: date) -> CallTable:
    """`calls`, which began on these days, with all that was heard and measured in them as figures. Ten queries.

    Presence (1 or 0): intent.KIND, objection.KIND, topic.NAME, compliance.KIND (heard, whether welcome or not),
    promise.any, promise.dated, promise.customer, tracker.ID; answered.KIND and answered.any of calls with such an
    objection alone. Amounts: talk.…, mood.…, script.…, criterion.KEY (share of its points). NaN: not known.
    """
    places = {pk: place for place, pk in enumerate(calls.ids)}
    span = _Span(audience, since, until)
    figures = dict(calls.figures)
    for load in (_measured, _intents, _objections, _topics, _compliance, _promises, _criteria, _trackers):
        figures |= load(span, calls, places)
    return replace(calls, figures=figures)


def measure(audience: Audience, calls: CallTable, *, since: date, until: date) -> CallTable:
    """`calls` with what was measured alone: talk.…, mood.…, script.…. One query."""
    places = {pk: place for place, pk in enumerate(calls.ids)}
    return replace(calls, figures={**calls.figures, **_measured(_Span(audience, since, until), calls, places)})


class _Span:
    """Reads rows that hang on the calls of an audience and of some days."""

    def __init__(self, audience: Audience, since: date, until: date) -> None:
        self.audience, self.since, self.until = audience, since, until

    def rows(self, model: Any, *fields: str, path: str = "call", **narrowing: Any) -> Iterator[tuple[Any, ...]]:
        wanted = model.objects if hasattr(model, "objects") else model
        found = wanted.filter(span_of(self.audience, self.since, self.until, f"{path}__"), **narrowing)
        yield from found.order_by().values_list(f"{path}_id", *fields).iterator(chunk_size=_AT_ONCE)


def _present(rows: Iterator[tuple[Any, ...]], places: Places, names: Mapping[str, str]) -> dict[str, Floats]:
    """`names`: {value of the second field: feature}; other values are left aside."""
    found = {feature: np.zeros(len(places)) for feature in names.values()}
    for call, value in rows:
        if (place := places.get(call)) is not None and (feature := names.get(value)) is not None:
            found[feature][place] = 1.0
    return found


def _intents(span: _Span, calls: CallTable, places: Places) -> dict[str, Floats]:
    """The customer's; an agent who speaks of a demo is no wish for one."""
    rows = span.rows(Intent.objects.exclude(utterance__role="agent"), "kind")
    return _present(rows, places, {kind: f"intent.{kind}" for kind in INTENTS})


def _topics(span: _Span, calls: CallTable, places: Places) -> dict[str, Floats]:
    return _present(span.rows(Topic, "name"), places, {name: f"topic.{name}" for name in TOPICS})


def _compliance(span: _Span, calls: CallTable, places: Places) -> dict[str, Floats]:
    rows = span.rows(ComplianceFinding.objects.exclude(verdict="missing"), "kind")
    return _present(rows, places, {kind: f"compliance.{kind}" for kind in COMPLIANCE_KINDS})


def _objections(span: _Span, calls: CallTable, places: Places) -> dict[str, Floats]:
    """An objection that was raised twice is answered when both were."""
    n = len(places)
    raised = {kind: np.zeros(n) for kind in OBJECTIONS}
    answered = {kind: np.full(n, np.nan) for kind in (*OBJECTIONS, "any")}
    for call, kind, handled in span.rows(Objection, "kind", "handled"):
        if (place := places.get(call)) is None or kind not in raised:
            continue
        raised[kind][place] = 1.0
        for each in (answered[kind], answered["any"]):
            each[place] = np.fmin(each[place], float(handled))
    return {f"objection.{kind}": column for kind, column in raised.items()} | {
        f"answered.{kind}": column for kind, column in answered.items()
    }


def _promises(span: _Span, calls: CallTable, places: Places) -> dict[str, Floats]:
    names = ("any", "dated", "customer")
    found = {f"promise.{name}": np.zeros(len(places)) for name in names}
    for call, due, by in span.rows(FollowUp, "due", "by"):
        if (place := places.get(call)) is not None:
            for name, is_so in zip(names, (True, due is not None, by == "customer"), strict=True):
                found[f"promise.{name}"][place] = max(found[f"promise.{name}"][place], float(is_so))
    return {name: np.where(calls.disposed, np.nan, column) for name, column in found.items()}


def _criteria(span: _Span, calls: CallTable, places: Places) -> dict[str, Floats]:
    """Of the scorecard's questions that no person answers: who knows the outcome may judge by it."""
    found: dict[str, Floats] = defaultdict(lambda: np.full(len(places), np.nan))
    rows = span.rows(
        ScoreItem.objects.exclude(answered_by="person"), "key", "points", "max_points", path="score__call",
        score__is_current=True, applicable=True, max_points__gt=0,
    )  # fmt: skip
    for call, key, points, most in rows:
        if (place := places.get(call)) is not None:
            found[f"criterion.{key}"][place] = float(points) / float(most)
    return dict(found)


def _trackers(span: _Span, calls: CallTable, places: Places) -> dict[str, Floats]:
    """Calls that a tracker was not yet there to listen to say nothing of it."""
    trackers = list(Tracker.objects.filter(client=span.audience.client_id, status=TrackerStatus.ON))
    if not trackers:
        return {}
    names = {tracker.pk: f"tracker.{tracker.pk}" for tracker in trackers}
    found = _present(span.rows(TrackerHit, "tracker_id", tracker__in=list(names)), places, names)  # type: ignore[arg-type]
    whole = {
        (run.tracker_id, run.revision)
        for run in TrackerRun.objects.filter(tracker__in=list(names), finished_at__isnull=False, limit=0)
    }
    for tracker in trackers:
        unknown = calls.disposed
        if (tracker.pk, tracker.revision) not in whole:
            since = tracker.created_at if tracker.revision == 1 else tracker.updated_at
            unknown = unknown | ~(calls.published >= np.datetime64(since.date()))
        column = found[names[tracker.pk]]
        found[names[tracker.pk]] = np.where(unknown & (column == 0), np.nan, column)
    return found


_MEASURES: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]], float | None]] = {
    "talk.agent_share": lambda talk, agent, customer: agent.get("ratio"),
    "talk.agent_monologue": lambda talk, agent, customer: agent.get("longest_monologue"),
    "talk.agent_pace": lambda talk, agent, customer: agent.get("words_per_minute"),
    "talk.patience": lambda talk, agent, customer: talk.get("patience"),
    "talk.agent_interruptions": lambda talk, agent, customer: _per_minutes(agent.get("interruptions"), talk, 10),
    "talk.agent_questions": lambda talk, agent, customer: _per_minutes(agent.get("questions"), talk, 10),
    "talk.customer_questions": lambda talk, agent, customer: _per_minutes(customer.get("questions"), talk, 10),
    "talk.silence": lambda talk, agent, customer: talk.get("silence_ratio"),
    "talk.turns": lambda talk, agent, customer: _per_minutes(talk.get("turns"), talk, 1),
}


def _measured(span: "_Span", calls: CallTable, places: Places) -> dict[str, Floats]:
    """Of talk, mood and script; only where both sides spoke."""
    plain = ("mood.agent", "mood.customer", "script.adherence", "script.order", "script.improvised")
    found = {name: np.full(len(places), np.nan) for name in (*_MEASURES, *plain)}
    paths = ("sentiment__agent", "sentiment__customer", "script__adherence", "script__order_score",
             "script__improvised_share")  # fmt: skip
    for call, talk, *values in span.rows(CallAnalysis, "talk", *paths):
        if (place := places.get(call)) is None:
            continue
        roles = (talk or {}).get("roles") or {}
        agent, customer = roles.get("agent"), roles.get("customer")
        if agent and customer:
            for name, measure in _MEASURES.items():
                found[name][place] = _number(measure(talk, agent, customer))
        for name, value in zip(plain, values, strict=True):
            found[name][place] = _number(value)
    return found


def _per_minutes(count: Any, talk: Mapping[str, Any], minutes: float) -> float | None:
    seconds = talk.get("duration")
    return None if count is None or not seconds else float(count) / (float(seconds) / 60) * minutes


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def speakers_of(audience: Audience) -> dict[str, str]:
    """{tracker's id: agent | customer | ""}: whose words each tracker of the client listens to."""
    trackers = Tracker.objects.filter(client=audience.client_id, status=TrackerStatus.ON)
    return {str(pk): speaker for pk, speaker in trackers.values_list("pk", "speaker")}
