"""Cards that rooms above put on the page of a call. This room knows none of them: they register at start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from recordings.models import SalesCall
from salesiq.people.models import User


@dataclass(frozen=True, slots=True)
class Panel:
    """A card: its template, and what it shows as `panel.data`."""

    template: str
    data: Any


MakePanel = Callable[[SalesCall, User], Panel | None]
_makers: list[MakePanel] = []


def register_panel(make: MakePanel) -> None:
    """Have `make` asked for each call's page; None shows no card."""
    if make not in _makers:
        _makers.append(make)


def panels_of(call: SalesCall, user: User) -> list[Panel]:
    """The cards of `call` for `user`, in the order in which they were registered."""
    return [panel for make in _makers if (panel := make(call, user)) is not None]
