"""How the weights of a scorecard become points."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def share_out(weights: Sequence[float]) -> list[Decimal]:
    """100 points by weight in hundredths; what rounding down leaves goes to the largest remainders, first come first.

    Exact fractions of the weights as written, so that weights of 1 and 2 give the same points as 10 and 20.
    """
    written = [Fraction(str(weight)) for weight in weights]
    total = sum(written, Fraction(0))
    exact = [10_000 * weight / total for weight in written]
    cents = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: cents[index] - exact[index])
    for index in by_remainder[: 10_000 - sum(cents)]:
        cents[index] += 1
    return [Decimal(value).scaleb(-2) for value in cents]
