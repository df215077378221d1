"""How fast calls of another system come in, and how much memory it takes at two sizes of file.

    DATABASE_URL=postgresql://… python benchmarks/import_crm.py [--rows 100000 400000]

Runs in a fresh database beside that of DATABASE_URL, or in a fresh SQLite file. Each file is imported by a process of
its own, once anew and once unchanged; in between, with `cProfile` where `--profile` is given. A row is a call with its
id, time, agent (40 of them), phone number (one of a twentieth as many customers), direction, duration, outcome, source
and notes.
"""

import argparse
import cProfile
import csv
import json
import os
import pstats
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
NAME = "salesiq_import_benchmark"
HEADER = ["call id", "date", "agent", "customer phone", "direction", "duration", "outcome", "source", "notes"]


def fresh_database(folder: Path) -> None:
    """Point DATABASE_URL at an empty database."""
    server = os.environ.get("DATABASE_URL", "")
    os.environ["SALESIQ_DATA_DIR"] = str(folder)
    if not server.startswith("postgres"):
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/benchmark.sqlite3"
        return
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{NAME}"')
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))


def write_calls(path: Path, rows: int) -> None:
    chance = random.Random(7)
    outcomes = ["Sold", "Interested", "Not interested", "No answer", "Call back"]
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for n in range(rows):
            minute = n % 1440
            day, clock = f"2024-{n // 3 % 12 + 1:02}-{n % 28 + 1:02}", f"{minute // 60:02}:{minute % 60:02}:{n % 60:02}"
            out.writerow([
                f"{path.stem}-{n}", f"{day} {clock}",
                f"Agent {n % 40}", f"+4420{chance.randrange(max(rows // 20, 1)):08}",
                "Inbound" if n % 3 else "Outbound", f"{n % 30}:{n % 60:02}", outcomes[n % 5], f"source {n % 9}",
                f"Spoke about order {n}",
            ])  # fmt: skip


def child(path: Path, profile: bool) -> None:
    """Import the file in this process and print seconds, rows and peak memory."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "salesiq.settings"
    import django

    django.setup()
    from integrations.crm.services import new_run, run_import
    from salesiq.people.services import choose_client

    client = choose_client("")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    watch = cProfile.Profile()
    with path.open("rb") as file:
        run = new_run(client=client, kind="calls", file=file, file_name=path.name, system="benchmark")
        run.save()
        start, cpu, database = time.perf_counter(), time.process_time(), database_seconds()
        if profile:
            watch.enable()
        result = run_import(run=run, source=file)
        watch.disable()
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        database = database_seconds() - database
    if profile:
        pstats.Stats(watch, stream=sys.stderr).sort_stats("tottime").print_stats(25)
    told = {name: getattr(result, name) for name in ("read", "created", "unchanged", "rejected")}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = {"seconds": seconds, "cpu": cpu, "database": database}
    print(json.dumps({**told, **spent, "start_mb": before / 1024, "peak_mb": peak / 1024}))


def database_seconds() -> float:
    """Processor time of the database's own process for us; 0 where it runs on another machine or in this process."""
    import psutil
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    try:
        times = psutil.Process(connection.connection.info.backend_pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


def run_child(path: Path, profile: bool) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", str(path), *(["--profile"] if profile else [])]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 400_000])
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--child", type=Path)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, asked.profile)
        return
    folder = Path(tempfile.mkdtemp(prefix="import-benchmark-"))
    fresh_database(folder)
    subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "-v", "0"], check=True, env=os.environ)
    peaks = []
    print("CPU: µs of processor time a new row, of the program and of the database")
    print(f"{'rows':>9} {'MB':>6} {'new rows/s':>11} {'CPU':>11} {'unchanged/s':>12} {'peak MB':>8}")
    for rows in asked.rows:
        path = folder / f"calls{rows}.csv"
        write_calls(path, rows)
        new, again = run_child(path, asked.profile), run_child(path, False)
        assert (new["created"], again["unchanged"]) == (rows, rows), (new, again)
        peaks.append(max(new["peak_mb"], again["peak_mb"]))
        cost = f"{new['cpu'] / rows * 1e6:.0f} + {new['database'] / rows * 1e6:.0f}"
        print(
            f"{rows:>9} {path.stat().st_size / 1e6:>6.1f} {rows / new['seconds']:>11,.0f} "
            f"{cost:>11} {rows / again['seconds']:>12,.0f} {peaks[-1]:>8.0f}"
        )
        path.unlink()
    print(f"peak memory, largest file over smallest: {peaks[-1] / peaks[0]:.2f}x")


if __name__ == "__main__":
    main()
