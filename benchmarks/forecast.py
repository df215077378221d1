"""How often intervals of the forecast hold and how long it takes: `python -m benchmarks.forecast [--sets 400]`.

Made-up records with a known truth (`decisions.forecasting.coverage`), each forecast as of one day: once with steady
months, once with restless ones (the number of new deals varies by 30 percent from month to month beyond chance, the
chance of winning by 15). Then the time of a whole backtest of two years and its peak memory, by size of the record.
"""

import argparse
import resource
import time
from datetime import date

from decisions.forecasting.backtest import travel
from decisions.forecasting.coverage import coverage_of, made_up
from decisions.forecasting.history import day_number

SIZES = (40, 400, 4_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=400)
    sets = parser.parse_args().sets
    for name, shock in (("steady months", 0.0), ("restless months", 0.3)):
        for period, (narrow, wide) in coverage_of(seeds=range(sets), shock=shock).items():
            print(f"{name}, {period}: {narrow:.1%} in the 80 percent interval, {wide:.1%} in the 95, of {sets}")
    for a_month in SIZES:
        history = made_up(1, shock=0.1, a_month=a_month)
        began = time.monotonic()
        made = travel(history, day_number(date(2026, 3, 1)))
        took = time.monotonic() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{len(history):,} deals: {len(made.cuts)} forecasts looked back on in {took:.1f} s, peak {memory:.0f} MiB"
        )


if __name__ == "__main__":
    main()
