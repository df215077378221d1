"""Intervals of shares. Pure."""

from math import sqrt

# The 97.5 % quantile of the standard normal distribution.
Z = 1.959963984540054


def wilson_interval(part: int, whole: int) -> tuple[float, float]:
    """The 95 % score interval of part / whole (Wilson, Journal of the American Statistical Association 22, 1927);
    (0, 1) for none of none."""
    if whole <= 0:
        return 0.0, 1.0
    share, square = part / whole, Z * Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = Z / (1 + square / whole) * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe_interval(a: tuple[int, int], b: tuple[int, int]) -> tuple[float, float]:
    """The 95 % interval of a difference of two shares (part, whole), by Newcombe's hybrid score (method 10 of
    Statistics in Medicine 17, 1998). Both wholes must be above 0."""
    (low_a, high_a), (low_b, high_b) = wilson_interval(*a), wilson_interval(*b)
    p, q = a[0] / a[1], b[0] / b[1]
    down = sqrt((p - low_a) ** 2 + (high_b - q) ** 2)
    up = sqrt((high_a - p) ** 2 + (q - low_b) ** 2)
    return p - q - down, p - q + up
