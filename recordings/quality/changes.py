"""What differs between two versions of a script or scorecard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from recordings.quality.weights import share_out

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One question or stage: `added`, `removed`, `changed` in some fields, or only `weighed` otherwise or `moved`.

    `share_before` and `share_after` are its points of 100, which move with every other entry's weight; None where it
    is not there, or where a version cannot be shared out because its weights are not numbers.
    """

    kind: Literal["added", "removed", "changed", "weighed", "moved"]
    key: str
    name: str
    fields: tuple[FieldChange, ...] = ()
    share_before: float | None = None
    share_after: float | None = None


def compare_versions(before: Rows, after: Rows, defaults: Mapping[str, Any]) -> list[EntryChange]:
    """Changes from `before` to `after`, in the order of `after`, what was removed last.

    Entries belong together by `key`. A field that is left out counts as its default.
    """
    old = {row.get("key"): row for row in before}
    new = {row.get("key"): row for row in after}
    shares = [_shares(before), _shares(after)]
    kept_order = [row.get("key") for row in before if row.get("key") in new]
    order = [row.get("key") for row in after if row.get("key") in old]
    changes = []
    for key, row in new.items():
        points = {"share_before": shares[0].get(key), "share_after": shares[1].get(key)}
        if key not in old:
            changes.append(EntryChange("added", str(key), str(row.get("name", "")), (), **points))
            continue
        fields = _fields(old[key], row, defaults)
        if fields:
            changes.append(EntryChange("changed", str(key), str(row.get("name", "")), fields, **points))
        elif points["share_before"] != points["share_after"]:
            changes.append(EntryChange("weighed", str(key), str(row.get("name", "")), (), **points))
        elif kept_order.index(key) != order.index(key):
            changes.append(EntryChange("moved", str(key), str(row.get("name", "")), (), **points))
    for key, row in old.items():
        if key not in new:
            changes.append(EntryChange("removed", str(key), str(row.get("name", "")), (), shares[0].get(key), None))
    return changes


def _fields(old: Mapping[str, Any], new: Mapping[str, Any], defaults: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    names = list(dict.fromkeys([*new, *old]))
    pairs = [(name, old.get(name, defaults.get(name)), new.get(name, defaults.get(name))) for name in names]
    return tuple(FieldChange(name, a, b) for name, a, b in pairs if _plain(a) != _plain(b))


def _plain(value: Any) -> Any:
    """Lists and tuples, whole and decimal numbers are the same for whoever reads them; nothing is nothing."""
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return "" if value is None else value


def _shares(rows: Rows) -> dict[Any, float]:
    try:
        shares = share_out([float(row["weight"]) for row in rows])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return {}
    return {row.get("key"): float(share) for row, share in zip(rows, shares, strict=True)}
