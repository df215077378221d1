"""How long a preview of retention takes over a million calls, relative to counting them.

    python benchmarks/retention.py [--calls 1000000]

Runs on the database of DATABASE_URL, in a fresh one beside it (PostgreSQL) or a fresh file (SQLite). A third of the
calls is old enough for some rule; one in fifty of those is on legal hold. Each figure is the median of five, all taken
in one run, and is given as a ratio to `SELECT count(*)` over the same rows.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
NAME = "salesiq_retention_benchmark"


def fresh_database() -> None:
    """Point DATABASE_URL at an empty database."""
    server = os.environ.get("DATABASE_URL", "")
    folder = tempfile.mkdtemp(prefix="retention-benchmark-")
    os.environ["SALESIQ_DATA_DIR"] = folder
    if not server.startswith("postgres"):
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/benchmark.sqlite3"
        return
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{NAME}"')
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))


def fill(count: int):
    """A client with `count` calls over three years, four policies, and holds."""
    from datetime import timedelta

    from django.db import connection
    from django.utils import timezone

    from recordings.privacy.holds import HoldScope, place_hold
    from salesiq.people.models import Client

    client = Client.objects.create(name="Benchmark", slug="benchmark", time_zone="Europe/Berlin")
    now = timezone.now()
    add_calls(client, count, now)
    add_rules(client)
    old = now - timedelta(days=1095 * 0.98)
    scope = HoldScope(calls_to=old)
    place_hold(client=client, matter="M", reason="R", until=(now + timedelta(days=9)).date(), scope=scope, actor=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    return client


def add_calls(client, count: int, now) -> None:
    from datetime import timedelta

    from recordings.models import SalesCall
    from salesiq.people.models import Agent, Team

    agents = [
        Agent.objects.create(client=client, name=f"Agent {n}", team=Team.objects.create(client=client, name=f"T{n}"))
        for n in range(20)
    ]
    types = ("inbound", "outbound", "follow_up")
    outcomes = ("converted", "qualified", "not_qualified", "no_answer", "callback")
    for start in range(0, count, 10_000):
        SalesCall.objects.bulk_create(
            SalesCall(
                client=client,
                agent=agents[n % 20],
                started_at=now - timedelta(minutes=n * 3 * 365 * 1440 / count),
                call_type=types[n % 3],
                outcome=outcomes[n % 5],
                language="en",
                status="published",
            )
            for n in range(start, min(start + 10_000, count))
        )


def add_rules(client) -> None:
    from recordings.models import RetentionPolicy

    rules = [
        ("Missed", "delete", 700, {"outcomes": ["no_answer"]}),
        ("Sound", "drop_sound", 900, {}),
        ("Lost", "anonymise", 730, {"outcomes": ["not_qualified"], "call_types": ["outbound"]}),
        ("Law", "keep", 2192, {"outcomes": ["converted"]}),
    ]
    for name, action, days, filters in rules:
        RetentionPolicy.objects.create(
            client=client, name=name, action=action, days=days, ground="B", is_active=True, **filters
        )


def median_seconds(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    count = parser.parse_args().calls
    fresh_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesiq.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from recordings.models import SalesCall
    from recordings.privacy.retention_plan import count_reach, describe, reached_calls, rules_in_force, today_of

    call_command("migrate", verbosity=0)
    client = fill(count)
    rules, today = rules_in_force(client), today_of(client)
    calls = SalesCall.objects.filter(client=client)
    plain = median_seconds(calls.count)
    print(f"{connection.vendor}, {count:,} calls; counting them: {plain * 1000:.0f} ms")
    reaches = count_reach(client, rules, today)
    due, held = sum(reach.now for reach in reaches), sum(reach.held for reach in reaches)
    print(f"due {due:,}, on legal hold {held:,}, within 30 days {sum(reach.soon for reach in reaches):,}")

    def page() -> list[object]:
        rows = reached_calls(client, rules, today).select_related("agent")[:50]
        return [describe(call, client, rules, today) for call in rows]

    figures = {
        "counts by policy": lambda: count_reach(client, rules, today),
        "first page of the list": page,
        "next 200 to dispose of": lambda: list(
            reached_calls(client, rules, today).filter(is_held=False).values_list("pk")[:200]
        ),
    }
    for name, work in figures.items():
        seconds = median_seconds(work)
        print(f"{name}: {seconds * 1000:.0f} ms, {seconds / plain:.2f}x of counting")


if __name__ == "__main__":
    main()
