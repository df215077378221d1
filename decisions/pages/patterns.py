"""What won calls have that lost ones lack."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Chart, Entry, Numbers, Table
from decisions.models import RunKind
from decisions.pages.drawing import Odds, Ratio, draw_odds
from decisions.pages.drawing.odds import chance_of
from decisions.pages.drivers import why_kept_out
from decisions.pages.features import amount, feature_name, practice_in_words
from decisions.pages.frame import Reading, decision_page
from decisions.pages.gate import doubts_of, pairs_of_notes
from decisions.pages.names import names_of
from decisions.pages.reasons import Reason
from decisions.pages.words import odds_in_words, period_of

MOST_DRAWN, MOST_TABLE = 15, 200
Document = Mapping[str, Any]


@decision_page("patterns", kinds=(RunKind.PATTERNS,))
def patterns(reading: Reading) -> dict[str, Any]:
    document, numbers = reading.document(RunKind.PATTERNS), reading.numbers
    if document is None:
        return {}
    runs = [reading.served(RunKind.PATTERNS)]
    names = names_of(reading.client, [(each, "") for each in document["controlled_for"]] + pairs_of_notes(runs))
    return {
        "reason": _reason(document, numbers),
        "practices": [
            (practice_in_words(each, numbers), odds_in_words(each["odds_ratio"], each["low"], each["high"], numbers))
            for each in document["practices"]
        ],
        "controlled_for": ", ".join(names.dimension(each).lower() for each in document["controlled_for"]),
        "chart": _chart(document, numbers),
        "contrasts": _contrasts(document, numbers),
        "left_out": [(feature_name(each["feature"]), _why(each["why"])) for each in document.get("left_out", [])],
        "doubts": doubts_of(runs, names, numbers),
    }


def _reason(document: Document, numbers: Numbers) -> Reason:
    words = {
        "n": numbers.count(document["n"]), "won": numbers.count(document["won"]),
        "tried": numbers.count(len(document["contrasts"])), "period": period_of(document, numbers),
    }  # fmt: skip
    says = _("%(tried)s things heard or measured were compared in %(n)s calls, %(won)s of them won (%(period)s), "
             "corrected for how many.") % words  # fmt: skip
    match document["conclusion"]:
        case "patterns":
            real = sum(1 for each in document["contrasts"] if each["significant"])
            found = _("%(real)s things tell won calls from lost ones.") % {"real": numbers.count(real)}
            return Reason(found, says, found=True)
        case "nothing":
            return Reason(_("Nothing heard or measured here tells won calls from lost ones."), says)
        case "one_class":
            return Reason(_("All calls ended alike, so nothing can tell won from lost."), says)
        case _:
            return Reason(_("Too few calls with a known outcome to tell won from lost."),
                          _("%(n)s calls have one, %(won)s of them won.") % words)  # fmt: skip


def _chart(document: Document, numbers: Numbers) -> Chart | None:
    surest = sorted(document["contrasts"], key=lambda each: (not each["significant"], each["p_value"]))[:MOST_DRAWN]
    if not surest:
        return None
    ratios = tuple(
        Ratio(label=feature_name(each["feature"]), odds_ratio=each["odds_ratio"], low=each["low"], high=each["high"],
              n=each["n_won"] + each["n_lost"], q_value=each["q_value"], is_real=each["significant"])
        for each in sorted(surest, key=lambda each: -each["odds_ratio"])
    )  # fmt: skip
    note = _("Odds of winning where it is heard, or with one standard deviation more of it; hollow dots may be chance.")
    return draw_odds(
        Odds(
            id="patterns", title=_("Won against lost calls"), heading=_("Heard or measured"), ratios=ratios, note=note
        ),
        numbers,
    )


def _contrasts(document: Document, numbers: Numbers) -> Table:
    rows = []
    for each in sorted(document["contrasts"], key=lambda each: each["p_value"])[:MOST_TABLE]:
        weak, unit = not each["significant"], each.get("unit", "")
        is_share = each.get("scale") == "presence"
        rows.append(
            (
                Entry(feature_name(each["feature"])),
                Entry(amount(each["won"], "share" if is_share else unit, numbers), "", weak),
                Entry(amount(each["lost"], "share" if is_share else unit, numbers), "", weak),
                Entry(odds_in_words(each["odds_ratio"], each["low"], each["high"], numbers), "", weak),
                Entry(chance_of(each["q_value"], numbers), "", weak),
                Entry(numbers.count(each["n_won"] + each["n_lost"]), "", weak),
                Entry(_("may be chance") if weak else _("comes of how the call goes") if each.get("consequence") else
                      _("differs"), "", weak),
            )
        )  # fmt: skip
    head = (_("Heard or measured"), _("In won calls"), _("In lost calls"), _("Odds of winning"), _("Corrected p"),
            _("Calls"), _("Verdict"))  # fmt: skip
    return Table(head, tuple(rows), texts=(6,))


def _why(code: str) -> str:
    return {
        "outcome": _("it says the outcome itself"),
        "circular": _("the outcome was proposed by it"),
        "constant": _("all calls are alike in it"),
        "rare": _("heard in too few calls"),
        "missing": _("known of too few calls"),
    }.get(code) or why_kept_out(code)
