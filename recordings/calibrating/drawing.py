"""Choosing calls that differ: a calibration on ten easy calls shows agreement and teaches nothing."""

import random
from collections.abc import Hashable, Sequence
from datetime import timedelta
from typing import TypeVar

from django.utils import timezone

from recordings.models import CallStatus, SalesCall
from salesiq.people.models import User

T = TypeVar("T")
LOOKED_AT = 2_000
SCORE_BANDS = (50, 70, 85)


def draw_calls(*, user: User, count: int, days: int = 30, seed: int | None = None) -> list[SalesCall]:
    """Up to `count` analysed calls of the last `days` days that `user` sees, spread over outcomes and score bands."""
    rows = SalesCall.objects.visible_to(user).filter(
        status=CallStatus.PUBLISHED,
        started_at__gte=timezone.now() - timedelta(days=days),
        anonymised_at__isnull=True,
        transcript__isnull=False,
        quality_score__isnull=False,
    )
    found = list(rows.order_by("-started_at")[:LOOKED_AT])
    return pick_diverse(found, [kind_of(call) for call in found], count, seed)


def kind_of(call: SalesCall) -> tuple[str, int]:
    """Outcome and score band of a call."""
    score = call.quality_score or 0
    return call.outcome, sum(score >= bound for bound in SCORE_BANDS)


def pick_diverse(rows: Sequence[T], kinds: Sequence[Hashable], count: int, seed: int | None = None) -> list[T]:
    """Up to `count` of `rows`, one of each kind in turn, kinds and rows within them in random order."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret is drawn
    groups: dict[Hashable, list[T]] = {}
    for row, kind in zip(rows, kinds, strict=True):
        groups.setdefault(kind, []).append(row)
    piles = list(groups.values())
    chance.shuffle(piles)
    for pile in piles:
        chance.shuffle(pile)
    picked: list[T] = []
    while len(picked) < count and any(piles):
        picked += [pile.pop() for pile in piles if pile][: count - len(picked)]
    return picked
