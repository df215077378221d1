"""Rooms above that keep something about persons as well: each says here what, gives it out and forgets it.

This room knows none of them; they register when the installation starts (`AppConfig.ready`).
"""

from collections.abc import Collection
from typing import Any, Protocol
from uuid import UUID

from recordings.privacy.identity import Identity
from salesiq.people.models import Client


class Keeper(Protocol):
    """What one room keeps about persons.

    `key` names its file in an archive, `label` says in a plan what is kept, `about` in the archive's README.
    """

    key: str
    label: Any
    about: str

    def count(self, *, client: Client, customers: Collection[UUID]) -> int:
        """How many rows are about these customers."""
        ...

    def document(self, *, client: Client, customers: Collection[UUID]) -> dict[str, Any]:
        """Those rows as JSON for the person, empty where there are none."""
        ...

    def forget(self, *, client: Client, customers: Collection[UUID], identity: Identity) -> dict[str, int]:
        """Take these customers out of the rows, before theirs are deleted and in the same transaction; rows by table.

        Rows that are counted stay and count as before. May run again.
        """
        ...


_keepers: dict[str, Keeper] = {}


def register_keeper(keeper: Keeper) -> None:
    """Have `keeper` asked from now on; one of the same key is replaced."""
    _keepers[keeper.key] = keeper


def all_keepers() -> list[Keeper]:
    """Every keeper, in the order of their keys."""
    return [_keepers[key] for key in sorted(_keepers)]
