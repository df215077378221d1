"""Adding up facts by group: the SQL that both databases understand, written once."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.models import Dimension
from analytics.rollups.facts import FLAGS, OF_OBJECTIONS, Sql
from analytics.rollups.sums import MEANS, MEASURES

FROM_FACTS: dict[str, str] = {name: f"COUNT({name})" for name in (*FLAGS, *OF_OBJECTIONS)}
for _name in MEANS.values():
    FROM_FACTS |= {
        f"{_name}_n": f"COUNT({_name})",
        f"{_name}_sum": f"COALESCE(SUM({_name}), 0)",
        f"{_name}_squares": f"COALESCE(SUM({_name}_squared), 0)",
    }

HEARD = (*OF_OBJECTIONS, *(f"{name}_{part}" for name in ("talk", "adherence") for part in ("n", "sum", "squares")))
FROM_SILENT_FACTS = {**FROM_FACTS, **dict.fromkeys(HEARD, "0")}
"""Where no call was listened to, as after an import, there is nothing to add up of what is heard."""
FROM_SUMS = {name: f"SUM({name})" for name in MEASURES}

VALUES: dict[str, str] = {dimension: dimension or "''" for dimension in Dimension.values}
"""The column of the facts that holds each dimension's value."""
OF_AGENTS = tuple(dimension for dimension in VALUES if dimension != Dimension.WEEKDAY_HOUR)
"""What agents' months stand by. By the hours of the week they would be three quarters of all rows."""


@dataclass(frozen=True, slots=True)
class Group:
    """One way to add up: by `keys`, each a column's name and the SQL expression for it."""

    keys: tuple[tuple[str, str], ...]

    def select(self, table: str, *, where: str = "1 = 1", added: Mapping[str, str] = FROM_FACTS) -> str:
        """SELECT of keys and measures; `added` says how each measure is added up."""
        keys = ", ".join(f"{expression} AS {name}" for name, expression in self.keys)
        measures = ", ".join(f"{added[name]} AS {name}" for name in MEASURES)
        places = ", ".join(str(number + 1) for number in range(len(self.keys)))
        return f"SELECT {keys}, {measures} FROM {table} WHERE {where} GROUP BY {places}"  # noqa: S608 - our own names


def with_facts(facts: Sql, statement: str) -> Sql:
    """`statement` over the table "facts", worked out once however often it is read."""
    sql, params = facts
    return f"WITH facts AS MATERIALIZED ({sql}) {statement}", params
