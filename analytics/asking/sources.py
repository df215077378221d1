"""Where sums come from: rollups for questions they can answer, base rows otherwise."""

from collections.abc import Callable, Mapping
from typing import Any

from analytics.asking.asker import Asker
from analytics.asking.base import read_base_sums
from analytics.asking.buyers import read_customers, read_new_customers
from analytics.asking.snapshots import read_open_deals
from analytics.asking.spread import read_ad_costs
from analytics.asking.targets import read_target_sums
from analytics.metrics import Rows, Slot, Sums, Table, Wanted
from analytics.rollups import reading

_READERS: Mapping[Rows, Callable[..., dict[Slot, dict[str, Sums]]]] = {
    Rows.DEALS_OPEN: read_open_deals,
    Rows.AD_COSTS: read_ad_costs,
    Rows.TARGETS: read_target_sums,
    Rows.CUSTOMERS: read_customers,
    Rows.NEW_CUSTOMERS: read_new_customers,
}
QUICK: tuple[Any, ...] = (reading,)
"""`SumsReader`s that are asked before base rows."""


def read_sums(wanted: Wanted, *, asker: Asker) -> Table:
    """The sums of `wanted`, from the quickest source that knows them."""
    for reader in QUICK:
        if reader.can_read(wanted, user=asker.user):
            quick: Table = reader.read_sums(wanted, user=asker.user)
            return quick
    return _READERS.get(wanted.rows, read_base_sums)(wanted, asker=asker)
