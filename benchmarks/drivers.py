"""What drivers of the win rate promise, measured: `python -m benchmarks.drivers [--sets 200] [--sizes 5000 500000]`.

Simulates sets of deals with fixed seeds, noise and planted drivers of several sizes, and prints the table that stands
in docs/accuracy.md: false discoveries, power, coverage. Then the seconds and memory of whole analyses. Exit status 1
where an error is above what is promised.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

SEED = 20_260_101
PROMISED = 0.05
SECONDS = {5_000: 5.0, 500_000: 120.0}


@dataclass(frozen=True)
class Scenario:
    """`sizes`: levels of each field; `planted`: (field, level) each of whose log odds is shifted by `effect`.

    `spread` is how equal the levels are (Dirichlet); `shared` the share of deals whose fields go by the first field.
    """

    name: str
    n: int = 3_000
    sizes: tuple[int, ...] = (25, 4, 4, 3, 5, 6)
    base: float = 0.45
    effect: float = 0.0
    planted: tuple[tuple[int, int], ...] = ()
    spread: float = 5.0
    shared: float = 0.0


RARE = {"sizes": (60, 12, 8, 3), "spread": 0.7}
SCENARIOS = (
    Scenario("noise"),
    Scenario("noise, 1 in 10 won", base=0.1),
    Scenario("noise, many levels and few deals", n=1_000, sizes=(40, 30, 20, 10, 8, 6, 5, 4)),
    Scenario("noise, rare levels, 15 % won", base=0.15, **RARE),
    Scenario("noise, rare levels, 85 % won", base=0.85, **RARE),
    Scenario("noise, fields go together", shared=0.5),
    Scenario("odds × 1.35", effect=0.3, planted=((1, 0),)),
    Scenario("odds × 1.65", effect=0.5, planted=((1, 0),)),
    Scenario("odds × 2.2", effect=0.8, planted=((1, 0),)),
    Scenario("odds × 0.55 twice, fields go together", effect=-0.6, planted=((1, 0), (0, 3)), shared=0.5),
    Scenario("odds × 2.2 twice, rare levels, 15 % won", effect=0.8, base=0.15, planted=((1, 0), (2, 1)), **RARE),
    Scenario("odds × 2.2, many levels and few deals", n=1_000, sizes=(40, 30, 20, 10, 8, 6, 5, 4), effect=0.8,
             planted=((7, 0),)),
)  # fmt: skip


@dataclass
class Tally:
    """Over sets: share of false ones among what was found (0 where nothing was), found planted ones, coverage."""

    false: list[float] = field(default_factory=list)
    false_fields: list[float] = field(default_factory=list)
    found: list[bool] = field(default_factory=list)
    covered: list[bool] = field(default_factory=list)
    covered_planted: list[bool] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=200, help="of each kind")
    parser.add_argument("--sizes", type=int, nargs="*", default=[5_000, 500_000])
    parser.add_argument("--pairs", type=int, default=60, help="sets whose pairs of levels are searched")
    options = parser.parse_args()
    _set_up()
    bad = print_table(options.sets)
    bad += print_pairs(options.pairs)
    for size in options.sizes:
        bad += print_speed(size)
    return int(bad > 0)


def print_table(sets: int) -> int:
    print("| sets | false discoveries | of fields | power | covers, nothing there | covers, planted |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    total = Tally()
    for scenario in SCENARIOS:
        tally = tally_of(scenario, sets)
        print(f"| {scenario.name} | {_row(tally)} |", flush=True)
        for name in vars(total):
            getattr(total, name).extend(getattr(tally, name))
    print(f"| all {len(total.false):,} sets | {_row(total)} |")
    return int(np.mean(total.false) > PROMISED)


def tally_of(scenario: Scenario, sets: int) -> Tally:
    tally = Tally()
    for number in range(sets):
        standing = _standings(scenario, number)
        planted = {(f"f{place}", f"l{level}") for place, level in scenario.planted}
        found = [(each.feature, each.level) for each in standing if each.significant]
        fields = {name for name, _level in planted}
        tally.false.append(sum(each not in planted for each in found) / max(1, len(found)))
        tally.false_fields.append(sum(name not in fields for name, _level in found) / max(1, len(found)))
        for each in standing:
            there = (each.feature, each.level) in planted
            truth = scenario.effect if there else 0.0
            (tally.covered_planted if there else tally.covered).append(each.bounds.low <= truth <= each.bounds.high)
            if there:
                tally.found.append(each.significant)
    return tally


def draw(scenario: Scenario, number: int):
    """Fields' codes and outcomes of one set."""
    random = np.random.default_rng([SEED, number, scenario.n])
    n = scenario.n
    codes = [random.choice(size, n, p=random.dirichlet(np.full(size, scenario.spread))) for size in scenario.sizes]
    for place in range(1, len(codes)):
        alike = random.random(n) < scenario.shared
        codes[place] = np.where(alike, codes[0] % scenario.sizes[place], codes[place])
    log_odds = np.full(n, np.log(scenario.base / (1 - scenario.base)))
    for place, level in scenario.planted:
        log_odds += scenario.effect * (codes[place] == level)
    won = (random.random(n) < 1 / (1 + np.exp(-log_odds))).astype(float)
    return codes, won


def columns(codes):
    from decisions.tables import Coded

    return {
        f"f{place}": Coded(column.astype(np.int32), tuple(f"l{level}" for level in range(column.max() + 1)))
        for place, column in enumerate(codes)
    }


def _standings(scenario: Scenario, number: int):
    from decisions.drivers.design import Design
    from decisions.drivers.fields import prepare
    from decisions.drivers.fitting import grouped
    from decisions.drivers.testing import standings

    codes, won = draw(scenario, number)
    fields = prepare(columns(codes), {}, won).fields
    if not fields:
        return []
    rows = grouped([each.codes for each in fields], [len(each.levels) for each in fields], won)
    return standings(Design(fields), rows).tested


def print_pairs(sets: int) -> int:
    """How often the search for pairs finds what is there, and what is not."""
    silent = [_pairs(number, 0.0) for number in range(sets)]
    planted = [_pairs(number, 1.0) for number in range(sets)]
    noise = np.mean([bool(found) for found in silent])
    false = np.mean([sum(each != ("l0", "l1") for each in found) / max(1, len(found)) for found in planted])
    power = np.mean([("l0", "l1") in found for found in planted])
    print(
        f"\npairs of levels, {sets} sets: something found in {noise:.3f} of noise; planted × 2.7: found {power:.2f}, "
    )
    print(f"false among what was found {false:.3f}")
    return int(noise > PROMISED)


def _pairs(number: int, effect: float) -> list[tuple[str, str]]:
    from decisions.drivers.design import Design
    from decisions.drivers.fields import prepare
    from decisions.drivers.fitting import grouped
    from decisions.drivers.interactions import interactions

    random = np.random.default_rng([SEED, number])
    codes = [random.integers(0, size, 3_000) for size in (20, 4, 5, 3)]
    chance = 1 / (1 + np.exp(0.2 - effect * ((codes[1] == 0) & (codes[2] == 1))))
    won = (random.random(3_000) < chance).astype(float)
    fields = prepare(columns(codes), {}, won).fields
    rows = grouped([each.codes for each in fields], [len(each.levels) for each in fields], won)
    found = interactions(Design(fields), rows)
    return [tuple(each["levels"]) for each in found if each["significant"]]


def print_speed(n: int) -> int:
    from decisions.drivers.explaining import Deals, explain

    random = np.random.default_rng(SEED)
    codes = [random.integers(0, size, n) for size in (min(200, n // 100), 12, 8, 6, 10, 5, 20, 3, 15, 50_000)]
    value, days = random.lognormal(9, 1, n), random.integers(5, 120, n).astype(float)
    won = (random.random(n) < 1 / (1 + np.exp(0.2 - 0.4 * (codes[1] == 3)))).astype(float)
    deals = Deals(won, columns(codes), {"value": value}, days)
    before, began, used = _peak(), time.perf_counter(), time.process_time()
    document = explain(deals)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    found = [(each["feature"], each["level"]) for each in document["drivers"] if each["significant"]]
    print(f"{n:,} deals, ten fields and a value: {seconds:.1f} s ({used:.1f} s of processor), "
          f"{_peak() - before:.0f} MB on top of {before:.0f} MB; found {found}")  # fmt: skip
    return int(used > SECONDS.get(n, np.inf))


def _row(tally: Tally) -> str:
    shares: Iterator[list[float] | list[bool]] = iter(vars(tally).values())
    return " | ".join(f"{np.mean(each):.3f}" if each else "" for each in shares)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesiq.settings")
    django.setup()


if __name__ == "__main__":
    sys.exit(main())
