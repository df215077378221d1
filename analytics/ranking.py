"""Who is ahead, as far as it can be known: ranks with the range that the figures leave open. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, hypot, sqrt

from analytics.questions import Figure

# The 97.5 % quantile of the standard normal distribution.
Z = 1.959963984540054
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Rank:
    """`best` and `worst` bound the place; they are equal where the figures tell everybody apart from this one."""

    best: int
    worst: int

    @property
    def is_sure(self) -> bool:
        return self.best == self.worst


def rank_figures(figures: Sequence[Figure], *, higher_is_better: bool = True) -> list[Rank | None]:
    """The rank of each figure; None for those without a value or with too few rows, which take no place.

    Figures with an interval: i is ahead of j where their difference stays real when all pairs are tested at once. A
    pair is tested by the variance recovered from the sides of the two intervals that face each other (MOVER, Zou and
    Donner, Statistics in Medicine 27, 2008), the pairs together by Holm's procedure at 5 % (Scandinavian Journal of
    Statistics 6, 1979), so that with 95 % certainty nobody is put ahead wrongly. With a figures surely ahead and b
    surely behind, of m, the rank lies in a + 1 … m - b (Klein, Wright, Wieczorek, JRSS A 183, 2020).
    Figures without an interval are totals: known exactly, ahead where they are larger, tied where they are equal.
    """
    placed = [n for n, figure in enumerate(figures) if figure.value is not None and figure.enough]
    sign = 1 if higher_is_better else -1
    ahead = _surely_ahead([figures[n] for n in placed], sign)
    ranks: list[Rank | None] = [None] * len(figures)
    for here, n in enumerate(placed):
        better = sum(row[here] for row in ahead)
        worse = sum(ahead[here])
        ranks[n] = Rank(better + 1, len(placed) - worse)
    return ranks


def _surely_ahead(figures: list[Figure], sign: int) -> list[list[bool]]:
    """`ahead[i][j]`: i is surely ahead of j."""
    count = len(figures)
    ahead = [[False] * count for _ in range(count)]
    pairs = sorted((_chance_of_none(figures[i], figures[j]), i, j) for i in range(count) for j in range(i + 1, count))
    for done, (chance, i, j) in enumerate(pairs):
        if chance > ALPHA / (len(pairs) - done):
            break
        difference = sign * (float(figures[i].value or 0) - float(figures[j].value or 0))
        winner, loser = (i, j) if difference > 0 else (j, i)
        ahead[winner][loser] = True
    return ahead


def _chance_of_none(one: Figure, other: Figure) -> float:
    """The two-sided p-value of there being no difference; 0 or 1 for totals."""
    upper, lower = (one, other) if float(one.value or 0) >= float(other.value or 0) else (other, one)
    difference = float(upper.value or 0) - float(lower.value or 0)
    if difference == 0:
        return 1.0
    spread = hypot(_side(upper, up=False), _side(lower, up=True)) / Z
    if spread == 0:
        return 0.0
    return erfc(difference / spread / sqrt(2))


def _side(figure: Figure, *, up: bool) -> float:
    """How far the interval reaches on one side of the value; 0 for a total."""
    bound = figure.high if up else figure.low
    if bound is None:
        return 0.0
    return abs(bound - float(figure.value or 0))
