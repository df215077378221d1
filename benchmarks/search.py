"""How fast the search is over 100,000 transcripts, relative to reading the lines with LIKE.

    python benchmarks/search.py [--calls 100000] [--rounds 7] [--kept NAME]

Runs on the server of DATABASE_URL in a database of its own (PostgreSQL) or in a file (SQLite). `--kept` keeps it under
that name and goes on with it the next time. Every query runs as an administrator, a manager of one team of four, and
with filters of period, agent and outcome; what the index finds must be what LIKE finds. Ratios are of medians taken in
turns in one run; the machine may be shared.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LIKE_ROUNDS = 2


def open_database(kept: str) -> None:
    """Point DATABASE_URL at the benchmark's own database."""
    server = os.environ.get("DATABASE_URL", "")
    folder = Path(tempfile.gettempdir()) / f"search-benchmark-{kept}" if kept else Path(tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    os.environ["SALESIQ_DATA_DIR"] = str(folder)
    if not server.startswith("postgres"):
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/search.sqlite3"
        return
    import psycopg

    name = f"salesiq_search_{kept or 'benchmark'}"
    with psycopg.connect(server, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if there and not kept:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            there = None
        if not there:
            connection.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def cases(words: list[str]) -> dict[str, tuple[str, str]]:
    """Query and speaker of each kind."""
    common, often, middle, seldom = words[0], words[30], words[400], words[9000]
    return {
        "rare": ("quetzal", ""),
        "seldom": (seldom, ""),
        "middling": (middle, ""),
        "common": (common, ""),
        "several words": (f"{often} {middle}", ""),
        "common words": (f"{common} {often}", ""),
        "phrase of common words": (f'"{words[3]} {words[5]}"', ""),
        "phrase": (f'"{often} {words[60]}"', ""),
        "either": (f"{seldom} OR quetzal", ""),
        "without": (f"{middle} -{common}", ""),
        "beginning": (f"{middle[:4]}*", ""),
        "by the agent": (middle, "agent"),
        "common, by the customer": (often, "customer"),
    }


def narrowings(now: Any) -> dict[str, dict[str, Any]]:
    from datetime import timedelta

    from salesiq.people.models import Agent

    agent = Agent.objects.order_by("name").first()
    return {
        "": {},
        "30 days": {"started_at__gte": now - timedelta(days=30)},
        "one agent": {"agent": agent},
        "outcome": {"outcome": "converted"},
        "all three": {"started_at__gte": now - timedelta(days=90), "agent": agent, "outcome": "qualified"},
    }


def find_by_like(calls: Any, query: Any, speaker: str, size: int) -> list[Any]:
    """The same by reading lines: words in any of their forms are not told apart here, only words as written."""
    from django.db.models import Exists, OuterRef, Q

    from recordings.models import Utterance

    def said(term: Any) -> Any:
        lines = Utterance.objects.filter(call=OuterRef("pk"), **({"role": speaker} if speaker else {}))
        text = " ".join(term.keys)
        if term.kind == "prefix":
            return Exists(lines.filter(Q(text__istartswith=text) | Q(text__icontains=f" {text}")))
        ends = Q()
        for before in (" ", ""):
            for after in (" ", "."):
                whole = f"{before}{text}{after}"
                ends |= Q(text__icontains=whole) if before else Q(text__istartswith=whole)
        return Exists(lines.filter(ends))

    for clause in query.clauses:
        either = Q()
        for term in clause.terms:
            either |= Q(said(term))
        calls = calls.exclude(either) if clause.negated else calls.filter(either)
    return list(calls.order_by("-started_at", "-id").values_list("pk", flat=True)[:size])


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return (time.perf_counter() - began) * 1000, result


def p95(times: list[float]) -> float:
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


def measure(rounds: int, like: bool) -> None:
    from django.db import connection
    from django.utils import timezone

    from benchmarks.search_rows import vocabulary
    from recordings.models import SalesCall
    from recordings.searching.finding import find_calls
    from recordings.searching.query import parse_query

    users, now = make_users(), timezone.now()
    client = users["administrator"].client_id
    everything: list[float] = []
    quick: list[float] = []
    by_like: list[float] = []
    print(f"{connection.vendor}: {SalesCall.objects.count()} calls")
    print(f"{'query':26}{'as':15}{'filters':12}{'ms p50':>8}{'p95':>8}{'LIKE ms':>10}{'ratio':>8}")
    for name, (text, speaker) in cases(vocabulary()).items():
        query = parse_query(text)
        for who, user in users.items():
            for what, narrowing in narrowings(now).items():
                calls = SalesCall.objects.visible_to(user).filter(**narrowing)
                since = narrowing.get("started_at__gte")
                search = partial(find_calls, calls, query, speaker=speaker, client=client, since=since)
                looked = [timed(search) for _round in range(rounds)]
                times, found = [took for took, _found in looked], looked[-1][1]
                everything += times
                against = ""
                if like and (what in ("", "all three")):
                    slow, there = timed(partial(find_by_like, calls, query, speaker, 20))
                    assert len(there) == len(found.calls) and set(there) == set(found.calls), (name, who, what)
                    by_like.append(slow)
                    quick.append(statistics.median(times))
                    against = f"{slow:10.0f}{slow / quick[-1]:8.1f}"
                print(
                    f"{name:26}{who:15}{what:12}{statistics.median(times):8.1f}{p95(times):8.1f}{against}", flush=True
                )
    tell(everything, quick, by_like)


def tell(everything: list[float], quick: list[float], by_like: list[float]) -> None:
    print(f"all searches: p50 {statistics.median(everything):.1f} ms, p95 {p95(everything):.1f} ms")
    if by_like:
        ratios = [slow / took for slow, took in zip(by_like, quick, strict=True)]
        print(f"LIKE: p50 {statistics.median(by_like):.0f} ms, p95 {p95(by_like):.0f} ms")
        print(
            f"LIKE takes {p95(by_like) / p95(quick):.0f} times as long at p95, {sum(by_like) / sum(quick):.0f} in "
            f"all, {statistics.median(ratios):.0f} times at the median search, {min(ratios):.1f} at the least"
        )


def make_users() -> dict[str, Any]:
    from salesiq.people.models import Client, Team, User
    from salesiq.people.roles import Role

    client = Client.objects.get(slug="benchmark")
    found = {}
    for name, role in (("administrator", Role.ADMIN), ("manager", Role.MANAGER)):
        user, _ = User.objects.get_or_create(username=f"bench-{name}", defaults={"role": role, "client": client})
        found[name] = user
    Team.objects.order_by("name").first().managers.add(found["manager"])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--kept", default="")
    parser.add_argument("--no-like", action="store_true", help="only the index")
    options = parser.parse_args()
    open_database(options.kept)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesiq.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.search_rows import seed
    from recordings.models import CallWords, SalesCall

    call_command("migrate", verbosity=0)
    if SalesCall.objects.count() < options.calls:
        began = time.perf_counter()
        seed(options.calls)
        print(f"seeded in {time.perf_counter() - began:.0f} s")
    assert CallWords.objects.count() == SalesCall.objects.count()
    measure(options.rounds, not options.no_like)


if __name__ == "__main__":
    main()
