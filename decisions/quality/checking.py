"""The gate: what is wrong with deals that an analysis rests on."""

from collections.abc import Sequence
from datetime import date

from decisions.models import Audience
from decisions.quality.days import day_notes
from decisions.quality.drift import drift_notes
from decisions.quality.fields import field_notes
from decisions.quality.history import history_notes
from decisions.quality.lives import life_notes
from decisions.quality.notes import QualityNote, Severity
from decisions.quality.samples import sample_notes
from decisions.tables import DealTable

_ORDER = {severity.value: place for place, severity in enumerate((Severity.BLOCKING, Severity.WARNING, Severity.INFO))}


def check_deals(
    table: DealTable,
    *,
    as_of: date,
    audience: Audience | None = None,
    since: date | None = None,
    until: date | None = None,
    fields: Sequence[str] | None = None,
) -> list[QualityNote]:
    """Doubts about the deals of an analysis, the worst first; `docs/decisions.md` lists them.

    `table` holds open and closed deals as loaded. With `audience`, also what the history of stages says (6 queries).
    `since` and `until` are the days of closing that the result is about; `fields` the dimensions and numbers that it
    uses, None for all of the table; those that the table lacks are passed over.
    """
    named = [*table.groups, *table.numbers] if fields is None else fields
    used = [key for key in named if key in table.groups or key in table.numbers]
    decided = table.decided(since, until)
    notes = [
        *sample_notes(decided, used),
        *field_notes(decided, used),
        *day_notes(table, decided, as_of),
        *life_notes(table, decided, as_of, since, until),
        *drift_notes(table, decided, used, since, until),
        *(history_notes(audience, as_of) if audience is not None else ()),
    ]
    # What a table loaded without a last day shows by itself, the database would tell once more.
    once = {(one["code"], one["figures"].get("field")): one for one in reversed(notes)}
    return sorted(once.values(), key=lambda one: (_ORDER[one["severity"]], -one["n"]))
