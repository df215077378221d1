"""What won calls have that lost ones lack."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.charts import Chart, Entry, Numbers, Table
from decisions.models import RunKind
from decisions.pages.drawing import Odds, Ratio, draw_odds
from decisions.pages.drawing.odds import chance_of
from decisions.pages.features import amount, names_of_features
from decisions.pages.frame import Reading, decision_page
from decisions.pages.gate import doubts_of, pairs_of_notes
from decisions.pages.names import names_of, plain
from decisions.pages.reasons import Reason
from decisions.pages.words import odds_in_words, period_of
from decisions.patterns.wording import WHY_LEFT_OUT, conclusion_sentence, practice_sentence

MOST_DRAWN, MOST_TABLE = 15, 200
Document = Mapping[str, Any]


@decision_page("patterns", kinds=(RunKind.PATTERNS,))
def patterns(reading: Reading) -> dict[str, Any]:
    document, numbers = reading.document(RunKind.PATTERNS), reading.numbers
    if document is None:
        return {}
    runs = [reading.served(RunKind.PATTERNS)]
    names = names_of(reading.client, [(each, "") for each in document["controlled_for"]] + pairs_of_notes(runs))
    told = [*document["contrasts"], *document["practices"], *document["left_out"]]
    features = names_of_features({each["feature"] for each in told}, reading.audience)
    return {
        "reason": _reason(document, numbers),
        "practices": [_practice(each, features, numbers) for each in document["practices"]],
        "controlled_for": ", ".join(names.dimension(each).lower() for each in document["controlled_for"]),
        "chart": _chart(document, features, numbers),
        "contrasts": _contrasts(document, features, numbers),
        "left_out": [
            (features[each["feature"]], str(WHY_LEFT_OUT.get(each["why"], plain(each["why"]))))
            for each in document["left_out"]
        ],
        "doubts": doubts_of(runs, names, numbers),
    }


def _reason(document: Document, numbers: Numbers) -> Reason:
    words = {
        "n": numbers.count(document["n"]), "won": numbers.count(document["won"]),
        "tried": numbers.count(len(document["contrasts"])), "period": period_of(document, numbers),
    }  # fmt: skip
    says = _("%(tried)s things heard or measured were compared in %(n)s calls, %(won)s of them won (%(period)s), "
             "corrected for how many.") % words  # fmt: skip
    sentence, found = conclusion_sentence(document["conclusion"]), document["conclusion"] == "patterns"
    if not document["contrasts"]:
        told = ngettext("%(n)s call has a result, %(won)s of them won.",
                        "%(n)s calls have a result, %(won)s of them won.", document["n"])  # fmt: skip
        says = told % words
    if found:
        real = sum(1 for each in document["contrasts"] if each["significant"])
        told = ngettext("%(real)s thing tells won calls from lost ones.",
                        "%(real)s things tell won calls from lost ones.", real)  # fmt: skip
        sentence = told % {"real": numbers.count(real)}
    if document.get("basis") == "proposed":
        says += " " + _("Most results are proposals of the analysis: what these rest on is left out.")
    return Reason(sentence, says, found=found)


def _practice(each: Mapping[str, Any], features: Mapping[str, str], numbers: Numbers) -> tuple[str, str, str]:
    """What to do, the odds, and won calls against lost ones."""
    unit = each["unit"] or "share"
    won, lost = amount(each["won"], unit, numbers), amount(each["lost"], unit, numbers)
    return (
        practice_sentence(each, features[each["feature"]]),
        odds_in_words(each["odds_ratio"], each["low"], each["high"], numbers),
        _("won calls %(won)s, lost ones %(lost)s") % {"won": won, "lost": lost},
    )


def _chart(document: Document, features: Mapping[str, str], numbers: Numbers) -> Chart | None:
    surest = sorted(document["contrasts"], key=lambda each: (not each["significant"], each["p_value"]))[:MOST_DRAWN]
    if not surest:
        return None
    ratios = tuple(
        Ratio(label=features[each["feature"]], odds_ratio=each["odds_ratio"], low=each["low"], high=each["high"],
              n=each["n"], q_value=each["q_value"], is_real=each["significant"])
        for each in sorted(surest, key=lambda each: -each["odds_ratio"])
    )  # fmt: skip
    note = _("Odds of winning where it is heard, or with one standard deviation more of it; hollow dots may be chance.")
    title, heading = _("Won against lost calls"), _("Heard or measured")
    return draw_odds(Odds(id="patterns", title=title, heading=heading, ratios=ratios, note=note), numbers)


def _contrasts(document: Document, features: Mapping[str, str], numbers: Numbers) -> Table:
    rows = []
    for each in sorted(document["contrasts"], key=lambda each: each["p_value"])[:MOST_TABLE]:
        weak = not each["significant"]
        unit = "share" if each["scale"] == "presence" else each["unit"]
        rows.append(
            (
                Entry(features[each["feature"]]),
                Entry(amount(each["won"], unit, numbers), "", weak),
                Entry(amount(each["lost"], unit, numbers), "", weak),
                Entry(odds_in_words(each["odds_ratio"], each["low"], each["high"], numbers), "", weak),
                Entry(chance_of(each["q_value"], numbers), "", weak),
                Entry(numbers.count(each["n"]), "", weak),
                Entry(_verdict(each), "", weak),
            )
        )
    head = (_("Heard or measured"), _("In won calls"), _("In lost calls"), _("Odds of winning"), _("Corrected p"),
            _("Calls"), _("Verdict"))  # fmt: skip
    return Table(head, tuple(rows), texts=(6,))


def _verdict(each: Mapping[str, Any]) -> str:
    if not each["significant"]:
        return _("may be chance")
    if each["consequence"]:
        return _("comes of how the call goes")
    same_length = each.get("same_length")
    return _("differs") if same_length is None or same_length["significant"] else _("goes with longer calls")
