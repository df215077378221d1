"""Adding up facts by group: the SQL that both databases understand, written once."""

from dataclasses import dataclass

from analytics.models import Dimension
from analytics.rollups.facts import Sql
from analytics.rollups.sums import MEANS, MEASURES

_OUTCOMES = ("converted", "qualified", "not_qualified", "no_answer", "callback")
_UNDERSTOOD = "(status = 'published' OR (status IS NOT NULL AND outcome <> ''))"


def _count(condition: str) -> str:
    return f"COUNT(*) FILTER (WHERE {condition})"


_FROM_FACTS: dict[str, str] = {
    "calls": "COUNT(status)",
    "published": _count("status = 'published'"),
    "known": _count("status IS NOT NULL AND outcome <> ''"),
    **{name: _count(f"status IS NOT NULL AND outcome = '{name}'") for name in _OUTCOMES},
    "understood": _count(_UNDERSTOOD),
    "follow_up": _count(f"{_UNDERSTOOD} AND (outcome = 'callback' OR promised)"),
    "objections": "COUNT(handled)",
    "objections_handled": _count("handled"),
}
for _name in MEANS.values():
    _FROM_FACTS |= {
        f"{_name}_n": f"COUNT({_name})",
        f"{_name}_sum": f"COALESCE(SUM({_name}), 0)",
        f"{_name}_squares": f"COALESCE(SUM({_name} * {_name}), 0)",
    }

_NUMBER = "CAST(CAST({} AS integer) AS varchar)"
VALUES: dict[str, str] = {
    Dimension.ALL: "''",
    **{name: name for name in ("call_type", "outcome", "region", "source", "language")},
    Dimension.WEEKDAY_HOUR: f"{_NUMBER.format('weekday')} || '-' || {_NUMBER.format('hour')}",
}
"""What a fact's value of each dimension is."""


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
