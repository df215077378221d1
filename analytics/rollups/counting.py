"""Adding up facts by group: the SQL that both databases understand, written once."""

from dataclasses import dataclass

from analytics.models import Dimension
from analytics.rollups.facts import FLAGS, OF_OBJECTIONS, Sql
from analytics.rollups.sums import MEANS, MEASURES

_FROM_FACTS: dict[str, str] = {name: f"COUNT({name})" for name in (*FLAGS, *OF_OBJECTIONS)}
for _name in MEANS.values():
    _FROM_FACTS |= {
        f"{_name}_n": f"COUNT({_name})",
        f"{_name}_sum": f"COALESCE(SUM({_name}), 0)",
        f"{_name}_squares": f"COALESCE(SUM({_name}_squared), 0)",
    }

VALUES: dict[str, str] = {dimension: dimension or "''" for dimension in Dimension.values}
"""The column of the facts that holds each dimension's value."""
OF_AGENTS = tuple(dimension for dimension in VALUES if dimension != Dimension.WEEKDAY_HOUR)
"""What agents' months stand by. By the hours of the week they would be three quarters of all rows."""


@dataclass(frozen=True, slots=True)
class Group:
    """One way to add up: by `keys`, each a column's name and the SQL expression for it."""

    keys: tuple[tuple[str, str], ...]

    def select(self, table: str, *, where: str = "1 = 1", from_sums: bool = False) -> str:
        """SELECT of keys and measures from facts, or from sums that are added up further."""
        keys = ", ".join(f"{expression} AS {name}" for name, expression in self.keys)
        added = ", ".join(f"{f'SUM({name})' if from_sums else _FROM_FACTS[name]} AS {name}" for name in MEASURES)
        places = ", ".join(str(number + 1) for number in range(len(self.keys)))
        return f"SELECT {keys}, {added} FROM {table} WHERE {where} GROUP BY {places}"  # noqa: S608 - our own names


def with_facts(facts: Sql, statement: str) -> Sql:
    """`statement` over the table "facts", worked out once however often it is read."""
    sql, params = facts
    return f"WITH facts AS MATERIALIZED ({sql}) {statement}", params
