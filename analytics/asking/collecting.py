"""All sums that a question needs: each kind of rows is read once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.asking.asker import Asker
from analytics.asking.sources import read_sums
from analytics.metrics import MEASURES, Metric, Rows, Slot, Sums, Wanted
from analytics.questions import Filters, Question
from salesiq.people.roles import Role

# Read besides, so that notes can say how many rows had no value.
_COUNTED_BESIDE = {
    "deals_closed.won_value": "deals_closed.won",
    "deals_closed.lost_value": "deals_closed.lost",
    "deals_open.value": "deals_open.all",
    "deals_open.weighted": "deals_open.all",
    "purchases.value": "purchases.all",
}
_NOTHING: Mapping[str, Sums] = {}


@dataclass(frozen=True, slots=True)
class Collected:
    """Sums of all measures by slot."""

    table: Mapping[Slot, Mapping[str, Sums]]

    def at(self, key: str, step: date | None) -> Mapping[str, Sums]:
        """Of one group in one step; empty where there were no rows."""
        return self.table.get((key, step), _NOTHING)

    @property
    def keys(self) -> set[str]:
        return {key for (key, _step), sums in self.table.items() if sums}

    @property
    def steps(self) -> list[date]:
        """Steps in which there were rows."""
        return sorted({step for (_key, step), sums in self.table.items() if sums and step})

    def n_of(self, measure: str) -> dict[str, int]:
        """Rows by group, over all steps."""
        found: dict[str, int] = defaultdict(int)
        for (key, _step), sums in self.table.items():
            if measure in sums:
                found[key] += sums[measure].n
        return found


def collect(question: Question, filters: Filters, metrics: Sequence[Metric], *, asker: Asker) -> Collected:
    """What `metrics` are computed from, over the rows of `filters`. One query for each kind of rows, few two."""
    table: dict[Slot, dict[str, Sums]] = defaultdict(dict)
    for rows, measures in _by_rows(metrics).items():
        wanted = Wanted(rows=rows, measures=measures, filters=filters, by=question.by, grain=question.grain)
        for slot, sums in read_sums(wanted, asker=asker).items():
            table[slot].update(sums)
    return Collected(table)


def hidden_from(metric: Metric, asker: Asker) -> bool:
    """Whether it needs advertising costs that the asker may not see, or may not set against rows they see in part."""
    if not any(MEASURES[key].rows == Rows.AD_COSTS for key in metric.measures):
        return False
    if len(metric.measures) > 1:
        return not asker.sees_whole_client or not _sees_costs(asker)
    return not _sees_costs(asker)


def _sees_costs(asker: Asker) -> bool:
    return asker.user.is_superuser or asker.user.role in (Role.ADMIN, Role.MANAGER)


def _by_rows(metrics: Iterable[Metric]) -> dict[Rows, tuple[str, ...]]:
    wanted = dict.fromkeys(key for metric in metrics for key in (*metric.measures, metric.rests_on))
    wanted |= dict.fromkeys(_COUNTED_BESIDE[key] for key in list(wanted) if key in _COUNTED_BESIDE)
    found: dict[Rows, tuple[str, ...]] = {}
    for key in wanted:
        rows = MEASURES[key].rows
        found[rows] = (*found.get(rows, ()), key)
    return found
