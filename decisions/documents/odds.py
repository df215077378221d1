"""An odds ratio as documents hold it. Pure types."""

from typing import TypedDict


class OddsRatio(TypedDict):
    """With its 95 % interval; `significant` by `q_value`, which is corrected for all that was compared with it."""

    odds_ratio: float
    low: float
    high: float
    p_value: float
    q_value: float
    significant: bool
