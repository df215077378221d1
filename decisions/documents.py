"""The documents of analyses: what engines write into `AnalysisRun.result`, commands print and pages read. Pure types.

Shares are 0 to 1, money floats in the client's currency, days ISO 8601 texts. `key` of a group is what the table of
deals holds (ids for agents, teams, products, companies); MISSING says that the row said nothing. Nothing here holds
a person's name.
"""

from typing import Any, TypedDict

MISSING = "(missing)"
# Groups too small or too many to be told one by one.
OTHERS = "(others)"


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


class Driver(TypedDict):
    """One level of one field against the other deals of that field, all other fields held equal.

    Levels that stand apart (`significant`) are compared with those that do not, which are compared with each other: one
    level that loses more does not make winners of the rest. `level` of a number is a band ("2000..5000", both within).
    """

    feature: str
    level: str
    n: int
    odds_ratio: float
    low: float
    high: float
    p_value: float
    q_value: float
    significant: bool


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


class ModelReport(TypedDict):
    """What `manage.py evaluate_model --json` prints; all figures out of sample.

    `leaks`: [{field, why, …}] that know the outcome: after_outcome | duration | last_activity | filled_after |
    too_good. `kept_out`: [{field, why, …}] that cannot help: excluded | all_missing | constant | identifier.
    `compared`: [{form, auc, auc_low, auc_high, brier, log_loss, …}]. `calibration`: [{predicted, observed, low, high,
    n}]. `conclusion`: signal | no_signal | too_little | one_class | no_fields | no_days | nothing.
    """

    target: str
    split: str
    n: int
    positives: int
    base_rate: float | None
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    brier: float | None
    brier_base: float | None
    ece: float | None
    signal: bool
    leaks: list[dict[str, Any]]
    kept_out: list[dict[str, Any]]
    chosen: str
    features: list[str]
    compared: list[dict[str, Any]]
    calibration: list[dict[str, Any]]
    conclusion: str


class PeriodForecast(TypedDict):
    """Revenue of one period: what is won already, what open deals and deals to come add, with an 80 % and a 95 %
    interval (None where nothing can be said: `method` is "none"). `period`: this_quarter | next_quarter | this_year.
    `n_open`: open deals counted."""

    period: str
    since: str
    until: str
    method: str
    won_already: float
    value: float
    low80: float | None
    high80: float | None
    low95: float | None
    high95: float | None
    n_open: int
    target: float | None


class ForecastDocument(TypedDict):
    """`methods`: every method's figures [{period, method, value, low80, high80, low95, high95}]; `used`: which one is
    shown for this quarter and `why` (code with figures, and of each period under `periods`); `course`: past and
    expected revenue by month [{start, actual, value, low95, high95}]; `stages`: the stage table [{pipeline, stage,
    kind, chance, is_guessed, observed: Rate, deals, value, expected}]; `deals`: figures over open deals {n, value,
    expected, by_confidence, at_risk}; `accuracy`, from the backtest: [{method, horizon (a period's name), mape, n,
    coverage80, coverage95}]."""

    as_of: str
    used: str
    why: dict[str, Any]
    periods: list[PeriodForecast]
    methods: list[dict[str, Any]]
    course: list[dict[str, Any]]
    stages: list[dict[str, Any]]
    deals: dict[str, Any]
    accuracy: list[dict[str, Any]]


class Contrast(TypedDict):
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
    odds_ratio: float
    low: float
    high: float
    p_value: float
    q_value: float
    significant: bool
    same_length: "SameLength | None"


class SameLength(TypedDict):
    odds_ratio: float
    low: float
    high: float
    p_value: float
    q_value: float
    significant: bool


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


class AnomaliesDocument(TypedDict):
    """Anomalies stand in rows of their own (`Anomaly`); here how many were looked at and the stated share of false
    alarms: `kinds`: [{kind, measure, looked_at, found, false_alarms, since, until, says}]. `kind` call | agent | day;
    `false_alarms` is the share of what is found that may be false, at most (0 to 1), over all measures of a kind;
    `says`: found | quiet | too_little."""

    since: str
    until: str
    kinds: list[dict[str, Any]]


class AdviceDocument(TypedDict):
    """Findings stand in rows of their own; here what the run did with them."""

    opened: int
    kept: int
    closed: int
    rules: list[dict[str, Any]]
