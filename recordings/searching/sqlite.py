"""SQLite: a full text table (FTS5) whose content is the table of words, its row numbers being the calls' places.

FTS5 gives rows in the order of their numbers as it finds them, so that the newest calls come first and reading stops
with the page, however common the words are.
"""

from collections.abc import Sequence
from typing import Any

from recordings.searching.query import Clause, SearchQuery, Term

TABLE = "recordings_callwords_fts"
COLUMNS = ("agent", "customer", "other", "agent_stems", "customer_stems", "other_stems")
ALL = ("agent", "customer", "other")
STEM_SIGN = "_"


def match_expression(query: SearchQuery, speakers: Sequence[str]) -> str:
    """`query` in FTS5's language."""
    wanted = " AND ".join(_clause(clause, speakers) for clause in query.wanted)
    unwanted = " OR ".join(_term(term, speakers) for term in query.unwanted)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def matching_sql(query: SearchQuery, speakers: Sequence[str]) -> tuple[str, list[Any]]:
    """A SELECT of the ids of all calls that fit."""
    sql = (
        "SELECT w.call_id FROM recordings_callwords w WHERE w.place IN "
        f"(SELECT f.rowid FROM {TABLE} f WHERE f.{TABLE} MATCH %s)"
    )
    return sql, [match_expression(query, speakers)]


def newest_sql(
    query: SearchQuery, speakers: Sequence[str], visible: tuple[str, Sequence[Any]], client: Any
) -> tuple[str, list[Any]]:
    """A SELECT of place and call_id, as `d`, of calls that fit and are `visible`, to be ordered by place."""
    condition, params = visible
    sql = (
        f"SELECT d.place, d.call_id FROM {TABLE} f CROSS JOIN recordings_callwords d ON d.place = f.rowid "
        f"WHERE f.{TABLE} MATCH %s AND EXISTS ({condition})"
    )
    return sql, [match_expression(query, speakers), *params]


PLACE = "f.rowid"
BEFORE: tuple[str, ...] = ()
AFTER: tuple[str, ...] = ()


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
