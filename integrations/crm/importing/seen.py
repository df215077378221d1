"""Which ids a file has named so far: kept on the disk, so that memory stays flat however long the file is."""

import json
import sqlite3
from collections.abc import Sequence
from types import TracebackType


class Seen:
    """Ids with the line they were first met in, and how often. Close it: its file goes with it."""

    def __init__(self) -> None:
        # An unnamed database is a temporary file that SQLite deletes; it spills only what its cache cannot hold.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8192; PRAGMA temp_store=FILE;"
            "CREATE TABLE seen (id TEXT PRIMARY KEY, line INTEGER, times INTEGER) WITHOUT ROWID;"
        )

    def __enter__(self) -> "Seen":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._rows.close()

    def note(self, ids: Sequence[str], lines: Sequence[int]) -> list[tuple[int, int]]:
        """For each id the line it was first met in, and how many times it was met before."""
        asked = json.dumps(list(set(ids)))
        query = "SELECT id, line, times FROM seen WHERE id IN (SELECT value FROM json_each(?))"
        known = {name: (line, times) for name, line, times in self._rows.execute(query, (asked,))}
        answers = []
        for name, line in zip(ids, lines, strict=True):
            first, times = known.get(name, (line, 0))
            answers.append((first, times))
            known[name] = (first, times + 1)
        changed = [(name, *known[name]) for name in set(ids)]
        self._rows.execute("BEGIN")
        self._rows.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", changed)
        self._rows.execute("COMMIT")
        return answers
