"""The standard analysis of win rates, and the narrower ones that people ask for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast

import numpy as np

from decisions.documents import Decomposition, Rate, RateChange, RateRow, Velocity, WinRateDocument
from decisions.models import Audience
from decisions.quality import check_deals
from decisions.runs import Outcome
from decisions.statistics.shares import ALPHA, ENOUGH, change_between
from decisions.tables import DealTable, load_deals
from decisions.winrate.change import decompose, settle_decompositions
from decisions.winrate.consistency import consistency_of
from decisions.winrate.periods import Days, recent_period, usual_grain
from decisions.winrate.questions import Question, read_question
from decisions.winrate.rates import (
    Counts,
    count_groups,
    course_of,
    overall_of,
    rows_of,
    settle_rows,
    shortened,
    steps_before,
)
from decisions.winrate.velocity import velocity_of

FEWEST_QUARTERS = 4
MOST_STEPS = 60


def analyse(
    audience: Audience, *, as_of: date, question: Mapping[str, Any], progress: Callable[[float], None]
) -> Outcome:
    """A WinRateDocument over the decided deals of the audience, see `decisions.winrate.questions` for what is asked.

    Raises:
        CannotAnswerError: the question cannot be answered.
    """
    asked = read_question(audience, question)
    needed = list(dict.fromkeys((*asked.by, "agent")))
    table = load_deals(audience, dimensions=needed, with_custom=False, as_of=as_of)
    progress(0.4)
    if not asked.crossed:  # what no deal says is no dimension of theirs
        asked = replace(asked, by=tuple(key for key in asked.by if table.groups[key].levels))
    known = known_by(table, as_of)
    days = asked.days or recent_period(known, as_of)
    document = describe(known, asked, days)
    progress(0.9)
    quality = check_deals(
        table, as_of=as_of, audience=audience, since=days.since, until=days.until, fields=asked.by
    )  # fmt: skip
    return Outcome(cast(dict[str, Any], document), quality, len(table))


def known_by(table: DealTable, as_of: date) -> DealTable:
    """Without deals that say they were decided after the day: nobody knows that yet."""
    return table.taken(~(table.closed > np.datetime64(as_of)))


def describe(table: DealTable, asked: Question, days: Days) -> WinRateDocument:
    """The document of a table. Pure."""
    now = table.decided(days.since, days.until)
    prior_days = days.before
    prior = table.decided(prior_days.since, prior_days.until) if prior_days else None
    overall = overall_of(now)
    before = overall_of(prior) if prior is not None else None
    change = _settled(change_between(overall, before)) if before is not None else None
    rows, groups = _rows(table, now, prior, asked)
    decompositions = _decompositions(now, prior, asked.by) if prior is not None else []
    course_grain = asked.grain or usual_grain(now if asked.days else table)
    steady_grain, steady = _consistency(table, days)
    return {
        "since": _text(days.since), "until": _text(days.until), "grain": asked.grain, "course_grain": course_grain,
        "consistency_grain": steady_grain, "by": list(asked.by), "groups": groups, "overall": overall,
        "prior": before, "change": change,
        "course": course_of(now if asked.days else table.decided(None, days.until), course_grain)[-MOST_STEPS:],
        "rows": shortened(rows, asked.limit), "decompositions": decompositions,
        "velocity": _velocity(now, asked.by), "consistency": consistency_of(steady),
        "conclusion": conclude(overall, change, decompositions, rows),
    }  # fmt: skip


def conclude(
    overall: Rate, change: RateChange | None, decompositions: Sequence[Decomposition], rows: Sequence[RateRow]
) -> str:
    """One of the conclusions of WinRateDocument."""
    if not overall["closed"]:
        return "nothing_closed"
    if overall["won"] in (0, overall["closed"]):
        return "one_class" if overall["closed"] >= ENOUGH else "too_little"
    if overall["closed"] < ENOUGH:
        return "too_little"
    if change is not None and change["significant"]:
        says = {one["says"] for one in decompositions} - {"noise"}
        if not says:
            return "changed"
        return f"changed_{says.pop()}" if len(says) == 1 else "changed_both"
    # Groups and their changes are two questions: each gets half, so that noise is called a difference in 5 of 100.
    changes = [row["change"]["q_value"] for row in rows if "change" in row]
    level = ALPHA / 2 if any(q is not None for q in changes) else ALPHA
    if any(q is not None and q <= level for q in (*changes, *(row["q_value"] for row in rows))):
        return "differs"
    return "nothing"


def _rows(
    table: DealTable, now: DealTable, prior: DealTable | None, asked: Question
) -> tuple[list[RateRow], dict[str, int]]:
    """All rows, corrected together, and how many groups each dimension has."""
    rows: list[RateRow] = []
    groups: dict[str, int] = {}
    for keys in asked.sets:
        counts = count_groups(now, keys, asked.grain)
        rows += rows_of(counts, keys, _before(table, counts, keys, prior, asked.grain))
    settle_rows(rows)
    for key in asked.by:
        groups[key] = len({row["groups"][key] for row in rows if key in row["groups"]})
    return rows, groups


def _before(
    table: DealTable, counts: Counts, keys: Sequence[str], prior: DealTable | None, grain: str
) -> Counts | None:
    if not grain:
        return count_groups(prior, keys) if prior is not None else None
    # The step before the first one of the period counts in full, so all that the record has is counted.
    everything = count_groups(table.decided(), keys, grain)
    starts = sorted({start for start, _keys in everything} | {start for start, _keys in counts})
    return steps_before(everything, starts)


def _decompositions(now: DealTable, prior: DealTable, by: Sequence[str]) -> list[Decomposition]:
    found = [decompose(key, count_groups(prior, (key,)), count_groups(now, (key,))) for key in by]
    known = [one for one in found if one is not None]
    settle_decompositions(known)
    return known


def _velocity(now: DealTable, by: Sequence[str]) -> list[Velocity]:
    return [one for key in ("", *by) for one in velocity_of(now, key)]


def _consistency(table: DealTable, days: Days) -> tuple[str, Counts]:
    """By quarter where the record has enough of them, else by month."""
    decided = table.decided(days.since if days.before is None else None, days.until)
    said = decided.taken(decided.groups["agent"].codes >= 0)
    by_quarter = count_groups(said, ("agent",), "quarter")
    if len({start for start, _keys in by_quarter}) >= FEWEST_QUARTERS:
        return "quarter", by_quarter
    return "month", count_groups(said, ("agent",), "month")


def _settled(change: RateChange) -> RateChange:
    """The change of the whole is one question of its own."""
    p = change["p_value"]
    return {**change, "q_value": p, "significant": p is not None and p <= ALPHA}


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
