"""All that is unusual among an audience's calls, agents and days, with the share of false alarms that is promised."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import scipy

from decisions.anomalies.calls import look_at_calls
from decisions.anomalies.sums import load_sums
from decisions.anomalies.tables import BLOCK, DAYS_LOOKED_AT, Looked, look_at_agents, look_at_days
from decisions.models import AnomalyKind, Audience

FALSE_ALARMS = 0.05
LOOKS_BACK = timedelta(days=365)
_MOST = 200


@dataclass(frozen=True, slots=True)
class Unusual:
    """One figure of one call, agent or day; `day` of an agent is the last of the BLOCK days it is about."""

    kind: str
    measure: str
    day: date
    observed: float
    expected: float
    low: float
    high: float
    p: float
    q: float
    call: UUID | None = None
    agent: UUID | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """What was looked at of one kind and is corrected together: candidates with their p (their q is not yet known)."""

    kind: str
    since: date
    candidates: Sequence[Unusual]
    looked_at: dict[str, int]


def find_unusual(
    audience: Audience, *, as_of: date, false_alarms: float = FALSE_ALARMS,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[list[Unusual], list[dict[str, Any]]]:  # fmt: skip
    """The unusual, the surest first and at most 200 of each kind, and `kinds` as `AnomaliesDocument` has them.

    Of whole days alone: up to the day before `as_of`. Benjamini and Hochberg 1995 over all that is looked at of a kind.
    """
    until = as_of - timedelta(days=1)
    since = until - LOOKS_BACK
    sums = load_sums(audience, since=since, until=until)
    last = np.datetime64(until)
    progress(0.2)
    days = _family(AnomalyKind.DAY, look_at_days(sums, last), until, sums.agents)
    progress(0.4)
    agents = _family(AnomalyKind.AGENT, look_at_agents(sums, last), until, sums.agents)
    progress(0.6)
    calls = _of_calls(audience, since, until)
    progress(0.95)
    unusual: list[Unusual] = []
    kinds: list[dict[str, Any]] = []
    for family in (calls, agents, days):
        found = _corrected(family, false_alarms)
        unusual += found
        kinds += _told(family, found, until, false_alarms)
    return unusual, kinds


def _family(kind: str, looked: Iterable[Looked], until: date, agents: Sequence[str]) -> Family:
    candidates, counts = [], {}
    for each in looked:
        counts[each.measure] = len(each.observed)
        wanted = each.expectations
        for place, observed in enumerate(each.observed):
            agent = UUID(agents[each.agent[place]]) if each.agent[place] >= 0 else None
            candidates.append(Unusual(
                kind, each.measure, each.day[place].item(), float(observed), float(wanted.expected[place]),
                float(wanted.low[place]), float(wanted.high[place]), float(wanted.p[place]), 1.0, agent=agent,
            ))  # fmt: skip
    back = DAYS_LOOKED_AT if kind == AnomalyKind.DAY else BLOCK
    return Family(kind, until - timedelta(days=back - 1), candidates, counts)


def _of_calls(audience: Audience, since: date, until: date) -> Family:
    looked = look_at_calls(audience, since=since, until=until)
    if looked is None:
        return Family(AnomalyKind.CALL, until, [], {})
    scored = looked.scored
    candidates = [
        Unusual(
            AnomalyKind.CALL, scored.figure[place], looked.day[place].item(), float(looked.observed[place]),
            float(scored.expected[place]), float(scored.low[place]), float(scored.high[place]),
            float(scored.p[place]), 1.0, call=call,
        )
        for place, call in enumerate(looked.ids)
        if np.isfinite(looked.observed[place])
    ]  # fmt: skip
    return Family(AnomalyKind.CALL, looked.since, candidates, {"": len(looked.ids)})


def _corrected(family: Family, false_alarms: float) -> list[Unusual]:
    if not family.candidates:
        return []
    q_values = scipy.stats.false_discovery_control(np.array([each.p for each in family.candidates]))
    found = [
        Unusual(each.kind, each.measure, each.day, each.observed, each.expected, each.low, each.high, each.p, float(q),
                each.call, each.agent)
        for each, q in zip(family.candidates, q_values, strict=True)
        if q <= false_alarms
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.q, each.p))[:_MOST]


def _told(family: Family, found: Sequence[Unusual], until: date, false_alarms: float) -> list[dict[str, Any]]:
    """One row a figure; of calls one for all, since a call gets one score over its figures."""
    common = {"kind": str(family.kind), "since": family.since.isoformat(), "until": until.isoformat()}
    if not family.looked_at:
        return [{
            **common, "measure": "", "looked_at": 0, "found": 0, "false_alarms": false_alarms, "says": "too_little",
        }]  # fmt: skip
    rows = []
    for measure, looked_at in family.looked_at.items():
        n = sum(1 for each in found if measure in ("", each.measure))
        rows.append({
            **common, "measure": measure, "looked_at": looked_at, "found": n, "false_alarms": false_alarms,
            "says": "found" if n else "quiet",
        })  # fmt: skip
    return rows
