"""What a back end is asked for a page of calls."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models.expressions import RawSQL

from recordings.models.call import SalesCallQuerySet
from recordings.searching.query import SearchQuery

SQL = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Span:
    """Places between two, neither included."""

    below: int | None = None
    above: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The newest `limit` of `calls` (`back`: the oldest) that fit `query`, among the places of `span`."""

    calls: SalesCallQuerySet
    query: SearchQuery
    speakers: tuple[str, ...]
    client: UUID | None
    span: Span
    back: bool
    limit: int

    def is_visible(self) -> SQL:
        """A condition on a row `d` of the table of words: its call is one of `calls`. May raise EmptyResultSet."""
        this_one = self.calls.filter(pk=RawSQL("d.call_id", [])).values("pk")
        sql, params = this_one.query.sql_with_params()
        return f"EXISTS ({sql})", list(params)

    def ids(self, most: int) -> SQL:
        """A SELECT of the ids of `most` of `calls`. May raise EmptyResultSet."""
        sql, params = self.calls.values("pk")[:most].query.sql_with_params()
        return sql, list(params)

    def in_span(self, place: str) -> SQL:
        """Conditions on the column `place`, each with AND before it."""
        bounds = (("<", self.span.below), (">", self.span.above))
        there = [(sign, bound) for sign, bound in bounds if bound is not None]
        return "".join(f" AND {place} {sign} %s" for sign, _bound in there), [bound for _sign, bound in there]

    def in_order(self, place: str, limit: int | None = None) -> str:
        """The end of a SELECT of `limit` rows (of the page's where it is None, of all, sorted by itself, where 0)."""
        end = "OFFSET 0" if limit == 0 else f"LIMIT {limit or self.limit}"
        return f" ORDER BY {place} {'ASC' if self.back else 'DESC'} {end}"
