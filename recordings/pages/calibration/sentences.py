"""How far people agree with an automatic answer, in a few words, for where that answer is used."""

from collections.abc import Callable

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recordings.pages.calibration.measures import STRENGTHS, decimal
from recordings.pages.formatting import percent
from recordings.quality.agreement import Agreement

LEAST_TOLD = 10  # reviews; with fewer nothing is said where the answer is used


def agreement_note(found: tuple[Agreement, Agreement] | None) -> str:
    """The share of same answers with its 95 % interval; empty with fewer than LEAST_TOLD reviews."""
    if found is None or found[0].n < LEAST_TOLD or found[0].value is None:
        return ""
    return _("people agree %(share)s, n %(n)s") % {"share": _share(found[0]), "n": found[0].n}


def agreement_line(found: tuple[Agreement, Agreement]) -> str:
    """The same with kappa, its interval and its word, from however few reviews."""
    share, kappa = found
    said = _("People agree %(share)s, n %(n)s") % {"share": _share(share), "n": share.n}
    if kappa.value is not None:
        interval = _interval(kappa, decimal)
        told = _("kappa %(kappa)s, %(word)s") % {
            "kappa": f"{decimal(kappa.value)}{interval}",
            "word": STRENGTHS[kappa.strength],
        }
        said = f"{said} · {told}"
    return said if share.enough else f"{said} · {_('too few to rely on')}"


def _share(share: Agreement) -> str:
    return percent(share.value) + _interval(share, lambda value: number_format(round(100 * value), 0))


def _interval(found: Agreement, write: Callable[[float], str]) -> str:
    if found.low is None or found.high is None:
        return ""
    joint = " – " if found.low < 0 else "–"  # a minus beside a dash is not read
    return f" ({write(found.low)}{joint}{write(found.high)})"
