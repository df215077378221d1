"""The one sentence at the top: what became of the win rate, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Numbers
from analytics.metrics import Unit
from decisions.pages.words import ENOUGH_CLOSED, chance_in_words, period_of, points

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Headline:
    """`sentence` is what is so, `sureness` in two words, `says` why one may believe it. `tone`: good | bad | plain."""

    sentence: str
    sureness: str
    says: str
    tone: str = "plain"
    period: str = ""
    is_sure: bool = False


def headline_of(document: Document | None, numbers: Numbers) -> Headline:
    if document is None:
        return Headline(_("Nothing was worked out yet."), "", _("Have it worked out now, or wait for the night."))
    overall, change = document["overall"], document["change"]
    period = period_of(document, numbers)
    if not overall["closed"]:
        return Headline(_("No deal was won or lost in this period."), "", _("There is nothing to rate."), period=period)
    if overall["closed"] < ENOUGH_CLOSED:
        return _too_few(overall, period, numbers)
    if change is None or change["absolute"] is None:
        return Headline(
            _("The win rate is %(rate)s.") % {"rate": numbers.value(Unit.SHARE, overall["rate"])},
            _("Nothing to compare with"), _("No deal closed in the period before."), period=period,
        )  # fmt: skip
    return _moved(document, period, numbers)


def _too_few(overall: Document, period: str, numbers: Numbers) -> Headline:
    words = {"closed": numbers.count(overall["closed"]), "least": numbers.count(ENOUGH_CLOSED)}
    return Headline(
        _("Too few deals to tell how the win rate is."),
        _("Too little to go by"),
        _("%(closed)s closed in this period; %(least)s are the least that say something.") % words,
        period=period,
    )


def _moved(document: Document, period: str, numbers: Numbers) -> Headline:
    overall, prior, change = document["overall"], document["prior"], document["change"]
    words = {
        "now": numbers.value(Unit.SHARE, overall["rate"]),
        "then": numbers.value(Unit.SHARE, prior["rate"] if prior else None),
    }
    says = _("The change is %(points)s.") % {"points": points(change, numbers)}
    if not change["significant"]:
        return Headline(
            _("The win rate is %(now)s and did not move by more than chance.") % words,
            _("No real change"),
            says,
            period=period,
        )
    fell = change["absolute"] < 0
    sentence = (
        _("The win rate fell to %(now)s from %(then)s.") if fell else _("The win rate rose to %(now)s from %(then)s.")
    )
    return Headline(
        sentence % words,
        _("Very sure") if change["p_value"] is not None and change["p_value"] <= 0.01 else _("Sure"),
        f"{says} {chance_in_words(change['p_value'], numbers)}",
        "bad" if fell else "good",
        period,
        is_sure=True,
    )
