"""How the back office bears a million calls: `python -m benchmarks.backoffice SERVER_URL [--sizes 1000 1000000]`.

Makes a database of its own for each size on the PostgreSQL server of the URL (a superuser's), seeds it, and asks for
the same screens in turn, size by size, so that a busy machine slows both alike: the list of calls in the back office
(plain, filtered, searched, on the second and on the last page), its first page and the list of reviews, the list of
calls of `/sales-recording-audit` (plain, each filter, other pages) and the review of a call of 60 minutes with 900
utterances. Django's test client in one process for each size: the whole request, from middleware to bytes. Prints
p50, p95, the ratio of the p95 of the largest to the smallest, and whether it is as asked: at most 1.2, and at most
100 ms for the list after a change of filters. Where a filter leaves a thousand calls with a page that is not full, the
two pages are not the same work and only the 100 ms count. "Work" is the time of processors, this one's and the
database's for us, which other work on the machine does not lengthen. `--keep` leaves the databases for the next run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg

ANSWER = "=answer="
MOST_RATIO, MOST_MS = 1.2, 100.0
FULLER = 1.3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sites = [Site(options.url, size, Path(folder)) for size in sorted(options.sizes)]
        try:
            for site in sites:
                print(f"{site.size} calls: {site.ask('prepare', site.size)}", flush=True)
            compare(sites, options.rounds, options.only)
        finally:
            for site in sites:
                site.close(drop=not options.keep)


class Site:
    """An installation with `size` calls: a process that does on its database what it is told to."""

    def __init__(self, server: str, size: int, folder: Path) -> None:
        self.size, self.server, self.name = size, server, f"backoffice_bench_{size}"
        self.url = server.replace("postgres@", "postgres:@").replace("/postgres?", f"/{self.name}?")
        with psycopg.connect(server, autocommit=True) as admin:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name]).fetchone():
                admin.execute(f"CREATE DATABASE {self.name}")
        own = folder / str(size)
        own.mkdir()
        environment = {
            "DATABASE_URL": self.url, "SALESIQ_DATA_DIR": str(own), "SALESIQ_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "salesiq.settings", "ALLOWED_HOSTS": "testserver",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from benchmarks.backoffice_site import serve; serve()"],
            env={**os.environ, **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, *words: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        while line := self.process.stdout.readline():
            if (at := line.find(ANSWER)) >= 0:
                return json.loads(line[at + len(ANSWER) :])
        raise SystemExit(f"The process for {self.size} calls ended.")

    def close(self, *, drop: bool) -> None:
        self.process.kill()
        self.process.wait()
        if drop:
            with psycopg.connect(self.server, autocommit=True) as admin:
                admin.execute(f"DROP DATABASE {self.name} WITH (FORCE)")


def compare(sites: list[Site], rounds: int, only: str) -> None:
    """Case by case; within a case the sizes in turn. Two rounds are not counted."""
    failed = 0
    for name in sites[0].ask("cases"):
        if only not in name:
            continue
        seconds: dict[int, list[float]] = {site.size: [] for site in sites}
        worked: dict[int, float] = {site.size: 0.0 for site in sites}
        said: dict[int, int] = {}
        for number in range(rounds + 2):
            for site in sites if number % 2 else reversed(sites):
                took, used, said[site.size] = site.ask("measure", name)
                seconds[site.size].append(took * 1000)
                worked[site.size] += used * 1000 / rounds if number >= 2 else 0
        failed += report(name, {size: sorted(times[2:]) for size, times in seconds.items()}, worked, said)
    print(f"{failed} not as asked" if failed else "all as asked")


def report(name: str, times: dict[int, list[float]], worked: dict[int, float], said: dict[int, int]) -> int:
    """One line; 1 where it is not as asked."""
    p95 = {size: each[int(len(each) * 0.95)] for size, each in times.items()}
    shown = "; ".join(
        f"{size}: p50 {each[len(each) // 2]:.0f} ms, p95 {p95[size]:.0f} ms, "
        f"processors {worked[size]:.0f} ms ({said[size]} kB)"
        for size, each in times.items()
    )
    smallest, largest = min(times), max(times)
    ratio = p95[largest] / p95[smallest]
    alike = said[largest] <= FULLER * max(said[smallest], 1)
    wrong = (alike and ratio > MOST_RATIO) or (name.startswith("list") and p95[largest] > MOST_MS)
    work = worked[largest] / worked[smallest]
    compared = f"{ratio:.2f}x, work {work:.2f}x" if alike else "a fuller page"
    print(f"{'NO ' if wrong else 'yes'} {name}: {compared}; {shown}", flush=True)
    return int(wrong)


if __name__ == "__main__":
    main()
