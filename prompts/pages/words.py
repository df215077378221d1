"""Figures of prompts as people read them."""

from decimal import Decimal
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LANGUAGES = {"en": gettext_lazy("English"), "es": gettext_lazy("Spanish"), "ru": gettext_lazy("Russian")}
DASH = "–"


def cost_words(cost: Decimal | None, currency: str) -> str:
    """An amount with its currency: two places, four where it is below a cent; a dash where nothing was spent."""
    if not cost:
        return DASH
    if cost < Decimal("0.0001"):
        return _("under %(amount)s") % {"amount": f"{number_format(Decimal('0.0001'), 4)} {currency}"}
    places = 2 if cost >= Decimal("0.01") else 4
    return f"{number_format(cost, places, force_grouping=True)} {currency}"


def latency_words(milliseconds: float | None) -> str:
    """A waiting time: milliseconds below a second, then seconds."""
    if milliseconds is None:
        return DASH
    if milliseconds < 1000:
        return _("%(n)s ms") % {"n": number_format(round(milliseconds))}
    return _("%(n)s s") % {"n": number_format(milliseconds / 1000, 1)}


def percent_words(share: float) -> str:
    """A share of 1 in whole per cent."""
    return _("%(n)s %%") % {"n": number_format(round(100 * share))}


@lru_cache(maxsize=2048)
def wilson(passed: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927, JASA 22:209), by statsmodels; (0, 1) without trials."""
    from statsmodels.stats.proportion import proportion_confint

    if n == 0:
        return 0.0, 1.0
    low, high = proportion_confint(passed, n, method="wilson")
    return float(low), float(high)


def interval_words(passed: int, n: int) -> str:
    """Where the share may lie, and of how many cases: `63–81 % of 120`."""
    low, high = wilson(passed, n)
    return _("%(low)s–%(high)s %% of %(n)s") % {
        "low": round(100 * low),
        "high": round(100 * high),
        "n": number_format(n, force_grouping=True),
    }
