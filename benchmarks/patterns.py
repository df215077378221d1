"""What patterns and anomalies promise, measured by simulation with fixed seeds, and how long they take.

Prints the tables that stand in docs/accuracy.md; exit status 1 where a share of false findings lies surely above what
is promised. No database is needed.
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import bdtrc
from scipy.stats import false_discovery_control

from decisions.anomalies.tables import DaySums, look_at_agents, look_at_days
from decisions.anomalies.tails import LOGGED, score_calls
from decisions.patterns.contrasts import compare_all, practices_of
from tests.decisions.anomalies.drawing import LAST, draw_calls, draw_sums
from tests.decisions.patterns.drawing import Truth, draw

PROMISED = 0.05
PLANTED = {"topic.1": 0.8, "tracker.2": 0.8, "talk.silence": 0.5, "criterion.3": 0.5, "criterion.4": -0.4}
PATTERNS = {
    "600 calls, 12 agents, noise": Truth(),
    "100 calls, noise": Truth(calls=100),
    "2,000 calls, 200 agents, noise": Truth(calls=2000, agents=200),
    "900 calls of 300 customers, noise": Truth(calls=900, repeated=3),
    "300 calls, five planted": Truth(calls=300, effects=PLANTED),
    "600 calls, five planted": Truth(effects=PLANTED),
    "2,000 calls, five planted": Truth(calls=2000, effects=PLANTED),
}
ANOMALIES: dict[str, dict[str, float]] = {
    "10 agents, 12 calls a day each": {},
    "5 agents, 2 calls a day each": {"agents": 5, "calls": 2.0},
    "40 agents, days that vary by 30 percent more": {"agents": 40, "excess": 0.09},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trials", type=int, default=200, help="simulated sets of each kind")


def run(options: argparse.Namespace) -> int:
    held = [_print_patterns(options.trials), _print_length(options.trials), _print_anomalies(options.trials)]
    _print_speed()
    return int(not all(held))


def _print_patterns(trials: int) -> bool:
    print("| calls | false share | promised | sets with a false one | power | intervals that cover |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    held = True
    for name, truth in PATTERNS.items():
        false, hits, covered = [], [], []
        for seed in range(trials):
            drawn = draw(truth, seed)
            rows = compare_all(drawn.columns, drawn.won, drawn.controls, drawn.length).contrasts
            sure = {row["feature"] for row in rows if row["significant"]}
            false.append(len(sure - set(truth.effects)) / max(1, len(sure)))
            hits.append(len(sure & set(truth.effects)) / max(1, len(truth.effects)))
            covered += [row["low"] <= np.exp(truth.effects.get(row["feature"], 0.0)) <= row["high"] for row in rows]
        power = f"{np.mean(hits):.2f}" if truth.effects else "–"
        wrong = sum(share > 0 for share in false)
        held &= bool(np.mean(false) <= PROMISED + 1.645 * np.std(false) / trials**0.5)
        print(
            f"| {name} | {np.mean(false):.3f} | {PROMISED} | {wrong} of {trials} | {power} | {np.mean(covered):.3f} |"
        )
    return held


def _print_length(trials: int) -> bool:
    """Won calls are longer, longer calls hold more: how many contrasts there are, and how many are false practices."""
    sure, advised = 0, 0
    for seed in range(trials // 4):
        drawn = draw(Truth(calls=1500, by_length=1.0), seed)
        rows = compare_all(drawn.columns, drawn.won, drawn.controls, drawn.length).contrasts
        sure += sum(row["significant"] for row in rows)
        advised += bool(practices_of([row | {"whose": "agent"} for row in rows]))
    sets = trials // 4
    print(f"\nLonger calls hold more and won calls are longer: {sure / sets:.1f} contrasts a set, practices in "
          f"{advised} of {sets} sets.")  # fmt: skip
    return bool(bdtrc(advised - 1, sets, PROMISED) > 0.01)


def _print_anomalies(trials: int) -> bool:
    print("\n| kind | data | years with an alarm | promised | p < 0.05 | p < 0.001 | found when planted |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    held = True
    for name, values in ANOMALIES.items():
        for kind, look in (("days", look_at_days), ("agents", look_at_agents)):
            quiet = [_p(look, draw_sums(seed, **values)) for seed in range(trials)]  # type: ignore[arg-type]
            found = [_finds(kind, draw_sums(seed, **values)) for seed in range(trials)]  # type: ignore[arg-type]
            held &= _row(kind, name, quiet, found)
    for before, recent in ((2_000, 60), (6_000, 120), (20_000, 400)):
        quiet, found = [], []
        for seed in range(trials):
            figures, agent, looked_at = draw_calls(seed, before=before, recent=recent)
            quiet.append(_scored(figures, agent, looked_at))
            figures["talk.silence"][-3] = 0.9
            found.append(bool(false_discovery_control(_scored(figures, agent, looked_at))[-3] <= PROMISED))
        held &= _row("calls", f"{before:,} calls before, {recent} looked at", quiet, found)
    return held


def _row(kind: str, name: str, quiet: list[np.ndarray], found: list[bool]) -> bool:
    alarms = sum(bool((false_discovery_control(p) <= PROMISED).any()) for p in quiet)
    p = np.concatenate(quiet)
    print(f"| {kind} | {name} | {alarms} of {len(quiet)} | {PROMISED} | {(p < 0.05).mean():.3f} | "
          f"{(p < 0.001).mean():.5f} | {np.mean(found):.2f} |")  # fmt: skip
    return bool(bdtrc(alarms - 1, len(quiet), PROMISED) > 0.01)


def _p(look: Callable[[DaySums, np.datetime64], Iterator[object]], sums: DaySums) -> np.ndarray:
    return np.concatenate([each.expectations.p for each in look(sums, LAST)])  # type: ignore[attr-defined]


def _scored(figures: dict[str, np.ndarray], agent: np.ndarray, looked_at: np.ndarray) -> np.ndarray:
    scored = score_calls(figures, agent, looked_at, LOGGED)
    assert scored is not None
    return scored.p


def _finds(kind: str, sums: DaySums) -> bool:
    """A day with a third of its calls, or an agent who converts a third as often for a month."""
    if kind == "days":
        rows, names = sums.day == LAST - 10, set(sums.sums)
    else:
        rows, names = (sums.agent == 0) & (sums.day > LAST - 28), {"converted"}
    changed = {k: np.where(rows, np.round(v / 3), v) if k in names else v for k, v in sums.sums.items()}
    looked = list((look_at_days if kind == "days" else look_at_agents)(
        DaySums(sums.agents, sums.agent, sums.day, changed), LAST
    ))  # fmt: skip
    q = false_discovery_control(np.concatenate([each.expectations.p for each in looked])) <= PROMISED
    measure, place = ("calls", LAST - 10) if kind == "days" else ("conversion_rate", 0)
    at = [(each.measure, key) for each in looked for key in (each.day if kind == "days" else each.agent)]
    return any(sure and where == (measure, place) for sure, where in zip(q, at, strict=True))


def _print_speed() -> None:
    drawn = draw(Truth(calls=100_000, agents=300, effects=PLANTED), 1)
    began = time.perf_counter()
    compare_all(drawn.columns, drawn.won, drawn.controls, drawn.length)
    patterns = time.perf_counter() - began
    figures, agent, looked_at = draw_calls(1, before=98_000, recent=2_000)
    began = time.perf_counter()
    _scored(figures, agent, looked_at)
    calls = time.perf_counter() - began
    sums = draw_sums(1, agents=300)
    began = time.perf_counter()
    list(look_at_days(sums, LAST)), list(look_at_agents(sums, LAST))
    cells = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n40 features of 100,000 calls of 300 agents compared twice each: {patterns:.0f} s. 100,000 calls scored: "
          f"{calls:.1f} s; a year of days and of 300 agents: {cells:.1f} s. Peak memory {peak:.0f} MB.")  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
