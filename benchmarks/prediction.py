"""What the prediction engine promises, measured by simulation with fixed seeds: `python -m benchmarks.prediction`.

Prints the tables of docs/accuracy.md: signals found where there are none, whether intervals of the AUC hold the true
one, whether probabilities mean what they say, how much signal is found, and when trees are taken. Exit status 1 where
more signals are found in noise than promised.
"""

import argparse
import sys
from collections.abc import Iterator

import numpy as np
from scipy.special import expit
from scipy.stats import rankdata

from decisions.prediction.engine.applying import probabilities
from decisions.prediction.engine.documents import Fitted
from decisions.prediction.engine.fitting import evaluate, fit_model
from decisions.prediction.engine.frame import Frame, groups_of

NOMINAL = 0.05
_FRESH = 20_000


def made_rows(
    n: int, *, seed: int, effect: float, numbers: int = 3, groups: int = 3, base: float = -0.8, crossed: bool = False
) -> tuple[Frame, np.ndarray]:
    """Rows whose outcome follows a sum of `effect` × (number 0, level of group 0), or the product of two numbers where
    `crossed`; and the true chance of each. Without effect all fields are noise. Levels: 8 a group."""
    chance = np.random.default_rng(seed)
    columns = {f"x{place}": chance.normal(size=n) for place in range(numbers)}
    codes = {f"g{place}": chance.integers(0, 8, n) for place in range(groups)}
    moved = np.zeros(n)
    if effect and crossed:
        moved = columns["x0"] * columns["x1"]
    elif effect:
        moved = columns["x0"] + np.linspace(-1, 1, 8)[codes["g0"]]
    true = expit(base + effect * moved)
    outcome = (chance.random(n) < true).astype(np.float64)
    days = np.datetime64("2025-01-01") + chance.integers(0, 365, n)
    made = {name: groups_of([f"level {code}" for code in column]) for name, column in codes.items()}
    return Frame("deal_win", outcome, days, columns, made), true


def noise_of_calls(deals: int, seed: int) -> Frame:
    """Three calls a deal that share its outcome, its company and a number: noise, and rows that hang together."""
    frame, _ = made_rows(deals, seed=seed, effect=0)
    return Frame(
        **{**_columns(frame.taken(np.repeat(np.arange(deals), 3))), "clusters": np.repeat(np.arange(deals), 3)}
    )


def auc_of(outcome: np.ndarray, score: np.ndarray) -> float:
    ranks, positives = rankdata(score), outcome == 1
    n1, n0 = positives.sum(), (~positives).sum()
    return float((ranks[positives].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))


def false_signals(trials: int) -> Iterator[tuple[str, float, int]]:
    """Share of sets of noise in which a signal is claimed."""
    cases = (
        ("100 rows, 2 fields, random folds", trials, "random", {"n": 100, "numbers": 1, "groups": 1, "base": 0}),
        ("250 rows, 6 fields, random folds", trials, "random", {"n": 250}),
        ("250 rows, 1 field, random folds", trials, "random", {"n": 250, "numbers": 1, "groups": 0}),
        ("250 rows, 6 fields, by time", trials, "time", {"n": 250}),
        ("600 rows, 10 fields, trees tried", trials, "random", {"n": 600, "numbers": 5, "groups": 5}),
        ("600 rows, 10 fields, trees tried, by time", trials, "time", {"n": 600, "numbers": 5, "groups": 5}),
    )
    for title, count, split, kind in cases:
        found = sum(evaluate(made_rows(seed=seed, effect=0, **kind)[0], split=split)["signal"] for seed in range(count))
        yield title, found / count, count
    found = sum(evaluate(noise_of_calls(90, seed))["signal"] for seed in range(trials))
    yield "270 calls of 90 deals, random folds", found / trials, trials


def signals(trials: int) -> Iterator[str]:
    """Rows of the table of planted signals: true AUC, share found, intervals that hold it, calibration."""
    for n, effect in ((250, 0.4), (250, 0.8), (1000, 0.4), (1000, 0.8), (1000, 1.6)):
        fresh, true = made_rows(_FRESH, seed=10**6, effect=effect)
        found = [_planted(n, seed, effect, fresh, true) for seed in range(trials)]
        table = np.array(found)
        served = table[table[:, 0] == 1]
        best = auc_of(fresh.outcome, true)
        yield (
            f"| {n:,} | {best:.2f} | {table[:, 0].mean():.2f} | {table[:, 1].mean():.2f} | {served[:, 2].mean():.3f} "
            f"| {served[:, 3].mean():.3f} | {served[:, 4].mean():.3f} | {table[:, 5].mean():.2f} | {trials} |"
        )


def forms(trials: int) -> Iterator[tuple[str, float, int]]:
    """How often trees are taken: where sums say all, and where only a product of two numbers does."""
    for title, crossed in (("a sum", False), ("a product", True)):
        taken = [
            evaluate(made_rows(1000, seed=seed, effect=1.2, crossed=crossed)[0])["chosen"] == "boosted"
            for seed in range(trials)
        ]
        yield title, float(np.mean(taken)), trials


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trials", type=int, default=400, help="sets of noise; others take a part of it")


def run(options: argparse.Namespace) -> int:
    trials, missed = options.trials, False
    print("| noise | signals claimed | at most | sets |\n| --- | --- | --- | --- |")
    for title, share, count in false_signals(trials):
        bad = share > NOMINAL + 1.645 * (NOMINAL * (1 - NOMINAL) / count) ** 0.5
        missed |= bad
        print(f"| {title} | {share:.3f} | {NOMINAL} | {count} |{' MISSED' if bad else ''}", flush=True)
    print("\n| rows | best AUC | found | interval holds it | ECE reported | ECE true | off by | trees | sets |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for line in signals(max(20, trials // 4)):
        print(line, flush=True)
    print("\n| the outcome follows | trees taken | sets |\n| --- | --- | --- |")
    for title, share, count in forms(max(10, trials // 20)):
        print(f"| {title} | {share:.2f} | {count} |", flush=True)
    return int(missed)


def _planted(n: int, seed: int, effect: float, fresh: Frame, true: np.ndarray) -> tuple[float, ...]:
    """(signal, interval holds the AUC that the model has on fresh rows, ECE reported, ECE on fresh rows, mean distance
    of its chances from the true ones, trees)."""
    fitted = fit_model(made_rows(n, seed=seed, effect=effect)[0])
    report = fitted.report
    if not report["signal"]:
        low, high = report["auc_low"] or 0.0, report["auc_high"] or 1.0
        return 0.0, float(low <= 0.5 <= high), np.nan, np.nan, np.nan, 0.0
    said = probabilities(fitted.document, fresh)
    reached = auc_of(fresh.outcome, said)
    holds = (report["auc_low"] or 0.0) <= reached <= (report["auc_high"] or 1.0)
    return 1.0, float(holds), report["ece"] or 0.0, _gap(true, said), float(np.abs(said - true).mean()), _trees(fitted)


def _gap(true: np.ndarray, said: np.ndarray) -> float:
    """Expected calibration error against true chances, so that no chance is left in it."""
    return float(np.mean([abs(true[part].mean() - said[part].mean()) for part in np.array_split(np.argsort(said), 10)]))


def _trees(fitted: Fitted) -> float:
    return float(fitted.report["chosen"] == "boosted")


def _columns(frame: Frame) -> dict[str, object]:
    return {"target": frame.target, "outcome": frame.outcome, "days": frame.days, "numbers": frame.numbers,
            "groups": frame.groups}  # fmt: skip


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    add_arguments(arguments)
    sys.exit(run(arguments.parse_args()))
