"""How honest the figures of win rates are, over simulated deals, and how fast: `python -m benchmarks.winrate`.

Prints what docs/accuracy.md states: how often noise is called a difference or a cause, how often planted causes are
found and named rightly, and how often intervals hold the truth. Seeds are fixed. No database. About two minutes.
"""

# ruff: noqa: E402
import os
import time
from datetime import date
from uuid import UUID

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesiq.settings")
django.setup()

from decisions.tables import DealTable
from decisions.tables.columns import Coded
from decisions.winrate.analysis import describe
from decisions.winrate.change import decompose, settle_decompositions
from decisions.winrate.consistency import consistency_of
from decisions.winrate.periods import Days, recent_period
from decisions.winrate.questions import Question
from decisions.winrate.rates import count_groups, rows_of, settle_rows
from decisions.winrate.velocity import velocity_of

START = np.datetime64("2024-01-01")
FIELDS = {"region": 4, "product": 3, "source": 5, "agent": 25, "industry": 6}


def table_of(won, closed, cycle=None, value=None, **groups) -> DealTable:
    n = len(won)
    nothing = Coded(np.full(n, -1, dtype=np.int32), ())
    return DealTable(
        ids=tuple(UUID(int=place) for place in range(n)),
        won=np.asarray(won, dtype=np.float64),
        created=closed - (30 if cycle is None else cycle),
        closed=closed,
        expected=np.full(n, "NaT", dtype="datetime64[D]"),
        value=np.full(n, 100.0) if value is None else value,
        stage=nothing,
        pipeline=nothing,
        groups={
            key: Coded(codes.astype(np.int32), tuple(str(level) for level in range(int(codes.max()) + 1)))
            for key, codes in groups.items()
        },
    )


def draw_groups(rng, n):
    return {key: rng.integers(0, levels, n) for key, levels in FIELDS.items()}


def days(rng, n, since=0, length=182):
    return START + np.sort(rng.integers(since, since + length, n))


def rows_found(rng, n, effect=0.0):
    """(false, true, missed) significant rows; one region differs by the effect."""
    groups = draw_groups(rng, n)
    won = rng.random(n) < 0.45 + effect * (groups["region"] == 0)
    table = table_of(won, days(rng, n), **groups)
    rows = [row for key in FIELDS for row in rows_of(count_groups(table, (key,)), (key,))]
    settle_rows(rows)
    found = [row for row in rows if row["significant"]]
    # With one region off, the others differ from the rest too: they are no false findings.
    true = [row for row in found if effect and "region" in row["groups"]]
    return len(found) - len(true), len(true), any(row["groups"].get("region") == "0" for row in found)


def rates(repeats=1000):
    for n in (500, 5000):
        noise = [rows_found(np.random.default_rng(seed), n)[0] > 0 for seed in range(repeats)]
        print(f"noise, {n} deals, 43 groups: a row is significant in {np.mean(noise):.3f} of {repeats} sets")
        for effect in (0.05, 0.1, 0.2):
            found = [rows_found(np.random.default_rng(seed), n, effect) for seed in range(repeats // 5)]
            fdr = np.mean([false / max(1, false + true) for false, true, _hit in found])
            power = np.mean([hit for _false, _true, hit in found])
            print(f"  a region {100 * effect:+.0f} points, {n} deals: found {power:.2f}, false share {fdr:.3f}")


def change_says(rng, n, mix=0.0, rate=0.0):
    """What the decompositions by five dimensions say; mix moves deals to a region that wins 25 points more."""
    before, after = draw_groups(rng, n), draw_groups(rng, n)
    moved = rng.random(n) < mix
    after["region"] = np.where(moved, 0, after["region"])
    lift = 0.25 if mix else 0.0
    won_before = rng.random(n) < 0.4 + lift * (before["region"] == 0)
    won_after = rng.random(n) < 0.4 + lift * (after["region"] == 0) + rate
    old, new = table_of(won_before, days(rng, n), **before), table_of(won_after, days(rng, n, 182), **after)
    found = [decompose(key, count_groups(old, (key,)), count_groups(new, (key,))) for key in FIELDS]
    known = [one for one in found if one is not None]
    settle_decompositions(known)
    return {one["by"]: one["says"] for one in known}


def changes(repeats=500, n=1500):
    print(f"two periods of {n} deals each, five dimensions, {repeats} sets:")
    for name, mix, rate in (("noise", 0, 0), ("mix only", 0.4, 0), ("rate only", 0, -0.08), ("both", 0.4, -0.1)):
        says = [change_says(np.random.default_rng(seed), n, mix, rate) for seed in range(repeats)]
        region = [each["region"] for each in says]
        counted = ", ".join(f"{what} {region.count(what) / repeats:.3f}" for what in ("noise", "mix", "rate", "both"))
        anything = np.mean([any(value != "noise" for value in each.values()) for each in says])
        print(f"  {name}: by region it says {counted}; any dimension says something in {anything:.3f}")


def conclusions(repeats=300, n=4000):
    says = []
    for seed in range(repeats):
        rng = np.random.default_rng(seed)
        table = table_of(rng.random(n) < 0.45, days(rng, n, 0, 360), **draw_groups(rng, n))
        asked = Question(tuple(FIELDS), False, None, "", 200)
        says.append(describe(table, asked, recent_period(table, date(2024, 12, 25)))["conclusion"])
    counted = ", ".join(f"{what} {says.count(what) / repeats:.3f}" for what in sorted(set(says)))
    print(f"the standard analysis of {n} deals of noise concludes: {counted}")


def velocity(repeats=1000):
    for n in (40, 200, 1000):
        held = 0
        for seed in range(repeats):
            rng = np.random.default_rng(seed)
            won = rng.random(n) < 0.4
            cycle = 1 + rng.gamma(2, 20, n).astype(int)
            value = np.exp(rng.normal(8, 1, n)) * (cycle / 40) ** 0.3
            true_value = np.exp(8.5) * np.mean(TRUE_SIZE)
            score = n * 0.4 * true_value / np.mean(TRUE_CYCLE)
            (found,) = velocity_of(table_of(won, days(rng, n), cycle, value))
            held += found["low"] is not None and found["low"] <= score <= found["high"]
        print(f"velocity of {n} deals: the interval of 95 % holds the truth in {held / repeats:.3f}")


_CYCLES = 1 + np.random.default_rng(0).gamma(2, 20, 1_000_000).astype(int)
TRUE_CYCLE, TRUE_SIZE = _CYCLES, (_CYCLES / 40) ** 0.3


def consistency(repeats=300, agents=25, periods=8, each=25):
    for swing in (0.0, 0.05, 0.1):
        held, means = [], []
        for seed in range(repeats):
            rng = np.random.default_rng(seed)
            truth = np.clip(0.45 + rng.normal(0, swing, (agents, periods)), 0.01, 0.99)
            won = rng.binomial(each, truth)
            counts = {
                (f"{period:02}", (str(agent),)): (int(won[agent, period]), each)
                for agent in range(agents)
                for period in range(periods)
            }
            found = consistency_of(counts)
            target = 100 * (1 - swing / 0.45)
            held += [one["low"] <= target <= one["high"] for one in found]
            means += [one["index"] for one in found]
        print(
            f"consistency, true swing {100 * swing:.0f} points (index {target:.0f}), {each} deals a period: mean index "
            f"{np.mean(means):.1f}, the interval holds it in {np.mean(held):.3f}"
        )


def speed():
    for n in (5_000, 500_000):
        rng = np.random.default_rng(1)
        groups = {**draw_groups(rng, n), "company": rng.integers(0, min(n, 50_000), n)}
        table = table_of(rng.random(n) < 0.45, days(rng, n, 0, 900), rng.integers(1, 90, n), **groups)
        asked = Question(tuple(groups), False, None, "", 200)
        began = time.perf_counter()
        describe(table, asked, Days(None, None))
        print(f"{n} deals, six dimensions, one of {min(n, 50_000)} groups: {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    for part in (rates, changes, conclusions, velocity, consistency, speed):
        part()
