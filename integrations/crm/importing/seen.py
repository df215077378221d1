"""Which ids a file has named so far: kept on the disk, so that memory stays flat however long the file is."""

import json
import sqlite3
from collections.abc import Sequence
from types import TracebackType


class Seen:
    """Ids with the line they were first met in, and how often. Close it: its file goes with it.

    Kept are 64 bits of each id (Python's hash, keyed for this process): of ten million ids two are taken for one with
    a chance of 1 in 370,000.
    """

    def __init__(self) -> None:
        # An unnamed database is a temporary file that SQLite deletes; it spills only what its cache cannot hold. It is
        # made in one thread and used in another, by one at a time.
        self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._rows.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16384; PRAGMA temp_store=FILE;"
            "CREATE TABLE seen (id INTEGER PRIMARY KEY, line INTEGER, times INTEGER);"
        )

    def __enter__(self) -> "Seen":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._rows.close()

    def note(self, ids: Sequence[str], lines: Sequence[int]) -> list[tuple[int, int]] | None:
        """For each id the line it was first met in, and how many times it was met before; None: all are new."""
        keys = list(map(hash, ids))
        before = self._rows.total_changes
        self._rows.execute("BEGIN")
        self._rows.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, 0)", zip(keys, lines, strict=True))
        self._rows.execute("COMMIT")
        if self._rows.total_changes - before == len(keys):
            return None
        return self._again(keys, lines)

    def _again(self, keys: Sequence[int], lines: Sequence[int]) -> list[tuple[int, int]]:
        query = "SELECT id, line, times FROM seen WHERE id IN (SELECT value FROM json_each(?))"
        known = {key: (line, times) for key, line, times in self._rows.execute(query, (json.dumps(keys),))}
        answers = []
        for key, line in zip(keys, lines, strict=True):
            first, times = known[key]
            times += line != first
            known[key] = (first, times)
            answers.append((first, times))
        self._rows.execute("BEGIN")
        self._rows.executemany("UPDATE seen SET times = ? WHERE id = ?", [(known[key][1], key) for key in set(keys)])
        self._rows.execute("COMMIT")
        return answers
