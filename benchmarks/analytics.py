"""How quick figures are and what sums cost: `python -m benchmarks.analytics SERVER_URL [--sizes 1000000 10000000]`.

Makes a database of its own for each size on the PostgreSQL server of the URL (a superuser's), seeds it with calls,
and measures in turn, size by size and way by way, with equal results: the overview of the full history over the API
(Django's test client, the whole request), the best SQL over the calls that gives the same, and DuckDB on the same
data. Then what keeping sums costs an ingest, and how soon a published call shows. Prints ratios of one run on one
machine. `--keep` leaves the databases for the next run.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg

ROUNDS = 15
ANSWER = "=answer="
METRICS = (
    "calls", "call_minutes", "average_duration", "answer_rate", "conversion_rate", "qualification_rate",
    "quality_score", "conversion_probability", "csat", "follow_up_rate", "talk_ratio", "script_adherence",
)  # fmt: skip
ASKED = {"whole": {"metric": METRICS}, "by region": {"metric": METRICS, "by": "region"}}
ASKED["by agent"] = {"metric": METRICS, "by": "agent", "limit": 200}
MOST_OF_SQL, MOST_OF_DUCKDB, MOST_OF_SMALLER, MOST_OF_INGEST, MOST_QUERIES = 1 / 15, 1 / 5, 1.3, 0.10, 12

SUMS = """
SELECT {key}, count(*),
    count(c.call_duration), sum(c.call_duration), sum(c.call_duration * c.call_duration),
    count(*) FILTER (WHERE outcome <> ''), count(*) FILTER (WHERE outcome <> '' AND outcome <> 'no_answer'),
    count(*) FILTER (WHERE outcome = 'converted'), count(*) FILTER (WHERE outcome IN ('converted', 'qualified')),
    count(quality_score), sum(quality_score::float8), sum(quality_score::float8 * quality_score::float8),
    count(conversion_probability), sum(conversion_probability), sum(conversion_probability * conversion_probability),
    count(csat), sum(csat), sum(csat * csat),
    count(*) FILTER (WHERE outcome = 'callback' AND outcome <> ''), count(a.id)
FROM {calls} AS c LEFT JOIN {analyses} AS a ON a.call_id = c.id
WHERE c.status IN ('published', 'logged') GROUP BY 1
"""
KEYS = {"whole": "''", "by region": "region", "by agent": "agent_id::text"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--ingest", type=int, default=100_000)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sites = [Site(options.url, size, Path(folder)) for size in sorted(options.sizes)]
        try:
            for site in sites:
                site.prepare()
            compare(sites)
            sites[0].report("pages")
            sites[0].report("freshness")
            sites[0].report("upkeep", options.ingest)
        finally:
            for site in sites:
                site.close(drop=not options.keep)


class Site:
    """An installation with `size` calls: a process that does on its database what it is told to."""

    def __init__(self, server: str, size: int, folder: Path) -> None:
        self.size, self.server, self.name = size, server, f"rollups_bench_{size}"
        self.url = server.replace("postgres@", "postgres:@").replace("/postgres?", f"/{self.name}?")
        self.folder = folder / str(size)
        self.folder.mkdir()
        with psycopg.connect(server, autocommit=True) as admin:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name]).fetchone():
                admin.execute(f"CREATE DATABASE {self.name}")
        environment = {
            "DATABASE_URL": self.url, "SALESIQ_DATA_DIR": str(self.folder), "SALESIQ_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "salesiq.settings", "ALLOWED_HOSTS": "testserver",
            "SALESIQ_THROTTLE_READ": "1000000/hour",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from benchmarks.analytics_site import serve; serve()"],
            env={**os.environ, **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, *words: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        while line := self.process.stdout.readline():
            # What a library shows of its progress may stand before the answer.
            if (at := line.find(ANSWER)) >= 0:
                return json.loads(line[at + len(ANSWER) :])
        raise SystemExit(f"The process for {self.size} calls ended.")

    def prepare(self) -> None:
        print(f"{self.size} calls: {self.ask('prepare', self.size)}", flush=True)

    def report(self, *words: Any) -> None:
        print(self.ask(*words), flush=True)

    def close(self, *, drop: bool) -> None:
        self.process.kill()
        self.process.wait()
        if drop:
            with psycopg.connect(self.server, autocommit=True) as admin:
                admin.execute(f"DROP DATABASE {self.name} WITH (FORCE)")


def compare(sites: list[Site]) -> None:
    """Each way on each size, one after the other, so that a busy machine slows all of them."""
    ways = ("http", "sql", "duckdb")
    for what in ASKED:
        seconds: dict[tuple[int, str], list[float]] = {}
        for number in range(ROUNDS):
            for site in sites if number % 2 else reversed(sites):
                results = {}
                for way in ways if number % 2 else reversed(ways):
                    if way == "sql" and site.size > 2_000_000 and number >= 5:
                        continue
                    took, results[way] = site.ask("measure", way, what)
                    seconds.setdefault((site.size, way), []).append(took)
                assert_equal(what, results)
        print_ratios(what, sites, {key: statistics.median(times[1:]) for key, times in seconds.items()})


def assert_equal(what: str, results: dict[str, dict[str, list[float]]]) -> None:
    first, *others = results.values()
    for other in others:
        assert first.keys() == other.keys(), (what, first.keys() ^ other.keys())
        for key, values in first.items():
            assert all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(values, other[key], strict=True)), (what, key)


def print_ratios(what: str, sites: list[Site], median: dict[tuple[int, str], float]) -> None:
    for site in sites:
        http, sql, duck = (median[site.size, way] for way in ("http", "sql", "duckdb"))
        print(
            f"{what}, {site.size} calls: {http * 1000:.1f} ms over HTTP; SQL over calls {sql * 1000:.0f} ms, "
            f"{verdict(http / sql, MOST_OF_SQL)}; DuckDB {duck * 1000:.1f} ms, {verdict(http / duck, MOST_OF_DUCKDB)}"
        )
    if len(sites) > 1:
        ratio = median[sites[-1].size, "http"] / median[sites[0].size, "http"]
        print(f"{what}: {sites[-1].size} against {sites[0].size} calls: {verdict(ratio, MOST_OF_SMALLER)}")


def verdict(ratio: float, most: float) -> str:
    return f"{_shown(ratio)} (asked: at most {_shown(most)}: {'yes' if ratio <= most else 'NO'})"


def _shown(ratio: float) -> str:
    return f"1/{1 / ratio:.1f}" if ratio < 0.5 else f"{ratio:.2f}x"


if __name__ == "__main__":
    main()
