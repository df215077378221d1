"""What revenue will come. Pure types."""

from typing import Any, TypedDict


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
