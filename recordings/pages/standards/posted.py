"""Reading the editor's form: a list of tokens says what stands in which order, fields carry their token's name."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify

_TOKEN = re.compile(r"[sq]\d{1,6}")
MOST_TOKENS = 300


class Posted:
    """The fields of one entry of the form."""

    def __init__(self, data: QueryDict, token: str) -> None:
        self.token = token
        self._data = data

    def text(self, name: str) -> str:
        return self._data.get(f"{self.token}-{name}", "").strip()

    def lines(self, name: str) -> list[str]:
        """The lines of a text that are not empty."""
        return [line.strip() for line in self.text(name).splitlines() if line.strip()]

    def ticked(self, name: str) -> bool:
        return f"{self.token}-{name}" in self._data

    def number(self, name: str) -> Any:
        """A number; what is none stays as it was written, for the reader to refuse."""
        return as_number(self.text(name))

    def named(self, prefix: str) -> Iterator[tuple[str, str]]:
        """(name, text) of each field that begins with `prefix`."""
        start = f"{self.token}-{prefix}"
        for full in self._data:
            if full.startswith(start):
                yield full.removeprefix(start), self._data.get(full, "").strip()


def as_number(text: str) -> Any:
    """Whole numbers as int, others as float; text that is no number as it is. A decimal comma is understood."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(value) if value.is_integer() and abs(value) < 1e12 else value


def tokens(data: QueryDict) -> list[str]:
    """The order in which sections (`s1`) and entries (`q1`) stand."""
    return [each for each in data.get("layout", "").split()[:MOST_TOKENS] if _TOKEN.fullmatch(each)]


def new_key(name: str, taken: Iterable[str], noun: str) -> str:
    """A key for an entry of this name that none of `taken` has: Latin letters of the name, or the noun and a number."""
    known = set(taken)
    base = slugify(name).replace("-", "_")[:50] or noun
    numbered = (f"{base}_{number}" for number in range(2, 1000))
    return base if base not in known and base != noun else next(key for key in numbered if key not in known)
