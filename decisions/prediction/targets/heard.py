"""What was heard and measured in calls, as numbers: shares and rates, never totals that only tell how long it was."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Count, Max, Q, QuerySet
from numpy.typing import NDArray

from decisions.prediction.targets.reading import AT_ONCE, as_number
from recordings.language.types import INTENTS, OBJECTIONS, TOPICS
from recordings.models import CallAnalysis, ComplianceFinding, FollowUp, Intent, Objection, SalesCall, Topic

Places = Mapping[UUID, int]
Heard = dict[str, NDArray[np.float64]]


def read_heard(calls: "QuerySet[SalesCall]", ids: Sequence[UUID]) -> Heard:
    """One column a measure, in the order of `ids`; NaN for calls that were not listened to."""
    places = {call: place for place, call in enumerate(ids)}
    heard = _measures(calls, places)
    listened = ~np.isnan(heard["heard.listened"])
    heard |= _of_kind(Intent, calls, places, listened, "intent", "kind", INTENTS)
    heard |= _of_kind(Topic, calls, places, listened, "topic", "name", TOPICS)
    heard |= _objections(calls, places, listened)
    heard["heard.promises"] = _counts(FollowUp.objects.filter(call__in=calls), places, listened)
    dated = FollowUp.objects.filter(call__in=calls, due__isnull=False)
    heard["heard.dated_promises"] = _counts(dated, places, listened)
    broken = ComplianceFinding.objects.filter(call__in=calls, verdict="violation")
    heard["heard.violations"] = _counts(broken, places, listened)
    del heard["heard.listened"]
    return heard


def _measures(calls: "QuerySet[SalesCall]", places: Places) -> Heard:
    columns: Heard = defaultdict(lambda: np.full(len(places), np.nan))
    columns["heard.listened"] = np.full(len(places), np.nan)
    rows = CallAnalysis.objects.filter(call__in=calls).values_list("call_id", "talk", "sentiment", "script")
    for call, talk, feeling, script in rows.iterator(chunk_size=AT_ONCE):
        place = places.get(call)
        if place is None or not talk:
            continue
        columns["heard.listened"][place] = 1.0
        for name, value in {**_talk(talk), **_feeling(feeling), "adherence": script.get("adherence")}.items():
            columns[f"heard.{name}"][place] = as_number(value)
    return dict(columns)


def _talk(talk: Mapping[str, Any]) -> dict[str, Any]:
    roles = talk.get("roles", {})
    agent, customer = roles.get("agent", {}), roles.get("customer", {})
    minutes = as_number(talk.get("duration")) / 60
    return {
        "agent_share": agent.get("ratio"),
        "agent_pace": agent.get("words_per_minute"),
        "customer_pace": customer.get("words_per_minute"),
        "patience": talk.get("patience"),
        "silence_share": talk.get("silence_ratio"),
        "overlap_share": _share(talk.get("overlap_seconds"), talk.get("duration")),
        "longest_monologue_share": _share(agent.get("longest_monologue"), talk.get("duration")),
        "agent_questions_a_minute": _share(agent.get("questions"), minutes),
        "customer_questions_a_minute": _share(customer.get("questions"), minutes),
        "agent_interruptions_a_minute": _share(agent.get("interruptions"), minutes),
        "turns_a_minute": _share(talk.get("turns"), minutes),
    }


def _share(part: object, whole: object) -> float | None:
    divisor = as_number(whole)
    return as_number(part) / divisor if divisor > 0 else None


def _feeling(feeling: Mapping[str, Any]) -> dict[str, Any]:
    """The customer's mean, and how it turned: the last third of their points less the first."""
    course = [point.get("score") for point in feeling.get("course", []) if point.get("role") == "customer"]
    third = max(1, len(course) // 3)
    turn = np.mean(course[-third:]) - np.mean(course[:third]) if len(course) >= 4 else None
    return {"customer_mood": feeling.get("customer"), "agent_mood": feeling.get("agent"), "mood_turn": turn}


def _of_kind(
    model: Any, calls: "QuerySet[SalesCall]", places: Places, listened: NDArray[np.bool_],
    prefix: str, column: str, kinds: Sequence[str],
) -> Heard:  # fmt: skip
    """Whether each kind was heard, as sure as the surest place where it was."""
    made = {kind: np.where(listened, 0.0, np.nan) for kind in kinds}
    rows = model.objects.filter(call__in=calls).order_by().values_list("call_id", column)
    for call, kind, sure in rows.annotate(sure=Max("confidence")).iterator(chunk_size=AT_ONCE):
        if kind in made and call in places:
            made[kind][places[call]] = sure
    return {f"heard.{prefix}_{kind}": values for kind, values in made.items()}


def _objections(calls: "QuerySet[SalesCall]", places: Places, listened: NDArray[np.bool_]) -> Heard:
    made = {kind: np.where(listened, 0.0, np.nan) for kind in (*OBJECTIONS, "answered")}
    rows = Objection.objects.filter(call__in=calls).order_by().values_list("call_id", "kind")
    counted = rows.annotate(left=Count("pk", filter=Q(handled=False)), answered=Count("pk", filter=Q(handled=True)))
    for call, kind, left, answered in counted.iterator(chunk_size=AT_ONCE):
        if kind in made and call in places:
            made[kind][places[call]] = left
            made["answered"][places[call]] += answered
    names: dict[str, Callable[[str], str]] = {"answered": lambda kind: "heard.objections_answered"}
    return {names.get(kind, "heard.open_objection_{}".format)(kind): values for kind, values in made.items()}


def _counts(rows: "QuerySet[Any]", places: Places, listened: NDArray[np.bool_]) -> NDArray[np.float64]:
    made = np.where(listened, 0.0, np.nan)
    counted = rows.order_by().values_list("call_id").annotate(n=Count("pk"))
    for call, count in counted.iterator(chunk_size=AT_ONCE):
        if call in places:
            made[places[call]] = count
    return made
