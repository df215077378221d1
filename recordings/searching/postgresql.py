"""PostgreSQL: a tsvector under a GIN index.

The index alone says which calls fit; of a phrase it says which may, and the texts beside it decide. Sequential scans
are off while it is asked: for common words the planner takes them for cheap, not knowing that each row's vector would
have to be fetched and unpacked.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from recordings.searching.asked import Asked
from recordings.searching.lexemes import is_phrase, term_tsquery, to_recheck, tsquery
from recordings.searching.query import Clause, SearchQuery, Term


def matching_sql(query: SearchQuery, speakers: Sequence[str]) -> tuple[str, list[Any]]:
    """A SELECT of the ids of all calls that fit. The function is where sequential scans are off, see `triggers`."""
    recheck, params = _recheck(query, speakers)
    sql = "SELECT f.call_id FROM recordings_search(%s::tsquery) f"
    if recheck:
        sql += f" JOIN recordings_callwords d ON d.place = f.place WHERE {recheck}"
    return sql, [tsquery(query, speakers), *params]


def newest(asked: Asked) -> list[tuple[int, Any]]:
    """Place and call_id of the calls that are asked for."""
    condition, params = asked.is_visible()
    recheck, more = _recheck(asked.query, asked.speakers)
    span, bounds = asked.in_span("d.place")
    inner = f"SELECT d.place, d.call_id FROM recordings_callwords d WHERE d.lexemes @@ %s::tsquery{span}"  # nosec B608
    values: list[Any] = [tsquery(asked.query, asked.speakers), *bounds]
    if asked.client is not None:
        inner += " AND d.client_id = %s"
        values.append(asked.client)
    if recheck:
        inner += f" AND {recheck}"
        values += more
    sql = (
        f"WITH hits AS MATERIALIZED ({inner}) SELECT d.place, d.call_id FROM hits d "  # nosec B608
        f"WHERE {condition}{asked.in_order('d.place')}"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(sql, [*values, *params])
        rows: list[tuple[int, Any]] = cursor.fetchall()
        cursor.execute("SET LOCAL enable_seqscan = on")
    return rows


def _recheck(query: SearchQuery, speakers: Sequence[str]) -> tuple[str, list[Any]]:
    parts: list[str] = []
    params: list[Any] = []
    for clause in to_recheck(query):
        sql, values = _clause(clause, speakers)
        parts.append(sql)
        params += values
    return " AND ".join(parts), params


def _clause(clause: Clause, speakers: Sequence[str]) -> tuple[str, list[Any]]:
    parts: list[str] = []
    params: list[Any] = []
    for term in clause.terms:
        sql, values = _term(term, speakers)
        parts.append(sql)
        params += values
    return ("NOT " if clause.negated else "") + "(" + " OR ".join(parts) + ")", params


def _term(term: Term, speakers: Sequence[str]) -> tuple[str, list[Any]]:
    if not is_phrase(term):
        return "d.lexemes @@ %s::tsquery", [term_tsquery(term, speakers)]
    sql = " OR ".join(f"d.{name} LIKE %s" for name in speakers)
    return sql, [f"% {' '.join(term.keys)} %"] * len(speakers)
