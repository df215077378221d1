"""SQLite: a full text table (FTS5) whose content is the table of words, its row numbers being the calls' places.

FTS5 gives rows in the order of their numbers as it finds them, so that the newest calls come first and reading stops
with the page, however common the words are.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from recordings.searching.asked import Asked
from recordings.searching.query import Clause, SearchQuery, Term

TABLE = "recordings_callwords_fts"
COLUMNS = ("agent", "customer", "other", "agent_stems", "customer_stems", "other_stems")
ALL = ("agent", "customer", "other")
STEM_SIGN = "_"
GLANCE = 500
FEW = 5000


def match_expression(query: SearchQuery, speakers: Sequence[str]) -> str:
    """`query` in FTS5's language."""
    wanted = " AND ".join(_clause(clause, speakers) for clause in query.wanted)
    unwanted = " OR ".join(_term(term, speakers) for term in query.unwanted)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def matching_sql(query: SearchQuery, speakers: Sequence[str]) -> tuple[str, list[Any]]:
    """A SELECT of the ids of all calls that fit."""
    sql = (
        "SELECT w.call_id FROM recordings_callwords w WHERE w.place IN "  # nosec B608
        f"(SELECT f.rowid FROM {TABLE} f WHERE f.{TABLE} MATCH %s)"
    )
    return sql, [match_expression(query, speakers)]


def newest(asked: Asked) -> list[tuple[int, Any]]:
    """Place and call_id of the calls that are asked for.

    Looking at a call costs far more than finding its words. So the first few hundred that fit are looked at, which is
    enough for most; where they give no page and the calls in question are few, these are listed and the index is read
    through against that list; where they are many, one after the other is looked at.
    """
    match = match_expression(asked.query, asked.speakers)
    glance = max(GLANCE, asked.limit * 2)
    rows, was_all = _glance(asked, match, glance)
    if was_all or len(rows) == asked.limit:
        return rows
    sql, params = asked.ids(FEW + 1)
    few = _fetch(f"SELECT d.place, d.call_id FROM recordings_callwords d WHERE d.call_id IN ({sql})", params)  # nosec B608
    return _among(asked, match, dict(few)) if len(few) <= FEW else _one_by_one(asked, match)


def _glance(asked: Asked, match: str, size: int) -> tuple[list[tuple[int, Any]], bool]:
    """What is visible of the first `size` that fit, and whether these are all that fit."""
    span, bounds = asked.in_span("f.rowid")
    found = f"SELECT f.rowid AS place FROM {TABLE} f WHERE f.{TABLE} MATCH %s{span}"  # nosec B608
    condition, params = asked.is_visible()
    first = f"SELECT n.place FROM ({found}{asked.in_order('f.rowid', size)}) n"  # nosec B608
    rows = _fetch(
        f"WITH n AS MATERIALIZED ({first}) SELECT d.place, d.call_id, (SELECT count(*) FROM n) FROM n "  # nosec B608
        f"CROSS JOIN recordings_callwords d ON d.place = n.place WHERE {condition}{asked.in_order('d.place')}",
        [match, *bounds, *params],
    )
    if rows:
        return [(place, call) for place, call, _count in rows], rows[0][2] < size
    counted = _fetch(f"SELECT count(*) FROM ({found} LIMIT {size})", [match, *bounds])  # nosec B608
    return [], counted[0][0] < size


def _among(asked: Asked, match: str, calls: dict[int, Any]) -> list[tuple[int, Any]]:
    span, bounds = asked.in_span("f.rowid")
    # The sign keeps FTS5 from being asked for each number in turn.
    sql = (
        f"SELECT f.rowid FROM {TABLE} f WHERE f.{TABLE} MATCH %s{span} "  # nosec B608
        f"AND +f.rowid IN (SELECT value FROM json_each(%s)){asked.in_order('f.rowid')}"
    )
    return [(place, calls[place]) for (place,) in _fetch(sql, [match, *bounds, json.dumps(list(calls))])]


def _one_by_one(asked: Asked, match: str) -> list[tuple[int, Any]]:
    span, bounds = asked.in_span("f.rowid")
    condition, params = asked.is_visible()
    sql = (
        f"SELECT d.place, d.call_id FROM {TABLE} f CROSS JOIN recordings_callwords d ON d.place = f.rowid "  # nosec B608
        f"WHERE f.{TABLE} MATCH %s{span} AND {condition}{asked.in_order('f.rowid')}"
    )
    return _fetch(sql, [match, *bounds, *params])


def _fetch(sql: str, params: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Any] = cursor.fetchall()
        return rows


def _clause(clause: Clause, speakers: Sequence[str]) -> str:
    return "(" + " OR ".join(_term(term, speakers) for term in clause.terms) + ")"


def _term(term: Term, speakers: Sequence[str]) -> str:
    if term.kind == "word":
        found = " OR ".join(f'"{STEM_SIGN}{each}"' for each in term.stems)
        return f"{_in([f'{name}_stems' for name in speakers], speakers)}({found})"
    sign = " *" if term.kind == "prefix" else ""
    return f'{_in(speakers, speakers)}"{" ".join(term.keys)}"{sign}'


def _in(columns: Sequence[str], speakers: Sequence[str]) -> str:
    return "" if len(speakers) == len(ALL) else "{" + " ".join(columns) + "} : "
