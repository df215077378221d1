"""How good the chances of single deals were: whether each open deal was won within a quarter. Pure."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from decisions.forecasting.choosing import Choice, choose
from decisions.forecasting.flow import closing_days, flow_of, horizon, open_deals
from decisions.forecasting.history import Floats, History, Ints
from decisions.forecasting.methods import MIN_CLOSED, RECORD, STAGED, Sight
from decisions.forecasting.scoring import brier, calibration, calibration_error

BASE = "base_rate"
# From the simplest. `learned` is judged by its own card.
DEAL_METHODS = (BASE, STAGED, RECORD)
WITHIN = 91


@dataclass
class DealScores:
    """`said[method]` and `came`: one array per cut; `dates`: whether the day of closing fell into its 80 percent
    interval, of deals closed since."""

    said: dict[str, list[Floats]] = field(default_factory=lambda: {method: [] for method in DEAL_METHODS})
    came: list[Floats] = field(default_factory=list)
    dates: list[Floats] = field(default_factory=list)
    month_off: list[Floats] = field(default_factory=list)

    def add(self, history: History, sight: Sight, until: int) -> None:
        """`history` knows how it ended. Cuts in the last quarter of the record are too young."""
        if sight.day + WITHIN > until or sight.record.closed < MIN_CLOSED:
            return
        deals = open_deals(sight.history, sight.record, sight.day)
        if not len(deals.rows):
            return
        there = np.flatnonzero(history.created <= sight.day)[deals.rows]
        closed, won = history.closed[there], history.won[there]
        self.came.append((won & (closed <= sight.day + WITHIN)).astype(np.float64))
        flow = flow_of(sight.record, deals.stratum, deals.age, horizon(sight.day, sight.day + WITHIN))
        soon = flow.closed.sum(axis=1)
        decided = sight.history.closed <= sight.day
        base = sight.history.won[decided].mean()
        nothing = np.full(len(there), np.nan)
        self.said[BASE].append(soon * base)
        self.said[RECORD].append(flow.won.sum(axis=1))
        self.said[STAGED].append(nothing if sight.chance is None else soon * sight.chance)
        self._dates(closed, closing_days(sight.record, deals, sight.day), until)

    def _dates(self, closed: Ints, expected: Floats, until: int) -> None:
        known = (closed <= until) & ~np.isnan(expected).any(axis=1)
        self.dates.append(((expected[:, 0] <= closed) & (closed <= expected[:, 2]))[known].astype(np.float64))
        self.month_off.append(np.abs(expected[:, 1] - closed)[known])

    def _errors(self) -> dict[str, Floats]:
        """Brier score of each method at each cut."""
        return {
            method: np.array([
                ((each - came) ** 2).mean() for each, came in zip(self.said[method], self.came, strict=True)
            ]) for method in DEAL_METHODS
        }  # fmt: skip

    def choice(self) -> Choice:
        return choose(self._errors(), DEAL_METHODS, ahead=3, untested=STAGED)

    def table(self) -> list[dict[str, Any]]:
        return [self._row(method) for method in DEAL_METHODS]

    def _row(self, method: str) -> dict[str, Any]:
        said = np.concatenate([*self.said[method], np.zeros(0)])
        came = np.concatenate([*self.came, np.zeros(0)])
        there = ~np.isnan(said)
        said, came = said[there], came[there]
        return {
            "method": method, "n": len(said), "won": int(came.sum()), "brier": _rounded(brier(said, came)),
            "ece": _rounded(calibration_error(said, came)), "calibration": calibration(said, came),
        }  # fmt: skip

    def closing(self) -> dict[str, Any]:
        inside, off = np.concatenate([*self.dates, np.zeros(0)]), np.concatenate([*self.month_off, np.zeros(0)])
        return {
            "n": len(inside), "coverage80": _rounded(float(inside.mean())) if len(inside) else None,
            "median_days_off": _rounded(float(np.median(off))) if len(off) else None,
        }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
