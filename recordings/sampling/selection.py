"""Choosing calls, and who reviews them: pure functions of ids, numbers and a seed.

Each id has a rank of its own, a keyed hash of it by the seed. The ids of lowest rank are chosen, so that a drawing does
not depend on the order in which a database returns rows, needs no more memory than what it chooses, and can be made
again by anybody who has the seed.
"""

import heapq
import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar
from uuid import UUID

GroupT = TypeVar("GroupT", bound=Hashable)
_TOP = 2**64


def seed_of(*parts: object) -> int:
    """A seed that is the same for the same parts everywhere; fits a signed 64-bit column."""
    text = "|".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def rank(seed: int, key: UUID) -> int:
    """Where `key` stands in the drawing of `seed`: evenly spread over 0 … 2⁶⁴ - 1."""
    return int.from_bytes(blake2b(key.bytes, key=seed.to_bytes(8, "big"), digest_size=8).digest(), "big")


def draw_random(keys: Iterable[UUID], size: int, seed: int) -> list[UUID]:
    """`size` different keys, each as likely as any other; all where there are no more. In the order of their rank."""
    return heapq.nsmallest(size, keys, key=lambda key: rank(seed, key))


def allot(populations: Mapping[GroupT, int], size: int, seed: int) -> dict[GroupT, int]:
    """How many of `size` each group gets: the same, as far as it has so many.

    What a small group cannot fill is shared among the others; what cannot be divided goes one by one to groups in an
    order that the seed decides. So two groups that still have calls left differ by one at most, and no group that was
    exhausted has more than one that was not.
    """
    given = dict.fromkeys(populations, 0)
    open_groups = sorted(
        (group for group in populations if populations[group] > 0), key=lambda group: (seed_of(seed, group), str(group))
    )
    left = min(size, sum(populations.values()))
    while left:
        share = left // len(open_groups)
        if not share:
            for group in open_groups[:left]:
                given[group] += 1
            break
        for group in open_groups:
            more = min(share, populations[group] - given[group])
            given[group] += more
            left -= more
        open_groups = [group for group in open_groups if given[group] < populations[group]]
    return given


def draw_even(
    keys: Iterable[tuple[UUID, GroupT]], populations: Mapping[GroupT, int], size: int, seed: int
) -> list[tuple[UUID, GroupT]]:
    """Draw each group's part by `allot` at random within the group. `populations` counts `keys` by group."""
    parts = allot(populations, size, seed)
    kept: dict[GroupT, list[tuple[int, UUID]]] = {group: [] for group, part in parts.items() if part}
    for key, group in keys:
        if group not in kept:
            continue
        # A heap of the lowest ranks so far, the highest of them at its top.
        entry, heap = (-rank(seed, key), key), kept[group]
        if len(heap) < parts[group]:
            heapq.heappush(heap, entry)
        elif entry[0] > heap[0][0]:
            heapq.heapreplace(heap, entry)
    return [(key, group) for group, heap in kept.items() for _, key in sorted(heap, reverse=True)]


def draw_weighted(weights: Mapping[UUID, float], size: int, seed: int) -> list[UUID]:
    """`size` different keys, a heavier one the likelier; keys without weight are never chosen.

    Weighted sampling without replacement: the keys of lowest -ln(u)/w, with u their rank scaled to (0, 1]. Efraimidis
    and Spirakis, "Weighted random sampling with a reservoir", Information Processing Letters 97 (2006), 181-185.
    """

    def wait(key: UUID) -> float:
        return -math.log((rank(seed, key) + 1) / _TOP) / weights[key]

    return heapq.nsmallest(size, (key for key, weight in weights.items() if weight > 0), key=wait)


def draw_lowest(values: Iterable[tuple[UUID, float]], size: int, seed: int) -> list[tuple[UUID, float]]:
    """The `size` keys of lowest value; of equal ones those of lower rank."""
    return heapq.nsmallest(size, values, key=lambda entry: (entry[1], rank(seed, entry[0])))


@dataclass(frozen=True, slots=True)
class ReviewerLoad:
    """Who may review: `teams` of agents whose calls they see (None: all), and how many reviews wait for them."""

    key: UUID
    teams: Collection[UUID] | None
    load: int


@dataclass(frozen=True, slots=True)
class CallToGive:
    """A call with its agent's team, and the agent's login where they have one."""

    key: UUID
    team: UUID | None
    led_by: UUID | None


def share_among(
    calls: Sequence[CallToGive], reviewers: Sequence[ReviewerLoad], seed: int
) -> dict[UUID, UUID | None]:  # fmt: skip
    """Give each call to who has the fewest, of those who see it and did not lead it; None where nobody does.

    Calls that few may review are given first, so that nobody who could take others is used up by them.
    """
    loads = {reviewer.key: reviewer.load for reviewer in reviewers}
    able = {call.key: [one.key for one in reviewers if _may(one, call)] for call in calls}
    given: dict[UUID, UUID | None] = dict.fromkeys(able)
    for key in sorted(able, key=lambda key: (len(able[key]), rank(seed, key))):
        if able[key]:
            chosen = min(able[key], key=lambda one: (loads[one], rank(seed, one)))
            loads[chosen] += 1
            given[key] = chosen
    return given


def _may(reviewer: ReviewerLoad, call: CallToGive) -> bool:
    return call.led_by != reviewer.key and (reviewer.teams is None or call.team in reviewer.teams)
