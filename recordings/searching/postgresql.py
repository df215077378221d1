"""PostgreSQL: a tsvector under a GIN index.

The index alone says which calls fit; of a phrase it says which may, and the texts beside it decide. Sequential scans
are off while it is asked: for common words the planner takes them for cheap, not knowing that each row's vector would
have to be fetched and unpacked.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from recordings.searching.asked import SQL, Asked
from recordings.searching.lexemes import is_phrase, term_tsquery, to_recheck, tsquery
from recordings.searching.query import Clause, SearchQuery, Term

WALKED = 300
NARROW = 0.02
ENOUGH_TO_JUDGE = 3
LONGEST_WALK = 4000
LISTED = 400
NEWEST_HITS = 1500


def matching_sql(query: SearchQuery, speakers: Sequence[str]) -> tuple[str, list[Any]]:
    """A SELECT of the ids of all calls that fit. The function is where sequential scans are off, see `triggers`."""
    recheck, params = _recheck(query, speakers)
    sql = "SELECT f.call_id FROM recordings_search(%s::tsquery) f"
    if recheck:
        sql += f" JOIN recordings_callwords d ON d.place = f.place WHERE true{recheck}"
    return sql, [tsquery(query, speakers), *params]


def newest(asked: Asked) -> list[tuple[int, Any]]:
    """Place and call_id of the calls that are asked for.

    By the first of four ways that gives a page, or all there is. Which is quick depends on how common the words are
    and how narrow the filters, and the planner knows neither; the first way finds it out in a few milliseconds.

    1. Walk the newest rows and look at each, and further where that promises a page: common words, wide filters.
    2. List the newest calls in question, where few of those walked were: narrow filters.
    3. Ask the index, and look at its newest hits one by one: words that are not common.
    4. Ask the index, and join it with all calls in question.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = _by_the_quickest(asked, cursor)
        cursor.execute("SET LOCAL enable_seqscan = on")
    return rows


def _by_the_quickest(asked: Asked, cursor: Any) -> list[tuple[int, Any]]:
    if asked.limit <= WALKED:
        rows, visible, was_all = _walk(asked, cursor, WALKED)
        further = int(1.5 * WALKED * asked.limit / len(rows)) if len(rows) >= ENOUGH_TO_JUDGE else WALKED
        if not was_all and len(rows) < asked.limit and WALKED < further <= LONGEST_WALK:
            rows, _visible, was_all = _walk(asked, cursor, further)
        if was_all or len(rows) == asked.limit:
            return rows
        if visible < WALKED * NARROW:
            rows, was_all = _listed(asked, cursor)
            if was_all or len(rows) == asked.limit:
                return rows
    rows, was_all = _hits(asked, cursor, newest_only=True)
    if was_all or len(rows) == asked.limit:
        return rows
    return _hits(asked, cursor, newest_only=False)[0]


_COLUMNS = "d.place, d.call_id, d.lexemes, d.agent, d.customer, d.other"


def _walk(asked: Asked, cursor: Any, size: int) -> tuple[list[tuple[int, Any]], int, bool]:
    """What fits among the first rows, how many of those are in question, and whether there are no further rows."""
    condition, params = _one_by_one(asked)
    span, bounds = asked.in_span("d.place")
    owner, owners = _owner(asked)
    fits, more = _fits(asked)
    sql = (
        f"WITH walked AS MATERIALIZED (SELECT {_COLUMNS} FROM recordings_callwords d WHERE true{span}{owner}"  # nosec B608
        f"{asked.in_order('d.place', size)}), d AS MATERIALIZED (SELECT * FROM walked d WHERE {condition}) "
        f"SELECT (SELECT count(*) FROM walked), (SELECT count(*) FROM d), d.place, d.call_id FROM "
        f"(SELECT 1) one LEFT JOIN d ON {fits}{asked.in_order('d.place')}"
    )
    cursor.execute(sql, [*bounds, *owners, *params, *more])
    rows = cursor.fetchall()
    return [row[2:] for row in rows if row[2] is not None], rows[0][1], rows[0][0] < size


def _listed(asked: Asked, cursor: Any) -> tuple[list[tuple[int, Any]], bool]:
    """What fits among the first calls in question, and whether there are no more in question."""
    condition, params = asked.is_visible()
    span, bounds = asked.in_span("d.place")
    fits, more = _fits(asked)
    sql = (
        f"WITH d AS MATERIALIZED (SELECT {_COLUMNS} FROM recordings_callwords d WHERE {condition}{span}"  # nosec B608
        f"{asked.in_order('d.place', LISTED)}) SELECT (SELECT count(*) FROM d), d.place, d.call_id FROM "
        f"(SELECT 1) one LEFT JOIN d ON {fits}{asked.in_order('d.place')}"
    )
    cursor.execute(sql, [*params, *bounds, *more])
    rows = cursor.fetchall()
    return [row[1:] for row in rows if row[1] is not None], rows[0][0] < LISTED


def _hits(asked: Asked, cursor: Any, *, newest_only: bool) -> tuple[list[tuple[int, Any]], bool]:
    """What the index says fits, or only the newest of that, as far as it is in question; and whether it was all.

    What has to be read of a row beside the index is read after sorting, so that it ends with the page.
    """
    condition, params = _one_by_one(asked) if newest_only else asked.is_visible()
    span, bounds = asked.in_span("h.place")
    owner, owners = _owner(asked)
    recheck, more = _recheck(asked.query, asked.speakers)
    size = max(NEWEST_HITS, asked.limit * 2) if newest_only else 0
    texts = "JOIN recordings_callwords w ON w.place = d.place " if recheck else ""
    sql = (
        f"WITH h AS MATERIALIZED (SELECT d.place, d.call_id FROM recordings_callwords d "  # nosec B608
        f"WHERE d.lexemes @@ %s::tsquery{owner}), n AS MATERIALIZED (SELECT h.place, h.call_id FROM h WHERE true{span}"
        f"{asked.in_order('h.place', size)}) SELECT (SELECT count(*) FROM n), f.place, f.call_id FROM (SELECT 1) one "
        f"LEFT JOIN (SELECT d.place, d.call_id FROM n d {texts}WHERE {condition}"
        f"{recheck.replace('d.', 'w.')}{asked.in_order('d.place')}) f ON true{asked.in_order('f.place')}"
    )
    cursor.execute(sql, [tsquery(asked.query, asked.speakers), *owners, *bounds, *params, *more])
    rows = cursor.fetchall()
    return [row[1:] for row in rows if row[1] is not None], not newest_only or rows[0][0] < size


def _one_by_one(asked: Asked) -> SQL:
    """The condition in a form that is looked at row by row and not turned into a join."""
    condition, params = asked.is_visible()
    return f"{condition.removesuffix(')')} OFFSET 0)", params


def _fits(asked: Asked) -> SQL:
    recheck, more = _recheck(asked.query, asked.speakers)
    return f"d.lexemes @@ %s::tsquery{recheck}", [tsquery(asked.query, asked.speakers), *more]


def _owner(asked: Asked) -> tuple[str, list[Any]]:
    return ("", []) if asked.client is None else (" AND d.client_id = %s", [asked.client])


def _recheck(query: SearchQuery, speakers: Sequence[str]) -> tuple[str, list[Any]]:
    parts: list[str] = []
    params: list[Any] = []
    for clause in to_recheck(query):
        sql, values = _clause(clause, speakers)
        parts.append(sql)
        params += values
    return "".join(f" AND {part}" for part in parts), params


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
