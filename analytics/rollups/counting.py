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
        return f"SELECT {keys}, {measures} FROM {table} WHERE {where} GROUP BY {places}"  # noqa: S608 - our own names  # nosec B608


def grouped_at_once(facts: Sql, first_day: str, *, added: Mapping[str, str]) -> Sql:
    """SELECT of all rows of a month except those that add up others: one pass, as PostgreSQL alone can make it.

    Columns: agent_id, of_agent (else of the client), grain, start, dimension, value, and the measures. Expressions are
    worked out once a call, where a SELECT for each group would do so thirteen times.
    """
    sql, params = facts
    named = {name: column for name, column in VALUES.items() if name}
    sets = ["(agent_id, day)", "(day)"]
    sets += [f"(agent_id, {named[name]})" for name in OF_AGENTS if name] + [f"(day, {each})" for each in named.values()]
    dimension = " ".join(f"WHEN GROUPING({column}) = 0 THEN '{name}'" for name, column in named.items())
    value = " ".join(f"WHEN GROUPING({column}) = 0 THEN {column}" for column in named.values())
    measures = ", ".join(f"{added[name]} AS {name}" for name in MEASURES)
    return (
        "SELECT agent_id, GROUPING(agent_id) = 0 AS of_agent, "  # noqa: S608 - our own names  # nosec B608
        f"CASE GROUPING(day) WHEN 0 THEN 'day' ELSE 'month' END AS grain, "
        f"CASE GROUPING(day) WHEN 0 THEN day ELSE {first_day} END AS start, "
        f"CASE {dimension} ELSE '' END AS dimension, CASE {value} ELSE '' END AS value, "
        f"{measures} FROM ({sql}) AS facts GROUP BY GROUPING SETS ({', '.join(sets)})",
        params,
    )


def with_facts(facts: Sql, statement: str) -> Sql:
    """`statement` over the table "facts", worked out once however often it is read."""
    sql, params = facts
    return f"WITH facts AS MATERIALIZED ({sql}) {statement}", params
