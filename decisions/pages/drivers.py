"""What goes with winning, all else held equal; or that nothing here explains it, said as plainly."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Chart, Entry, Numbers, Table
from analytics.charts.numbers import MINUS
from analytics.metrics import Unit
from decisions.models import RunKind
from decisions.pages.drawing import Odds, Ratio, draw_odds
from decisions.pages.drawing.odds import chance_of
from decisions.pages.frame import Reading, decision_page
from decisions.pages.gate import doubts_of, pairs_of_notes
from decisions.pages.names import Names, names_of, plain
from decisions.pages.reasons import pairs_of_reasons, reason_of_drivers
from decisions.pages.words import bounded, chance_in_words, figure_of, odds_in_words

MOST_DRAWN, MOST_TABLE = 15, 200
Document = Mapping[str, Any]


@decision_page("drivers", kinds=(RunKind.DRIVERS,))
def drivers(reading: Reading) -> dict[str, Any]:
    document, numbers = reading.document(RunKind.DRIVERS), reading.numbers
    if document is None:
        return {}
    runs = [reading.served(RunKind.DRIVERS)]
    names = names_of(reading.client, [*_pairs(document), *pairs_of_notes(runs)])
    return {
        "reason": reason_of_drivers(document, names, numbers),
        "chart": _chart(document, names, numbers),
        "tested": _tested(document, names, numbers),
        "kept_out": [
            (names.dimension(each.get("feature") or each.get("field", "")), why_kept_out(each["why"]))
            for each in document["kept_out"]
        ],
        "nonlinear": _nonlinear(document.get("nonlinear") or {}, numbers),
        "interactions": _interactions(document, names, numbers),
        "cycle": _cycle(document.get("cycle") or {}, numbers),
        "doubts": doubts_of(runs, names, numbers),
    }


def _pairs(document: Document) -> Iterator[tuple[str, str]]:
    yield from pairs_of_reasons(None, document)
    for each in document["kept_out"]:
        yield each.get("feature") or each.get("field", ""), ""
    for each in document["interactions"]:
        yield from zip(each["features"], each["levels"], strict=True)


def _chart(document: Document, names: Names, numbers: Numbers) -> Chart | None:
    tested = sorted(document["drivers"], key=lambda each: (not each["significant"], each["p_value"]))[:MOST_DRAWN]
    if not tested:
        return None
    ratios = tuple(_ratio(each, names) for each in sorted(tested, key=lambda each: -each["odds_ratio"]))
    note = _("Right of the line it goes with winning, left of it with losing; hollow dots may be chance.")
    title = _("Odds of winning against other deals, all else held equal")
    return draw_odds(Odds(id="drivers", title=title, heading=_("Value of a field"), ratios=ratios, note=note), numbers)


def _ratio(each: Mapping[str, Any], names: Names) -> Ratio:
    return Ratio(
        label=names.both(each["feature"], each["level"]), odds_ratio=each["odds_ratio"], low=each["low"],
        high=each["high"], n=each["n"], q_value=each["q_value"], is_real=each["significant"],
    )  # fmt: skip


def _tested(document: Document, names: Names, numbers: Numbers) -> Table:
    rows = []
    for each in sorted(document["drivers"], key=lambda each: each["p_value"])[:MOST_TABLE]:
        weak = not each["significant"]
        rows.append(
            (
                Entry(names.both(each["feature"], each["level"])),
                Entry(odds_in_words(each["odds_ratio"], each["low"], each["high"], numbers), "", weak),
                Entry(numbers.count(each["n"]), "", weak),
                Entry(chance_of(each["p_value"], numbers), "", weak),
                Entry(chance_of(each["q_value"], numbers), "", weak),
                Entry(_("may be chance") if weak else _("driver"), "", weak),
            )
        )
    head = (_("Value of a field"), _("Odds of winning"), _("Deals"), _("p"), _("Corrected p"), _("Verdict"))
    return Table(head, tuple(rows), texts=(5,))


def why_kept_out(code: str) -> str:
    return {
        "all_missing": _("no deal says it"),
        "constant": _("all deals say the same"),
        "identifier": _("too many different values for the number of rows"),
        "too_many_levels": _("too many different values for the number of deals"),
        "known_after": _("filled in only after the outcome"),
        "after_outcome": _("filled in only after the outcome"),
        "tells_outcome": _("gives the outcome away"),
        "same_as": _("says the same as another field"),
        "too_few_deals": _("too few deals"),
        "duration": _("how long it took is known only at the end"),
        "last_activity": _("the last activity is known only at the end"),
        "filled_after": _("filled in after the outcome"),
        "too_good": _("alone it tells the outcome too well to be known before"),
        "excluded": _("left out on request"),
    }.get(code, plain(code))


def _nonlinear(found: Mapping[str, Any], numbers: Numbers) -> str:
    """Whether trees see more than the regression."""
    if found.get("auc") is None:
        return ""
    words = {
        "auc": numbers.figure(Unit.RATIO, bounded(found["auc"], found["low"], found["high"])),
        "gain": numbers.figure(
            Unit.RATIO, bounded(found.get("gain"), found.get("gain_low"), found.get("gain_high"))
        ).replace("-", MINUS),
    }
    if found.get("gain_low") is not None and found["gain_low"] > 0:
        return _("Boosted trees see more than the regression: AUC %(auc)s, gain %(gain)s. Something bends or works "
                 "only together; the odds above tell a part of it.") % words  # fmt: skip
    return _("Boosted trees see no more than the regression: AUC %(auc)s, gain %(gain)s.") % words


def _interactions(document: Document, names: Names, numbers: Numbers) -> Table:
    rows = [
        (
            Entry(" × ".join(names.both(by, key) for by, key in zip(each["features"], each["levels"], strict=True))),
            Entry(odds_in_words(each["odds_ratio"], each["low"], each["high"], numbers), "", not each["significant"]),
            Entry(numbers.count(each["n"]), "", not each["significant"]),
            Entry(chance_of(each["q_value"], numbers), "", not each["significant"]),
        )
        for each in document["interactions"]
        if each["significant"]
    ]
    return Table((_("Together"), _("Odds beyond each alone"), _("Deals"), _("Corrected p")), tuple(rows))


def _cycle(found: Mapping[str, Any], numbers: Numbers) -> dict[str, Any]:
    if found.get("odds_ratio_per_doubling") is None:
        return {}
    odds = odds_in_words(found["odds_ratio_per_doubling"], found["low"], found["high"], numbers)
    bands = tuple(
        (
            Entry(f"{numbers.count(each['from_days'])}–{numbers.count(each['to_days'])}"),
            Entry(numbers.figure(Unit.SHARE, figure_of(each)), "", not figure_of(each).enough),
            Entry(numbers.count(each["closed"])),
        )
        for each in found.get("bands", [])
    )
    return {
        "sentence": _("Each doubling of the days to close goes with odds of winning of %(odds)s.") % {"odds": odds},
        "says": chance_in_words(found.get("p_value"), numbers),
        "table": Table((_("Days to close"), _("Win rate"), _("Closed")), bands),
    }
