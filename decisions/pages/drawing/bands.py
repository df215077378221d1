"""A forecast of one period against its target, in the space of a line: drawn by the server. Pure."""

from dataclasses import dataclass

WIDTH = 1000.0


@dataclass(frozen=True, slots=True)
class Band:
    """Places on a line of WIDTH: (start, width) of what is won already and of both intervals; of the expected value and
    the target only where."""

    won: float
    wide: tuple[float, float]
    narrow: tuple[float, float]
    value: float
    target: float | None


def draw_band(
    *, won: float, value: float, low80: float, high80: float, low95: float, high95: float, target: float | None,
    top: float | None = None,
) -> Band:  # fmt: skip
    """`top` is the amount at the right end; without it, what has room for all of these."""
    end = top or max(won, high95, value, target or 0.0) * 1.05 or 1.0

    def at(amount: float) -> float:
        return round(min(max(amount, 0.0), end) / end * WIDTH, 1)

    def span(low: float, high: float) -> tuple[float, float]:
        return at(low), round(max(at(high) - at(low), 2.0), 1)

    return Band(
        won=at(won), wide=span(low95, high95), narrow=span(low80, high80), value=at(value),
        target=None if not target else at(target),
    )  # fmt: skip
