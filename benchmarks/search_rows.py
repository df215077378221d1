"""Transcripts for benchmarks/search.py: words by Zipf's law, in bulk, with an index as the product draws it."""

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate
from typing import Any

VOCABULARY = 20_000
LINES = (30, 60)
LINE_WORDS = (4, 14)
AT_ONCE = 2000
AGENTS = 40


def vocabulary() -> list[str]:
    """Words that can be spoken, no two alike; the first are the commonest."""
    rng = random.Random(7)
    onsets, vowels, codas = "bcdfghjklmnprstvw", "aeiou", ["", "n", "r", "l", "st"]
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        size = 1 + min(3, int(len(words) / 400)) if len(words) < 1200 else rng.choice((2, 3, 4))
        syllables = (rng.choice(onsets) + rng.choice(vowels) + rng.choice(codas) for _ in range(size))
        words["".join(syllables)] = None
    return list(words)


class Speech:
    """Draws lines; the same ones for the same seed."""

    def __init__(self) -> None:
        self.words = vocabulary()
        self._weights = list(accumulate(1 / (n + 2.7) for n in range(VOCABULARY)))
        self.rng = random.Random(11)

    def lines(self) -> list[tuple[str, list[str]]]:
        rng = self.rng
        found = []
        for n in range(rng.randint(*LINES)):
            size = rng.randint(*LINE_WORDS)
            found.append(("customer" if n % 2 else "agent", rng.choices(self.words, cum_weights=self._weights, k=size)))
        if rng.random() < 0.0002:
            found[0][1][0] = "quetzal"
        return found


def seed(count: int) -> None:
    """A client with `count` published calls of the last year and the index over them."""
    from django.db import connection

    from recordings.searching import triggers

    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if is_postgresql:
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("SET synchronous_commit = off")
            cursor.execute(f"DROP INDEX IF EXISTS {triggers.INDEX}")
            cursor.execute("ALTER TABLE recordings_utterance DISABLE TRIGGER USER")
        else:
            cursor.execute("PRAGMA synchronous = OFF")
            for name in triggers._SQLITE_TRIGGERS:
                if "line" in name:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        _fill(count)
        if is_postgresql:
            cursor.execute("ALTER TABLE recordings_utterance ENABLE TRIGGER USER")
    triggers.set_triggers(using="default")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if is_postgresql else "ANALYZE")


def _fill(count: int) -> None:
    from django.utils import timezone

    from salesiq.people.models import Agent, Client, Team

    client, _ = Client.objects.get_or_create(slug="benchmark", defaults={"name": "B", "time_zone": "Europe/Berlin"})
    teams = [Team.objects.create(client=client, name=f"T{n}") for n in range(4)]
    agents = [Agent.objects.create(client=client, name=f"Agent {n}", team=teams[n % 4]) for n in range(AGENTS)]
    speech, now = Speech(), timezone.now()
    for start in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - start)
        whens = [now - timedelta(minutes=(start + n) * 365 * 1440 / count) for n in range(size)]
        _write(client, agents, speech, whens)
        print(f"  {start + size} calls", flush=True)


def _write(client: Any, agents: list[Any], speech: Speech, whens: list[Any]) -> None:
    from django.db import transaction

    from recordings.models import CallWords, SalesCall

    outcomes = ("converted", "qualified", "not_qualified", "no_answer", "callback")
    calls = [
        SalesCall(client=client, agent=agents[speech.rng.randrange(AGENTS)], started_at=when, published_at=when,
                  call_type=("inbound", "outbound")[n % 2], outcome=outcomes[speech.rng.randrange(5)], language="en",
                  status="published", title=f"Call {when:%F %T}")
        for n, when in enumerate(whens)
    ]  # fmt: skip
    said = [speech.lines() for _call in calls]
    with transaction.atomic():
        SalesCall.objects.bulk_create(calls)
        _write_lines(_line_rows(calls, said))
        CallWords.objects.bulk_create(
            (_document(call, lines) for call, lines in zip(calls, said, strict=True)), batch_size=200
        )


def _document(call: Any, lines: list[tuple[str, list[str]]]) -> Any:
    from recordings.language.search_words import stem
    from recordings.searching.documents import Said, draw_document, place_of

    said = {name: Said() for name in ("agent", "customer", "other")}
    for role, words in lines:
        said[role].lines.append(words)
        said[role].stems.update(stem(word, "en") for word in words)
    return draw_document(call.pk, call.client_id, place_of(call.started_at, call.pk), said)


def _line_rows(calls: list[Any], said: list[list[tuple[str, list[str]]]]) -> Iterator[tuple[Any, ...]]:
    for call, lines in zip(calls, said, strict=True):
        for n, (role, words) in enumerate(lines):
            yield (call.pk, n, "S1", role, 6.0 * n, 6.0 * n + 5.5, " ".join(words) + ".", "[]", "", "")


COLUMNS = 'call_id, position, speaker, role, start, "end", text, words, sentiment_label, question'


def _write_lines(rows: Iterator[tuple[Any, ...]]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY recordings_utterance ({COLUMNS}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        sql = f"INSERT INTO recordings_utterance ({COLUMNS}) VALUES ({', '.join(['%s'] * 10)})"
        cursor.executemany(sql, [(row[0].hex, *row[1:]) for row in rows])
