"""What people should know of an import beside its counts: gathered while it runs, told once."""

from collections import Counter
from threading import Lock

MOST_NOTES = 50


class Notes:
    """Sentences, and sentences with a place for how many rows they are about. Threads may count together."""

    def __init__(self, said: list[str] | None = None) -> None:
        self._said = dict.fromkeys(said or [])
        self._counted: Counter[str] = Counter()
        self._lock = Lock()

    def say(self, sentence: str) -> None:
        if len(self._said) < MOST_NOTES:
            self._said.setdefault(sentence)

    def count(self, sentence: str, rows: int = 1) -> None:
        """`sentence` has %(rows)d in it."""
        with self._lock:
            if sentence in self._counted or len(self._counted) < MOST_NOTES:
                self._counted[sentence] += rows

    def all(self) -> list[str]:
        return [*self._said, *(sentence % {"rows": rows} for sentence, rows in self._counted.most_common())]
