"""One installation of `benchmarks.analytics`: reads what to do from stdin, a JSON list a line; answers on stdout."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.analytics import ANSWER, ASKED, KEYS, MOST_OF_INGEST, MOST_QUERIES, SUMS

BASE = 1_000_000
PERFORMANCE = "/api/v1/sales/analytics/performance"


def serve() -> None:
    import django

    django.setup()
    site = _Site()
    for line in sys.stdin:
        name, *words = json.loads(line)
        print(ANSWER + json.dumps(getattr(site, name)(*words)), flush=True)


class _Site:
    def prepare(self, size: int) -> str:
        """Migrate, seed what is missing, count the sums, and make what is measured against them."""
        from django.core.management import call_command
        from django.test import Client as Browser

        from analytics.rollups.refreshing import refresh_rollups
        from recordings.models import SalesCall
        from salesiq.people.models import User
        from salesiq.people.roles import Role
        from salesiq.people.services import choose_client

        call_command("migrate", verbosity=0)
        self.owner = choose_client("")
        began = time.perf_counter()
        there = SalesCall.objects.count()
        if there < size:
            call_command("seed_calls", min(size, BASE) - there, stdout=sys.stderr)
            _multiply(size)
        seeded, began = time.perf_counter() - began, time.perf_counter()
        refresh_rollups()
        counted = time.perf_counter() - began
        self._query("VACUUM ANALYZE")
        self.duck = _duckdb(Path(os.environ["SALESIQ_DATA_DIR"]))
        user, _made = User.objects.get_or_create(
            username="bench-admin", defaults={"role": Role.ADMIN, "client": self.owner}
        )
        self.browser = Browser()
        self.browser.force_login(user)
        return f"seeded in {seeded:.0f} s, sums counted in {counted:.1f} s ({counted / size * 1e6:.1f} µs a call)"

    def measure(self, way: str, what: str) -> tuple[float, dict[str, list[float]]]:
        sql = SUMS.format(key=KEYS[what], calls="recordings_salescall", analyses="recordings_callanalysis")
        began = time.perf_counter()
        if way == "http":
            response = self.browser.get(PERFORMANCE, ASKED[what])
            took = time.perf_counter() - began
            assert response.status_code == 200, response.content
            return took, _values(response.json())
        rows = self._query(sql) if way == "sql" else self.duck.execute(sql).fetchall()
        return time.perf_counter() - began, {row[0] or "": _figures(row[1:]) for row in rows}

    def pages(self) -> str:
        """Queries of each page with its preset period; two of each are those of the session and its user,
        an administrator of the client."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from analytics.pages.registry import PAGES

        said = []
        for page in (each for each in PAGES if "<" not in each.path):
            self.browser.get(f"/{page.path}")
            with CaptureQueriesContext(connection) as queries:
                began = time.perf_counter()
                response = self.browser.get(f"/{page.path}")
                took = time.perf_counter() - began
            kept = "yes" if len(queries) <= MOST_QUERIES else "NO"
            said.append(
                f"/{page.path}: {response.status_code}, {took * 1000:.0f} ms, {len(queries)} queries "
                f"(asked: at most {MOST_QUERIES}: {kept})"
            )
        return "\n".join(said)

    def freshness(self) -> str:
        """Seconds from the commit of a call until the sums hold it, with a worker at work."""
        from django.utils import timezone

        from analytics.models import ClientSums
        from recordings.models import SalesCall

        worker = subprocess.Popen([sys.executable, "manage.py", "run_worker", "--workers", "1"])
        try:
            sums = ClientSums.objects.filter(client=self.owner, grain="day", dimension="call_type", value="follow_up")
            agent, times = SalesCall.objects.exclude(agent=None)[0].agent, []
            for number in range(9):
                values = {"agent": agent, "status": "logged", "call_type": "follow_up", "started_at": timezone.now()}
                SalesCall.objects.create(client=self.owner, **values)
                today, began = sums.filter(start=timezone.now().date(), calls=number + 1), time.perf_counter()
                while not today.exists():
                    if time.perf_counter() - began > 90:
                        return "The sums did not follow within 90 s."
                    time.sleep(0.02)
                times.append(time.perf_counter() - began)
        finally:
            worker.terminate()
            worker.wait()
            SalesCall.objects.filter(client=self.owner, system="").delete()
        median, worst = statistics.median(times[1:]), max(times[1:])
        return f"a published call is in the sums after {median:.2f} s at the median, {worst:.2f} s at most (asked: 2 s)"

    def upkeep(self, count: int) -> str:
        """What triggers and refresh add to writing calls, by the product's own import and by bare COPY, which is the
        most that the database can do and nobody's way in: three times with and without, in turn."""
        from benchmarks.import_crm import write_calls

        write_calls(_calls_file(), count)
        return "\n".join(self._upkeep(name, write, count) for name, write in (("import", _import), ("COPY", _copy)))

    def _upkeep(self, name: str, write: Callable[[Any, int, int], None], count: int) -> str:
        from analytics.rollups.refreshing import refresh_rollups
        from analytics.seeding.writing import seed_calls
        from salesiq.people.models import Client

        took: dict[bool, list[float]] = {True: [], False: []}
        for number in range(6):
            kept = bool(number % 2)
            self._switch(on=kept)
            client = Client.objects.create(name=f"Ingest {number}", slug=f"ingest-{time.time_ns()}")
            seed_calls(client=client, count=100, agents=100, days=90)  # agents are not what is measured
            refresh_rollups()
            began = self._processor_seconds()
            write(client, count, number)
            if kept:
                refresh_rollups()
            took[kept].append(self._processor_seconds() - began)
            self._query(f"DELETE FROM recordings_salescall WHERE client_id = '{client.pk}'")
            client.delete()
        self._switch(on=True)
        plain, more = statistics.median(took[False]), statistics.median(took[True])
        return (
            f"{count} calls written by {name}: {plain / count * 1e6:.1f} µs of processor time a call, "
            f"{more / count * 1e6:.1f} with sums: {more / plain - 1:+.1%} (asked: at most {MOST_OF_INGEST:.0%}: "
            f"{'yes' if more / plain - 1 <= MOST_OF_INGEST else 'NO'})"
        )

    def _processor_seconds(self) -> float:
        """Of this process and of the database's own process for it; other programs do not disturb it much."""
        import psutil
        from django.db import connection

        connection.ensure_connection()
        times = psutil.Process(connection.connection.info.backend_pid).cpu_times()
        return time.process_time() + times.user + times.system

    def _switch(self, *, on: bool) -> None:
        names = self._query("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'rollup_%'")
        for table, name in names:
            self._query(f"ALTER TABLE {table} {'ENABLE' if on else 'DISABLE'} TRIGGER {name}")

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []


def _copy(client: Any, count: int, seed: int) -> None:
    from analytics.seeding.writing import seed_calls

    seed_calls(client=client, count=count, days=90, seed=seed)


def _import(client: Any, count: int, seed: int) -> None:
    """What the import wizard, the API and `import_crm` do with a file of calls: 40 agents, a year."""
    from integrations.crm.services import new_run, run_import

    with _calls_file().open("rb") as file:
        run = new_run(client=client, kind="calls", file=file, file_name="calls.csv", system="benchmark")
        run.save()
        result = run_import(run=run, source=file)
    assert result.created == count, result


def _calls_file() -> Path:
    return Path(os.environ["SALESIQ_DATA_DIR"]) / "calls.csv"


def _multiply(size: int) -> None:
    """The first million calls again and again, each at another minute; without the table's guards, for time's sake."""
    from django.db import connection, transaction

    from analytics.models import DirtyDay
    from analytics.rollups.refreshing import mark_client
    from recordings.models import SalesCall
    from salesiq.people.services import choose_client

    copies = size // BASE - 1
    if copies < 1:
        return
    columns = [f.column for f in SalesCall._meta.concrete_fields if f.column not in ("id", "started_at")]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'recordings_salescall' "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for number in range(copies):
            with transaction.atomic():
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(
                    f"INSERT INTO recordings_salescall (id, started_at, {', '.join(columns)}) "
                    f"SELECT gen_random_uuid(), started_at + interval '{number + 1} seconds', {', '.join(columns)} "
                    f"FROM recordings_salescall LIMIT {BASE}"
                )
        for _name, definition in indexes:
            cursor.execute(definition)
    DirtyDay.objects.all().delete()
    mark_client(choose_client("").pk)


def _duckdb(folder: Path) -> Any:
    """The columns that are asked for, in a DuckDB file of its own."""
    import duckdb
    from django.db import connection

    copied = {
        "recordings_salescall": "id, agent_id, status, outcome, region, call_duration, quality_score, "
        "conversion_probability, csat",
        "recordings_callanalysis": "id, call_id",
    }
    duck = duckdb.connect(str(folder / "calls.duckdb"))
    for table, columns in copied.items():
        file = folder / f"{table}.csv"
        everything = f"COPY (SELECT {columns} FROM {table}) TO STDOUT WITH CSV HEADER FORCE QUOTE *"
        with connection.cursor() as cursor, file.open("wb") as target, cursor.copy(everything) as copy:
            for piece in copy:
                target.write(piece)
        floats = {"call_duration", "quality_score", "conversion_probability", "csat"}
        types = {name: "DOUBLE" if name in floats else "VARCHAR" for name in columns.split(", ")}
        duck.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{file}', columns = {types}, header = true)")
        file.unlink()
    return duck


def _figures(row: tuple[Any, ...]) -> list[float]:
    """The figures of ASKED from a row of SUMS."""
    calls, n, seconds, _sq, known, reached, converted, qualified = row[:8]
    quality, probability, csat = ((row[i], row[i + 1]) for i in (8, 11, 14))
    means = [total / count for count, total in (quality, probability, csat)]
    shares = [reached / known, converted / reached, qualified / reached]
    return [float(each) for each in (calls, seconds / 60, seconds / n, *shares, *means, row[17] / known)]


def _values(body: Any) -> dict[str, list[float]]:
    """The same from the API's answer; talk and script have no values, since logged calls have none."""
    found: dict[str, list[float]] = {}
    for metric in body["metrics"]:
        for group in metric["groups"]:
            if group["value"] is not None:
                found.setdefault("" if group["key"] == "-" else group["key"], []).append(float(group["value"]))
    return found
