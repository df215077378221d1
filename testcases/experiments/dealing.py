"""Which arm a unit gets: by a hash, so that it is chance to everybody and the same for ever. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import accumulate


def deal(units: Mapping[str, Sequence[str]], *, shares: Sequence[float], salt: str) -> dict[str, int]:
    """{stratum: units} to {unit: number of its arm}, each stratum by the shares as nearly as whole units allow.

    Units of a stratum stand in the order of their hashes and are dealt at even steps from a start that is the
    stratum's hash (systematic sampling), so that what is left over of small strata goes to no arm rather than another.
    """
    found = {}
    for stratum, members in units.items():
        start = chance(f"{salt}:stratum:{stratum}")
        ordered = sorted(members, key=lambda unit: chance(f"{salt}:{unit}"))
        for place, unit in enumerate(ordered):
            found[unit] = _arm_at((place + start) / len(ordered), shares)
    return found


def arm_of(unit: str, *, shares: Sequence[float], salt: str) -> int:
    """The arm of one unit that comes by itself."""
    return _arm_at(chance(f"{salt}:{unit}"), shares)


def chance(text: str) -> float:
    """A number from 0 to below 1 that is always the same for `text`."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) / 2**56


def _arm_at(point: float, shares: Sequence[float]) -> int:
    edges = accumulate(shares)
    return next((number for number, edge in enumerate(edges) if point < edge - 1e-12), len(shares) - 1)
