"""What explains which deals are won. Pure types."""

from typing import Any, TypedDict

from decisions.documents.odds import OddsRatio


class Driver(OddsRatio):
    """One level of one field against the other deals of that field, all other fields held equal.

    Levels that stand apart (`significant`) are compared with those that do not, which are compared with each other: one
    level that loses more does not make winners of the rest. `level` of a number is a band ("2000..5000", both within).
    """

    feature: str
    level: str
    n: int


class DriversDocument(TypedDict):
    """`conclusion`: drivers | interactions (of pairs of levels alone) | nothing | nothing_to_try (no field could be
    tried) | too_little | one_class. `auc` out of sample, its interval holds 0.5 on noise.

    `drivers`: every level that was tested, the surest first. `tested`: [{feature, kind (group | number), levels, within
    (coarser fields that it was compared within), lowest_q, untold (levels that another field cannot be told from)}].
    `kept_out`: [{feature, why, …}], `why`: all_missing | constant | too_many_levels (levels, fewest) | known_after (by
    its name) | tells_outcome (auc) | same_as (other) | too_few_deals. `nonlinear`: {auc, low, high, gain, gain_low,
    gain_high, n, says: same | nonlinear | worse | not_tried} of boosted trees. `interactions`: [{features, levels,
    odds_ratio, low, high, p_value, q_value, n, significant}]. `cycle`: {n, odds_ratio_per_doubling, low, high, p_value,
    bands: [Rate + from_days, to_days], caveat: known_only_at_the_end}, {} where too few say.
    """

    auc: float | None
    auc_low: float | None
    auc_high: float | None
    n: int
    positives: int
    conclusion: str
    drivers: list[Driver]
    tested: list[dict[str, Any]]
    kept_out: list[dict[str, Any]]
    nonlinear: dict[str, Any]
    interactions: list[dict[str, Any]]
    cycle: dict[str, Any]
