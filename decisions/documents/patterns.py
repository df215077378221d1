"""What won calls have that lost ones lack. Pure types."""

from typing import Any, TypedDict

from decisions.documents.odds import OddsRatio


class Contrast(OddsRatio):
    """One thing heard or measured in calls, won against lost.

    `feature`: code as `decisions.patterns.features` names it. `scale`: presence (`won`, `lost` are shares of calls,
    `odds_ratio` is of hearing it) or amount (means in `unit`; `odds_ratio` is of one standard deviation `sd` more). All
    odds ratios are controlled for agent and segment. `same_length`: the same with the call's length held equal as
    well; None where that cannot be told. `whose`: agent | customer | call. `consequence`: it comes of how the call goes
    rather than before it, so that it is told and never advised. `n` calls said something of it.
    """

    feature: str
    scale: str
    unit: str
    whose: str
    consequence: bool
    won: float
    lost: float
    n: int
    n_won: int
    n_lost: int
    sd: float | None
    same_length: OddsRatio | None


class Practice(TypedDict):
    """Something that agents can do: `code` do_it (a presence that wins), leave_it, more or less (of an amount; `won`
    is the mean of won calls, to aim at). Figures are those of the contrast with the call's length held equal."""

    code: str
    feature: str
    unit: str
    won: float
    lost: float
    n: int
    odds_ratio: float
    low: float
    high: float
    q_value: float


class PatternsDocument(TypedDict):
    """`conclusion`: patterns | nothing | too_little | one_class. `practices`: contrasts that are significant also with
    the call's length held equal, agents' own doing and no consequence; the surest first. `left_out`: [{feature, why,
    n}] with why outcome | circular | constant | rare | missing. `basis`: said (results that people, other systems or
    deals gave) or proposed (most are proposals of the analysis, so that what these rest on is left out: circular)."""

    n: int
    won: int
    since: str | None
    until: str | None
    basis: str
    controlled_for: list[str]
    conclusion: str
    contrasts: list[Contrast]
    practices: list[Practice]
    left_out: list[dict[str, Any]]
