"""Days, and agents by month, as cells whose figures are held against what is expected. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.anomalies.expecting import Cells, Expectations, Kind, expect
from decisions.anomalies.seasons import season_of

Floats = NDArray[np.float64]
# Figure: how it is made of sums (kind, above, below).
MEASURES: Mapping[str, tuple[Kind, str, str]] = {
    "calls": ("count", "calls", ""),
    "answer_rate": ("share", "answered", "known"),
    "conversion_rate": ("share", "converted", "reached"),
    "quality_score": ("mean", "quality", ""),
    "average_duration": ("mean", "duration", ""),
    "talk_ratio": ("mean", "talk", ""),
}
DAYS_LOOKED_AT, BLOCK = 28, 28
# Days with fewer calls say nothing of shares and means; agents need more, a month long.
_FEWEST_OF_DAY, _FEWEST_OF_AGENT = 5, 20
_FEWEST_DAYS, _FEWEST_BLOCKS = 56, 3


@dataclass(frozen=True, slots=True)
class DaySums:
    """Rows of (agent, day): `agents` are ids as text by place ("" for calls without an agent)."""

    agents: tuple[str, ...]
    agent: NDArray[np.intp]
    day: NDArray[np.datetime64]
    sums: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.agent)


@dataclass(frozen=True, slots=True)
class Looked:
    """One figure of many cells, each with what was observed and expected. `agent` is -1 for days."""

    measure: str
    agent: NDArray[np.intp]
    day: NDArray[np.datetime64]
    observed: Floats
    expectations: Expectations


def look_at_days(sums: DaySums, until: np.datetime64) -> Iterator[Looked]:
    """The last DAYS_LOOKED_AT days up to `until`, against the year before and around them. Nothing below eight weeks
    of calls."""
    if not len(sums):
        return
    days = np.arange(sums.day.min(), until + 1)
    if len(days) < _FEWEST_DAYS:
        return
    place = (sums.day - days[0]).astype(np.int64)
    added = {name: np.bincount(place, column, len(days)).astype(np.float64) for name, column in sums.sums.items()}
    season = season_of(days)
    recent = days > until - DAYS_LOOKED_AT
    for measure in MEASURES:
        value, size, kept, within = _figure(measure, added, _FEWEST_OF_DAY)
        tested = recent[kept]
        group = np.zeros(int(kept.sum()), dtype=np.intp)
        cells = Cells(MEASURES[measure][0], value[kept], size[kept], group, season[kept], within)
        found = expect(cells, tested) if tested.any() else None
        if found is not None:
            yield Looked(measure, np.full(int(tested.sum()), -1), days[kept][tested], value[kept][tested], found)


def look_at_agents(sums: DaySums, until: np.datetime64) -> Iterator[Looked]:
    """Each agent's last BLOCK days against their own months before, and against how those days were for all."""
    named = np.array([bool(name) for name in sums.agents], dtype=bool)
    if not len(sums) or not named.any():
        return
    block = ((until - sums.day).astype(np.int64)) // BLOCK
    blocks = int((until - sums.day.min()).astype(np.int64) + 1) // BLOCK
    rows = named[sums.agent] & (block < blocks)
    if blocks <= _FEWEST_BLOCKS or not rows.any():
        return
    cell = sums.agent * blocks + block
    size = len(sums.agents) * blocks
    added = {name: np.bincount(cell[rows], column[rows], size).astype(np.float64) for name, column in sums.sums.items()}
    agent, at = np.divmod(np.arange(size), blocks)
    worked = added["calls"].reshape(-1, blocks) > 0
    for measure in MEASURES:
        value, of, kept, within = _figure(measure, added, _FEWEST_OF_AGENT)
        if MEASURES[measure][0] == "count":
            kept = _at_work(worked)
        kept &= named[agent] & (np.bincount(agent[kept], minlength=len(sums.agents)) > _FEWEST_BLOCKS)[agent]
        tested = (at == 0)[kept]
        if not tested.any():
            continue
        group = np.unique(agent[kept], return_inverse=True)[1]
        columns = (at[kept][:, None] == np.arange(1, blocks)).astype(np.float64)
        columns = columns[:, columns.any(axis=0)]
        found = expect(Cells(MEASURES[measure][0], value[kept], of[kept], group, columns, within), tested)
        if found is not None:
            who, when = agent[kept][tested], np.full(int(tested.sum()), until)
            yield Looked(measure, who, when, value[kept][tested], found)


def _at_work(worked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Blocks (the newest first) from an agent's first call on; the newest one counts where they called in the one
    before, so that who has left is told once."""
    begun = np.cumsum(worked[:, ::-1], axis=1)[:, ::-1] > 0
    gone = ~np.cumsum(worked, axis=1).astype(bool)
    kept = begun & ~gone
    kept[:, 0] = begun[:, 0] if worked.shape[1] < 2 else worked[:, 1] & begun[:, 1] | worked[:, 0]
    return np.asarray(kept.ravel())


def _figure(measure: str, added: Mapping[str, Floats], fewest: int) -> tuple[Floats, Floats, NDArray[np.bool_], float]:
    """Value, size and which cells have enough, and the variance of single calls."""
    kind, above, below = MEASURES[measure]
    if kind == "count":
        count = added[above]
        return count, np.ones_like(count), np.ones(len(count), dtype=bool), 0.0
    if kind == "share":
        of = added[below]
        return added[above] / np.maximum(of, 1), of, of >= fewest, 0.0
    n = added[f"{above}_n"]
    mean = added[f"{above}_sum"] / np.maximum(n, 1)
    kept = n >= fewest
    spread = (added[f"{above}_squares"] - n * mean**2)[kept].sum()
    degrees = float(np.maximum(n - 1, 0)[kept].sum())
    return mean, n, kept, max(0.0, float(spread) / degrees) if degrees else 0.0
