"""What is said of win rates: how often deals are won, what changed and why, how fast and how steadily. Pure types."""

from typing import TypedDict


class Rate(TypedDict):
    """Wilson score interval (Wilson 1927), 95 %; `rate`, `low`, `high` are None where nothing closed."""

    won: int
    closed: int
    rate: float | None
    low: float | None
    high: float | None


class RateRow(Rate, total=False):
    """One group (`groups` {dimension: key}) in one step of time (`start`, "" for the whole) against all others.

    `p_value`: two-sided, this group against the rest; `q_value` by Benjamini and Hochberg 1995 over all rows of one
    question; `significant`: q ≤ 0.05. `enough`: at least 30 closed. `prior` and `change` against the period before.
    """

    groups: dict[str, str]
    start: str
    p_value: float | None
    q_value: float | None
    significant: bool
    enough: bool
    prior: Rate
    change: "RateChange"


class RateChange(TypedDict):
    """`absolute` in share points with its interval (Newcombe 1998, method 10)."""

    absolute: float | None
    low: float | None
    high: float | None
    p_value: float | None
    q_value: float | None
    significant: bool


class Effect(TypedDict):
    """One group's part in the change of the whole: `mix` (its share of deals changed), `rate` (it wins more or less),
    `both` (their product); the sum over groups is the change. In share points."""

    key: str
    mix: float
    rate: float
    both: float
    share_before: float
    share_after: float
    rate_before: float | None
    rate_after: float | None


class Decomposition(TypedDict):
    """The change of the whole between two periods, by one dimension. `rate_low`, `rate_high`: 95 % of the sum of rate
    effects, `mix_low`, `mix_high` of the mix effects; q-values over both effects of all dimensions of the document.
    `says`: mix | rate | both | noise. `effects` the largest first; small groups are OTHERS."""

    by: str
    before: Rate
    after: Rate
    change: RateChange
    mix: float
    rate: float
    both: float
    rate_low: float | None
    rate_high: float | None
    rate_p: float | None
    rate_q: float | None
    mix_low: float | None
    mix_high: float | None
    mix_p: float | None
    mix_q: float | None
    effects: list[Effect]
    says: str


class Velocity(TypedDict):
    """Sales Velocity Score of a group: value a day; see docs/decisions.md for the formula and its source."""

    by: str
    key: str
    score: float | None
    low: float | None
    high: float | None
    deals: int
    rate: float | None
    value: float | None
    cycle_days: float | None
    enough: bool


class Consistency(TypedDict):
    """Rep Win Consistency Index of one agent, 0 to 100, shrunk towards the team's where there is little to go by."""

    key: str
    index: float | None
    low: float | None
    high: float | None
    closed: int
    periods: int
    rate: float | None
    shrunk_rate: float | None
    enough: bool


class WinRateDocument(TypedDict):
    """Win rates of the days `since` to `until` (None: open), against as many days just before (`prior`).

    `rows`: of each dimension of `by` alone in the standard analysis, of all of `by` crossed where a question named
    them; with `grain` by step, each against the step before. `course`: the whole by `course_grain`, over all days where
    no question named any. `groups`: how many each dimension has; rows are the largest and the significant ones.
    `velocity`: of the same days, key and by "" is the whole. `consistency`: by steps of `consistency_grain` over all
    days up to `until`. `conclusion`: nothing_closed | too_little | one_class | changed_mix | changed_rate |
    changed_both | changed (no dimension tells why) | differs (no change, but groups differ) | nothing.
    """

    since: str | None
    until: str | None
    grain: str
    course_grain: str
    consistency_grain: str
    by: list[str]
    groups: dict[str, int]
    overall: Rate
    prior: Rate | None
    change: RateChange | None
    course: list[RateRow]
    rows: list[RateRow]
    decompositions: list[Decomposition]
    velocity: list[Velocity]
    consistency: list[Consistency]
    conclusion: str
