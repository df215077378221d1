"""The win rate: its course, what its change is made of, and every group with interval and correction."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import (
    Chart,
    Course,
    Dots,
    Entry,
    Line,
    Numbers,
    Spot,
    Table,
    draw_course,
    draw_dots,
)
from analytics.metrics import Unit
from analytics.pages.behind import PARAMETERS
from analytics.pages.filters import CUSTOM_PREFIX
from analytics.questions import Grain
from decisions.models import RunKind
from decisions.pages.drawing import Effects, Part, draw_effects
from decisions.pages.drawing.odds import chance_of
from decisions.pages.frame import Reading, decision_page
from decisions.pages.gate import doubts_of, pairs_of_notes
from decisions.pages.headline import headline_of
from decisions.pages.names import Names, names_of
from decisions.pages.reasons import pairs_of_reasons, reason_of_change, telling
from decisions.pages.words import bounded, figure_of, points

MOST_DOTS, MOST_TABLE = 15, 100
Document = Mapping[str, Any]


@decision_page("win-rate", kinds=(RunKind.WINRATE,))
def win_rate(reading: Reading) -> dict[str, Any]:
    document, numbers = reading.document(RunKind.WINRATE), reading.numbers
    if document is None:
        return {}
    runs = [reading.served(RunKind.WINRATE)]
    names = names_of(reading.client, [*_pairs(document), *pairs_of_notes(runs)])
    return {
        "headline": headline_of(document, numbers),
        "reason": reason_of_change(document, names, numbers),
        "course": _course(document, numbers),
        "effects": _effects(document, names, numbers),
        "splits": [_split(reading, document, by, names) for by in _dimensions(document)],
        "velocity": _velocity(document, names, numbers),
        "consistency": _consistency(reading, document, names),
        "doubts": doubts_of(runs, names, numbers),
    }


def _pairs(document: Document) -> Iterator[tuple[str, str]]:
    yield from pairs_of_reasons(document, None)
    for row in document["rows"]:
        yield from row["groups"].items()
    for each in document["velocity"]:
        yield each["by"], each["key"]
    for each in document["consistency"]:
        yield "agent", each["key"]


def _dimensions(document: Document) -> list[str]:
    return list(dict.fromkeys(by for row in document["rows"] if len(row["groups"]) == 1 for by in row["groups"]))


def _course(document: Document, numbers: Numbers) -> Chart:
    grain = Grain(document.get("course_grain") or document["grain"] or Grain.MONTH)
    rows = [row for row in document["course"] if row["start"]]
    starts = [date.fromisoformat(row["start"]) for row in rows]
    spots = tuple(
        Spot(label=numbers.step(start, grain, with_year=True), figure=figure_of(row))
        for start, row in zip(starts, rows, strict=True)
    )
    return draw_course(
        Course(
            id="win-rate-course",
            title=_("Win rate over time"),
            unit=Unit.SHARE,
            steps=tuple(numbers.step(start, grain) for start in starts),
            lines=(Line(name=_("Win rate"), spots=spots),) if spots else (),
            note=_("The band is the 95 percent interval of each step: moves inside it may be chance."),
        ),
        numbers,
    )


def _effects(document: Document, names: Names, numbers: Numbers) -> Chart | None:
    found = telling(document)
    if found is None:
        return None
    parts = tuple(
        Part(label=names.group(found["by"], each["key"]), mix=each["mix"], rate=each["rate"], both=each["both"])
        for each in found["effects"][:MOST_DOTS]
    )
    by = names.dimension(found["by"])
    title = _("What the change is made of, by %(by)s") % {"by": by.lower()}
    return draw_effects(Effects(id="effects", title=title, heading=by, parts=parts), numbers)


def _split(reading: Reading, document: Document, by: str, names: Names) -> Chart:
    """One dimension: its groups as dots over a table of all that is known."""
    numbers = reading.numbers
    rows = [row for row in document["rows"] if list(row["groups"]) == [by] and not row["start"]]
    rows.sort(key=lambda row: -(row["rate"] or 0))
    largest = sorted(sorted(rows, key=lambda row: -row["closed"])[:MOST_DOTS], key=lambda row: -(row["rate"] or 0))
    label = names.dimension(by)
    spots = tuple(
        Spot(
            label=names.group(by, row["groups"][by]),
            figure=figure_of(row),
            url=_rows_url(reading, document, by, row["groups"][by]),
        )
        for row in largest
    )
    note = ""
    if len(rows) > MOST_DOTS:
        words = {"shown": MOST_DOTS, "all": numbers.count(len(rows))}
        note = _("The %(shown)s with most deals of %(all)s.") % words
    chart = draw_dots(
        Dots(id=f"split-{by.replace('.', '-')}", title=label, unit=Unit.SHARE, heading=label, spots=spots,
             whole=figure_of(document["overall"]), note=note), numbers,
    )  # fmt: skip
    return replace(chart, table=_table(reading, document, by, names, rows))


def _table(reading: Reading, document: Document, by: str, names: Names, rows: list[Any]) -> Table:
    numbers = reading.numbers
    lines = []
    for row in rows[:MOST_TABLE]:
        figure, key = figure_of(row), row["groups"][by]
        weak = not figure.enough
        counts = {"won": numbers.count(row["won"]), "closed": numbers.count(row["closed"])}
        said = _("differs") if row["significant"] else _("too few") if weak else _("may be chance")
        lines.append(
            (
                Entry(names.group(by, key), _rows_url(reading, document, by, key)),
                Entry(numbers.figure(Unit.SHARE, figure), "", weak),
                Entry(_("%(won)s of %(closed)s") % counts, "", weak),
                Entry(points(row.get("change"), numbers) or "–", "", weak),
                Entry(chance_of(row["q_value"], numbers), "", weak),
                Entry(said, "", not row["significant"]),
            )
        )  # fmt: skip
    head = (names.dimension(by), _("Win rate"), _("Won of closed"), _("Against the period before"), _("Corrected p"),
            _("Against all others"))  # fmt: skip
    return Table(head, tuple(lines), texts=(5,))


def _rows_url(reading: Reading, document: Document, by: str, key: str) -> str:
    """The closed deals of a group; "" where no filter finds them."""
    name = PARAMETERS.get(by) or (CUSTOM_PREFIX + by.split(".", 1)[1] if by.startswith("custom.") else "")
    if not name or key.startswith("("):
        return ""
    query = {name: key, "which": "closed", "period": "custom"}
    query |= {part: document[part] for part in ("since", "until") if document[part]}
    return reading.url("analytics-rows", "deals", **query)


def _velocity(document: Document, names: Names, numbers: Numbers) -> Table:
    rows = [
        (
            Entry(names.both(each["by"], each["key"]) if each["by"] else _("All deals")),
            Entry(
                numbers.figure(
                    Unit.MONEY_PER_DAY, bounded(each["score"], each["low"], each["high"], each["deals"])
                ), "", not each["enough"],
            ),
            Entry(numbers.count(each["deals"]), "", not each["enough"]),
            Entry(numbers.value(Unit.SHARE, each["rate"]), "", not each["enough"]),
            Entry(numbers.value(Unit.MONEY, each["value"]), "", not each["enough"]),
            Entry(numbers.value(Unit.DAYS, each["cycle_days"]), "", not each["enough"]),
        )
        for each in document["velocity"][:MOST_TABLE]
    ]  # fmt: skip
    head = (_("Group"), _("Score"), _("Deals"), _("Win rate"), _("Value of a won deal"), _("Days to close"))
    return Table(head, tuple(rows))


def _consistency(reading: Reading, document: Document, names: Names) -> Table:
    numbers = reading.numbers
    rows = [
        (
            Entry(names.group("agent", each["key"])),
            Entry(_index(each, numbers), "", not each["enough"]),
            Entry(numbers.value(Unit.SHARE, each["rate"]), "", not each["enough"]),
            Entry(numbers.value(Unit.SHARE, each["shrunk_rate"]), "", not each["enough"]),
            Entry(numbers.count(each["closed"]), "", not each["enough"]),
            Entry(numbers.count(each["periods"]), "", not each["enough"]),
        )
        for each in document["consistency"][:MOST_TABLE]
    ]  # fmt: skip
    head = (_("Agent"), _("Index"), _("Win rate"), _("Shrunk to the team"), _("Closed"), _("Periods"))
    return Table(head, tuple(rows))


def _index(each: Mapping[str, Any], numbers: Numbers) -> str:
    return numbers.figure(Unit.SCORE, bounded(each["index"], each["low"], each["high"]))
