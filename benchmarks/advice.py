"""How often advice is wrong where nothing happened, and how often it is right where something did. Needs no data.

    python -m benchmarks.advice

Prints the tables of docs/accuracy.md, "Recommendations and alerts".
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from analytics.metrics import Better
from analytics.metrics.estimates import mover, wilson
from decisions.advice.effect import Change, effect_of, verdict
from decisions.advice.rules.baseline import Window, level_of, unusual
from decisions.statistics.shares import p_of_difference

YEARS_OF_PAST, DAYS, YEARS, GROUPS, FALSE_ALARMS = 2, 7, 20, 5, 2.0
Daily = tuple[NDArray[np.float64], NDArray[np.float64]]


def season(days: int) -> NDArray[np.float64]:
    day = np.arange(days)
    return (1 + 0.3 * np.sin(2 * np.pi * day / 365.25)) * np.where(day % 7 < 5, 1.3, 0.25) * (1 + 0.1 * day / 365)


def poisson(rng: np.random.Generator, days: int) -> Daily:
    return rng.poisson(4 * season(days)).astype(float), np.ones(days)


def overdispersed(rng: np.random.Generator, days: int) -> Daily:
    mean = 4 * season(days)
    return rng.negative_binomial(3, 3 / (3 + mean)).astype(float), np.ones(days)


def money(rng: np.random.Generator, days: int) -> Daily:
    return np.array([rng.lognormal(8, 1, n).sum() for n in rng.poisson(2 * season(days))]), np.ones(days)


def shares(rng: np.random.Generator, days: int) -> Daily:
    n = rng.poisson(5 * season(days))
    return rng.binomial(n, 0.35).astype(float), n.astype(float)


def windows(series: Daily, until: int, kind: str) -> list[Window]:
    """Of running sums."""
    ends = np.arange(until % DAYS + DAYS, until + 1, DAYS)
    totals, sizes = (running[ends + 1] - running[ends + 1 - DAYS] for running in series)
    return [
        Window(int(end), float(total), float(n) if kind == "share" else 1.0)
        for end, total, n in zip(ends, totals, sizes, strict=True)
    ]


def running(series: Daily) -> Daily:
    """Sums up to each day."""
    first, second = (np.concatenate([[0.0], np.cumsum(row)]) for row in series)
    return first, second


def alarms_a_year(make: Callable[[np.random.Generator, int], Daily], kind: str, seed: int) -> tuple[float, float]:
    """(days with an alarm, findings) in a year of daily asking, over a rule of GROUPS groups; days within a week of
    the one before belong to one finding."""
    rng, flagged, begun = np.random.default_rng(seed), 0, 0
    alpha = level_of(FALSE_ALARMS, GROUPS, kind)
    for _year in range(YEARS):
        for _group in range(GROUPS):
            series, last = running(make(rng, 366 + YEARS_OF_PAST * 366)), -100
            for day in range(YEARS_OF_PAST * 366, YEARS_OF_PAST * 366 + 365):
                rows = windows(series, day, kind)
                found = unusual(rows[:-1], rows[-1], kind=kind, days=DAYS)
                if found is not None and found.p <= alpha:
                    flagged, begun, last = flagged + 1, begun + (day - last > DAYS), day
    return flagged / YEARS, begun / YEARS


def heard(make: Callable[[np.random.Generator, int], Daily], seed: int, factor: float) -> float:
    """The share of weeks at `factor` times the usual that are told (about 35 a week after three years,
    one group of GROUPS)."""
    rng, told, tried = np.random.default_rng(seed), 0, 300
    for _ in range(tried):
        series = running(make(rng, 3 * 366))
        rows = windows(series, 3 * 366 - 1, "count")
        last = Window(rows[-1].end, round(rows[-1].total * factor), 1.0)
        found = unusual(rows[:-1], last, kind="count", days=DAYS)
        told += found is not None and found.p <= level_of(FALSE_ALARMS, GROUPS, "count")
    return told / tried


def outcomes(seed: int, rate_now: float, rate_after: float, tried: int = 20_000) -> Iterator[str]:
    """Verdicts on a group of 150 deals a quarter among 850 others that was found to have dropped from 40 %."""
    rng = np.random.default_rng(seed)
    for _ in range(tried):
        first, now = rng.binomial(150, 0.4), rng.binomial(150, rate_now)
        p = p_of_difference(int(now), 150, int(first), 150)
        if now >= first or p is None or p > 0.05:
            continue
        after, rest = rng.binomial(150, rate_after), rng.binomial([1700, 850], 0.4)
        mine = _difference(after, 150, first + now, 300)
        others = _difference(rest[1], 850, rest[0], 1700)
        figures = {"before": float(first / 150), "after": float(now / 150)}
        yield verdict(figures, Better.HIGHER, effect_of(mine, others)[1])


def _difference(won: int, n: int, had: int, of: int) -> Change:
    one, other = won / n, had / of
    return one - other, mover(one, wilson(int(won), n), other, wilson(int(had), of))


def main() -> None:
    print(f"`unusual`, {FALSE_ALARMS:g} false alarms a year allowed, {GROUPS} groups, asked daily, {YEARS} years each")
    cases = (("counts, Poisson", poisson, "count"), ("counts, overdispersed", overdispersed, "count"),
             ("money, lognormal deals", money, "sum"), ("shares", shares, "share"))  # fmt: skip
    for name, make, kind in cases:
        days, findings = alarms_a_year(make, kind, 1)
        print(f"  {name:24} {days:5.2f} days a year, {findings:5.2f} findings a year")
    for factor in (0.5, 0.33, 2.0):
        told = [f"{name} {heard(make, 2, factor):.0%}" for name, make, _kind in cases[:2]]
        print(f"  a week at {factor:g} times the usual is told: " + "; ".join(told))
    print("whether it worked, 150 deals a quarter, after a drop was found")
    cases_of_acts = (("no drop in truth, nothing changed", 0.4, 0.4), ("real drop, nothing helped", 0.25, 0.25),
                     ("real drop, made up in full", 0.25, 0.4), ("real drop, and more", 0.25, 0.5))  # fmt: skip
    for name, now, after in cases_of_acts:
        found = list(outcomes(3, now, after))
        told = {key: sum(row == key for row in found) / len(found) for key in ("yes", "no", "unclear")}
        print(f"  {name:34} " + ", ".join(f"{key} {share:.1%}" for key, share in told.items()) + f" of {len(found)}")


if __name__ == "__main__":
    main()
