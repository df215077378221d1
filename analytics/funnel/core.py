"""A funnel from journeys: how many reached each step, went on, stay or were lost there. Pure.

What is not known is not guessed: of somebody who was lost nobody knows where, each step that they may have reached
counts them as `unknown`, and conversion is then given by its bounds instead of by a value (Manski, "Nonparametric
Bounds on Treatment Effects", American Economic Review 80, 1990).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analytics.metrics.estimates import mover, wilson
from analytics.questions import Figure

MINIMUM = 30


class Fate(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """`count` of those who certainly reached step `furthest` (0 is the first) and had one fate.

    `is_certain`: they came no further. False for the lost of whom nobody wrote down where. Who won has passed all
    steps, whatever `furthest` says.
    """

    furthest: int
    fate: Fate
    count: int = 1
    is_certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `reached` = `moved_on` + `still_here` + `lost_here` + those of `lost_unknown` who are known to have
    come as far as this. `lost_unknown`: lost here, or perhaps further on (or, when they are not in `reached`, before).

    `share`: reached, of all who began. `conversion`: moved on, of those who have left this step, so that who is still
    under way counts neither for nor against it; Wilson's 95 % interval. When some are lost nobody knows where, its
    value is None and `low` and `high` bound what it can be.
    """

    name: str
    reached: int
    moved_on: int
    still_here: int
    lost_here: int
    lost_unknown: int
    share: Figure
    conversion: Figure | None
    days: Figure | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether only bounds of the conversion are known."""
        return self.conversion is not None and self.conversion.value is None and self.conversion.n > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Steps in order, the last one the goal. `overall`: reached the goal, of all whose fate is decided."""

    steps: tuple[Step, ...]
    began: int
    won: int
    lost: int
    overall: Figure
    notes: tuple[str, ...] = ()
    label: str = ""

    @property
    def open(self) -> int:
        return self.began - self.won - self.lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One step of two funnels side by side. `difference` = a - b in conversion, Newcombe's 95 % interval; None when
    either conversion is not known exactly. `is_real`: the interval excludes 0 and both have enough."""

    name: str
    a: Step
    b: Step
    difference: float | None
    low: float | None
    high: float | None
    is_real: bool


def build_funnel(
    names: Sequence[str],
    journeys: Iterable[Journey],
    *,
    days: Sequence[Figure | None] = (),
    notes: tuple[str, ...] = (),
    label: str = "",
) -> Funnel:
    """The funnel over steps `names` (at least two, the last one the goal, which only the won reach).

    `days[k]` is the median time from step k to the next, where it is known.
    """
    goal = len(names) - 1
    found = list(journeys)
    won = sum(each.count for each in found if each.fate == Fate.WON)
    lost = sum(each.count for each in found if each.fate == Fate.LOST)
    began = sum(each.count for each in found)
    steps = []
    for k, name in enumerate(names):
        counts = _counts(found, k, goal, won)
        share = _share(counts["reached"], began)
        conversion = None if k == goal else _conversion(counts)
        steps.append(
            Step(name=name, share=share, conversion=conversion, days=days[k] if k < len(days) else None, **counts)
        )
    return Funnel(
        steps=tuple(steps),
        began=began,
        won=won,
        lost=lost,
        overall=_share(won, won + lost),
        notes=notes,
        label=label,
    )


def _counts(journeys: list[Journey], k: int, goal: int, won: int) -> dict[str, int]:
    if k == goal:
        return {"reached": won, "moved_on": 0, "still_here": 0, "lost_here": 0, "lost_unknown": 0}
    under_way = [(min(each.furthest, goal - 1), each) for each in journeys if each.fate != Fate.WON]
    here = [each for at, each in under_way if at == k]
    unknown = sum(each.count for at, each in under_way if at <= k and not each.is_certain)
    return {
        "reached": won + sum(each.count for at, each in under_way if at >= k),
        "moved_on": won + sum(each.count for at, each in under_way if at > k),
        "still_here": sum(each.count for each in here if each.fate == Fate.OPEN),
        "lost_here": sum(each.count for each in here if each.fate == Fate.LOST and each.is_certain),
        "lost_unknown": unknown,
    }


def _share(part: int, whole: int) -> Figure:
    if not whole:
        return Figure(value=None, n=0, enough=False)
    low, high = wilson(part, whole)
    return Figure(value=part / whole, n=whole, low=low, high=high, enough=whole >= MINIMUM)


def _conversion(counts: dict[str, int]) -> Figure:
    """Who is lost nobody knows where left this step by it, or went on, or never reached it."""
    moved, lost, unknown = counts["moved_on"], counts["lost_here"], counts["lost_unknown"]
    if not unknown:
        return _share(moved, moved + lost)
    worst = wilson(moved, moved + lost + unknown)[0]
    best = wilson(moved + unknown, moved + lost + unknown)[1]
    n = moved + lost + unknown
    return Figure(value=None, n=n, low=worst, high=best, enough=n >= MINIMUM)


def compare_funnels(a: Funnel, b: Funnel) -> tuple[Comparison, ...]:
    """Step by step, for two funnels with the same steps; the last line is the way as a whole."""
    lines = [_compare(one.name, one, other) for one, other in zip(a.steps[:-1], b.steps[:-1], strict=True)]
    return (*lines, _compare("", _whole(a), _whole(b)))


def _whole(funnel: Funnel) -> Step:
    last = funnel.steps[-1]
    return Step(
        name=last.name, reached=funnel.began, moved_on=funnel.won, still_here=funnel.open, lost_here=funnel.lost,
        lost_unknown=0, share=last.share, conversion=funnel.overall,
    )  # fmt: skip


def _compare(name: str, a: Step, b: Step) -> Comparison:
    one, other = a.conversion, b.conversion
    if one is None or other is None or one.value is None or other.value is None:
        return Comparison(name=name, a=a, b=b, difference=None, low=None, high=None, is_real=False)
    assert one.low is not None and one.high is not None and other.low is not None and other.high is not None
    low, high = mover(float(one.value), (one.low, one.high), float(other.value), (other.low, other.high))
    real = one.enough and other.enough and (low > 0 or high < 0)
    difference = float(one.value) - float(other.value)
    return Comparison(name=name, a=a, b=b, difference=difference, low=low, high=high, is_real=real)
