"""Pairs of groups that lose more than both of their parts would tell: a product in an industry, a source in a region.

A pair is told where its win rate is below that of all other deals, of the other deals of its one group and of those
of its other one: the largest of the three p counts (an intersection-union test: Berger 1982, Technometrics 24:295),
corrected over all pairs of all dimensions looked at (Benjamini and Hochberg 1995).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from decisions.advice.drafts import Draft, evidence_row, key_of, sure
from decisions.advice.parameters import parameters_of
from decisions.advice.reading import Facts
from decisions.advice.sources.worth import query_of, worth_of
from decisions.documents import MISSING
from decisions.models import AlertRule, FindingKind, RunKind
from decisions.statistics.shares import ALPHA, p_of_difference, rate_of
from decisions.tables import DealTable
from decisions.winrate.rates import count_groups
from testcases.statistics.many import corrected

LOOKED_AT = ("region", "source", "product", "product_line", "industry")
MOST_LEVELS = 60
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Contrast:
    """Won and closed of a pair, and the largest of its p."""

    groups: Mapping[str, str]
    won: int
    closed: int
    rest_won: int
    rest_closed: int
    p: float


def pairs(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """Pairs that lose, of the days that the analysis of win rates is about."""
    run = facts.run(RunKind.WINRATE)
    document: Mapping[str, Any] = run.result
    asked = parameters_of(rule)
    table = facts.deals.decided(_day(document.get("since")), _day(document.get("until")))
    found = contrasts(table, fewest=int(asked["minimum"]))
    for one, q in zip(found, corrected([row.p for row in found]), strict=True):
        rate, rest = one.won / one.closed, one.rest_won / one.rest_closed
        relative = (rate - rest) / rest if rest else 1.0
        if q is None or q > ALPHA or relative >= 0 or abs(relative) < asked["relative"]:
            continue
        if asked["direction"] == "up":
            continue
        known = rate_of(one.won, one.closed)
        figures = {"metric": "win_rate", "groups": dict(one.groups), "rate": rate, "low": known["low"],
                   "high": known["high"], "rest": rest, "n": one.closed, "q": q, "relative": relative,
                   "since": document.get("since"), "until": document.get("until")}  # fmt: skip
        yield Draft(
            kind=FindingKind.ALERT, code="loses", key=key_of("rest", one.groups, "down"), action="review_fit",
            figures=figures,
            evidence=[
                evidence_row("now", rate, low=known["low"], high=known["high"], n=one.closed,
                             url_query=query_of(one.groups, document)),
                evidence_row("rest", rest, n=one.rest_closed), evidence_row("q_value", q),
            ],
            certainty=sure(q), money=worth_of(facts, one.groups, (rest - rate) * one.closed, document), run=run.pk,
        )  # fmt: skip


def contrasts(table: DealTable, *, fewest: int) -> list[Contrast]:
    """Every pair of the dimensions that deals say, with at least `fewest` closed deals. Pure."""
    known = [key for key in LOOKED_AT if key in table.groups and 2 <= len(table.groups[key].levels) <= MOST_LEVELS]
    return [row for one, other in combinations(known, 2) for row in _of_two(table, one, other, fewest)]


def _of_two(table: DealTable, one: str, other: str, fewest: int) -> Iterator[Contrast]:
    cells = count_groups(table, (one, other))
    mine, others, whole = _sums(cells, 0), _sums(cells, 1), _total(cells)
    for (_start, keys), cell in sorted(cells.items()):
        if MISSING in keys or cell[1] < fewest:
            continue
        ps = [_p(cell, base) for base in (whole, mine[keys[0]], others[keys[1]])]
        if any(p is None for p in ps):  # a group that is the pair itself tells nothing more
            continue
        yield Contrast({one: keys[0], other: keys[1]}, *cell, whole[0] - cell[0], whole[1] - cell[1],
                       max(p for p in ps if p is not None))  # fmt: skip


def _p(cell: Pair, base: Pair) -> float | None:
    """Two-sided, of the pair and the rest of `base`; 1 where the pair is the better one."""
    won, closed = base[0] - cell[0], base[1] - cell[1]
    p = p_of_difference(*cell, won, closed)
    return p if p is None or cell[0] * closed < won * cell[1] else 1.0


def _sums(cells: Mapping[Any, Pair], place: int) -> dict[str, Pair]:
    found: dict[str, Pair] = {}
    for (_start, keys), cell in cells.items():
        before = found.get(keys[place], (0, 0))
        found[keys[place]] = (before[0] + cell[0], before[1] + cell[1])
    return found


def _total(cells: Mapping[Any, Pair]) -> Pair:
    return sum(cell[0] for cell in cells.values()), sum(cell[1] for cell in cells.values())


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
