"""What every kind of file is read as: a header, and rows of texts with the place they stand at."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from integrations.crm.importing.errors import UnreadableFileError

Row = tuple[int, list[str]]
"""The line (in JSON: the number of the record) and the cells. May be longer or shorter than the header."""

MOST_COLUMNS = 1000


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` can be gone through once; nothing is read before. `notes` are sentences on how the file was read."""

    header: tuple[str, ...]
    rows: Iterator[Row]
    notes: tuple[str, ...] = ()


def named_columns(cells: Iterable[str]) -> tuple[str, ...]:
    """The header's names, each once: an empty one is called by its place, a second of a name gets a number.

    Raises:
        UnreadableFileError: too many columns, or the line holds values, not names.
    """
    given = [" ".join(cell.split())[:120] for cell in cells]
    while given and not given[-1]:
        given.pop()
    if len(given) > MOST_COLUMNS:
        raise UnreadableFileError(
            _("The file has %(n)d columns; up to %(most)d can be read. Leave out those that are not needed.")
            % {"n": len(given), "most": MOST_COLUMNS}
        )
    _check_are_names(given)
    names: list[str] = []
    taken: set[str] = set()
    for place, name in enumerate(given, start=1):
        chosen = plain = name or _("Column %(number)d") % {"number": place}
        number = 2
        while chosen in taken:
            chosen, number = f"{plain} ({number})", number + 1
        taken.add(chosen)
        names.append(chosen)
    return tuple(names)


_VALUE = re.compile(r"[-+(]?[\d\s.,:/%$€£₽-]+\)?|[^@\s]+@[^@\s]+\.[^@\s]+")


def _check_are_names(names: list[str]) -> None:
    """Half or more of them numbers, days or addresses: somebody left the header out."""
    values = sum(bool(_VALUE.fullmatch(name)) for name in names if name)
    if names and values * 2 >= len(names):
        raise UnreadableFileError(
            _("The first line holds values, not names of columns. Add a line above it that names each column.")
        )
