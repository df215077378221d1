"""What the statistics of test cases promise, measured by simulation with fixed seeds: errors, power, coverage.

Prints the table that stands in docs/test-cases.md; exit status 1 where an error is above what is promised.
"""

import argparse
from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import ndtr, stdtrit

from testcases.statistics.dif import mantel_haenszel, ratio_interval, strata_by_ability
from testcases.statistics.improvement import Result, before_after, improvement
from testcases.statistics.power import GROUP_FACTOR, STEPPED_FACTOR, sample_size
from testcases.statistics.rasch import calibrate
from testcases.statistics.reliability import cronbach_alpha
from testcases.statistics.sequential import LOOKS, STEPPED, boundaries, look_at, look_sizes
from testcases.statistics.shares import share_of

SEED = 20_260_101
Draw = Callable[[np.random.Generator, int, float], list[float]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trials", type=int, default=10_000, help="of each sequential test; others take a part of it")


def run(options: argparse.Namespace) -> int:
    trials = options.trials
    bad = 0
    print("| figure | measured | promised | trials |\n| --- | --- | --- | --- |")
    for name, value, promised, n, holds in measure(trials):
        bad += not holds
        print(f"| {name} | {value} | {promised} | {n:,} |{'' if holds else ' MISSED'}")
    return int(bool(bad))


def measure(trials: int) -> Iterator[tuple[str, str, str, int, bool]]:
    few, fewer = max(200, trials // 5), max(60, trials // 50)
    for name, draw, per_arm in (("scores", normal, 20), ("scores", normal, 100), ("passed or not", share(0.9), 50)):
        rate = stops(draw, per_arm, 0.0, trials)
        noise = 1.645 * (0.05 * 0.95 / trials) ** 0.5
        title = f"stop rule: found what is not there, {name}, {per_arm} an arm"
        yield title, f"{rate:.3f}", "≤ 0.05", trials, rate <= 0.05 + noise
    rate = worst_of_shares(4 * trials)
    title = "the same at the worst of 28: passed or not, 30 to 80 %, 20 to 200 an arm"
    yield title, f"{rate:.3f}", "≤ 0.05", 4 * trials, rate <= 0.05
    peeks = peeking(normal, 100, few)
    yield "for comparison: stopping at the first p < 0.05 of 20 looks", f"{peeks:.3f}", "none", few, True
    size = sample_size(scale="mean", baseline=0, effect=0.5, spread=1, factor=GROUP_FACTOR)
    found = stops(normal, size.per_arm, 0.5, few)
    yield (
        f"power for 0.5 standard deviations, {size.per_arm} an arm as planned",
        f"{found:.3f}",
        "0.80",
        few,
        found > 0.77,
    )
    size = sample_size(scale="share", baseline=0.6, effect=0.2, factor=GROUP_FACTOR * STEPPED_FACTOR)
    found = stops(share(0.6), size.per_arm, 0.2, few)
    yield f"power for 60 % against 80 %, {size.per_arm} an arm as planned", f"{found:.3f}", "0.80", few, found > 0.75
    yield from coverage(few, fewer)


def normal(random: np.random.Generator, n: int, shift: float) -> list[float]:
    return list(random.normal(shift, 1, n))


def share(base: float) -> Draw:
    return lambda random, n, shift: list((random.random(n) < base + shift).astype(float))


def stops(draw: Draw, per_arm: int, shift: float, trials: int) -> float:
    """The share of experiments that end with a difference, by the rule with all its looks."""
    random = np.random.default_rng(SEED)
    sizes = [size // 2 for size in look_sizes(per_arm)]
    ended = 0
    for _trial in range(trials):
        a, b = draw(random, sizes[-1], 0.0), draw(random, sizes[-1], shift)
        ended += any(look_at(n, a[:size], b[:size]).crossed for n, size in enumerate(sizes, 1))
    return ended / trials


def worst_of_shares(trials: int) -> float:
    """`stops` of many designs at once, in arrays: shares move in steps, so that some designs err more than others."""
    random = np.random.default_rng(SEED)
    bounds = boundaries(LOOKS, 0.05 * STEPPED)
    worst = 0.0
    for per_arm in (20, 30, 50, 64, 80, 130, 200):
        sizes = [size // 2 for size in look_sizes(per_arm)]
        for chance in (0.3, 0.5, 0.6, 0.8):
            sums = [(random.random((trials, per_arm)) < chance).cumsum(axis=1, dtype=np.int32) for _arm in range(2)]
            found = np.zeros(trials, dtype=bool)
            for bound, n in zip(bounds, sizes, strict=True):
                p, q = ((each[:, n - 1] + 1) / (n + 2) for each in sums)
                error = np.sqrt((p * (1 - p) + q * (1 - q)) / (n + 2))
                found |= np.abs(p - q) >= stdtrit(2 * n - 2, ndtr(bound)) * error
            worst = max(worst, float(found.mean()))
    return worst


def peeking(draw: Draw, per_arm: int, trials: int) -> float:
    from scipy.stats import ttest_ind

    random = np.random.default_rng(SEED)
    steps = range(per_arm // 20, per_arm + 1, per_arm // 20)
    ended = 0
    for _trial in range(trials):
        a, b = draw(random, per_arm, 0.0), draw(random, per_arm, 0.0)
        ended += any(ttest_ind(a[:n], b[:n]).pvalue < 0.05 for n in steps)
    return ended / trials


def coverage(few: int, fewer: int) -> Iterator[tuple[str, str, str, int, bool]]:
    """How often intervals of 95 % hold the truth."""
    random = np.random.default_rng(SEED)
    for name, hits, n, least in (
        ("interval of a pass rate, 15 agents with 8 runs each", _clustered(random, few), few, 0.92),
        ("interval of alpha, 40 runs of 6 criteria", _alpha(random, few), few, 0.92),
        ("interval of a case's difficulty, 60 people, 8 cases (Rasch)", _difficulty(random, fewer), fewer, 0.9),
        ("interval of improvement (mixed), 12 people with 6 runs", _improved(random, fewer, 12, 6), fewer, 0.9),
        ("interval of improvement (paired), 5 people with 4 runs", _improved(random, few, 5, 4), few, 0.92),
        ("interval of a training's effect (difference in differences), 8 and 12", _differences(random, few), few, 0.92),
        ("interval of the impact ratio, 40 and 60 people", _ratio(random, few), few, 0.92),
    ):  # fmt: skip
        yield name, f"{hits:.3f}", "0.95", n, hits >= least
    wrong = _dif(random, fewer * 2)
    yield "DIF: class B or C where there is none, 60 and 60 people", f"{wrong:.3f}", "≤ 0.05", fewer * 2, wrong <= 0.07


def _clustered(random: np.random.Generator, trials: int) -> float:
    hits = 0
    for _trial in range(trials):
        levels = random.beta(6, 4, 15)
        counts = {str(n): (float(random.binomial(8, level)), 8) for n, level in enumerate(levels)}
        found = share_of(counts)
        hits += (found.low or 0) <= 0.6 <= (found.high or 1)
    return hits / trials


def _alpha(random: np.random.Generator, trials: int) -> float:
    truth = 6 / 5 * (1 - 6 * 2 / (6 * 2 + 30))
    hits = 0
    for _trial in range(trials):
        marks = random.normal(0, 1, (40, 1)) + random.normal(0, 1, (40, 6))
        found = cronbach_alpha(marks.tolist())
        hits += (found.low or -9) <= truth <= (found.high or 9)
    return hits / trials


def _difficulty(random: np.random.Generator, trials: int) -> float:
    truth = np.linspace(-1.5, 1.5, 8)
    hits = 0
    for _trial in range(trials):
        chances = 1 / (1 + np.exp(-1.2 * (random.normal(size=(60, 1)) - truth)))
        passed = random.random((60, 8)) < chances
        found = calibrate((str(i), str(j), bool(passed[i, j])) for i in range(60) for j in range(8))
        for j, real in enumerate(truth):
            item = found.items[str(j)]
            hits += item.low is not None and item.high is not None and item.low <= real <= item.high
    return hits / trials / len(truth)


def _improved(random: np.random.Generator, trials: int, people: int, runs: int) -> float:
    hits = 0
    for _trial in range(trials):
        rows = []
        for person in range(people):
            level, pace = random.normal(60, 8), random.normal(3, 1)
            rows += [
                Result(str(person), str(n % 2), 15.0 * n, level + pace * n / 2 + random.normal(0, 5))
                for n in range(runs)
            ]
        found = improvement(rows)
        truth = 3.0 if found.method == "mixed" else 3.0 * (runs - 2) / 2
        hits += found.low is not None and found.high is not None and found.low <= truth <= found.high
    return hits / trials


def _differences(random: np.random.Generator, trials: int) -> float:
    hits = 0
    for _trial in range(trials):
        ours, theirs = (
            [(x, x + random.normal(shift, 6)) for x in random.normal(60, 8, n)] for shift, n in ((7, 8), (2, 12))
        )
        found = before_after(ours, theirs)
        hits += (found.low or -99) <= 5 <= (found.high or 99)
    return hits / trials


def _ratio(random: np.random.Generator, trials: int) -> float:
    hits = 0
    for _trial in range(trials):
        low, high = ratio_interval(int(random.binomial(40, 0.4)), 40, int(random.binomial(60, 0.6)), 60)
        hits += low <= 2 / 3 <= high
    return hits / trials


def _dif(random: np.random.Generator, trials: int) -> float:
    wrong = 0
    for _trial in range(trials):
        ability = random.normal(size=120)
        passed = random.random(120) < 1 / (1 + np.exp(-ability))
        rows = [(float(each), n % 2 == 0, bool(passed[n])) for n, each in enumerate(ability)]
        wrong += mantel_haenszel(strata_by_ability(rows)).cls in ("B", "C")
    return wrong / trials


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
