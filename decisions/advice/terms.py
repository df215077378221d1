"""Names of things that other analyses found: periods, risks, features, doubts about the data."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.metrics import DIMENSIONS, METRICS
from decisions.quality.wording import sentence_of

_PERIODS: dict[str, Any] = {
    "this_quarter": gettext_lazy("this quarter"),
    "next_quarter": gettext_lazy("the next quarter"),
    "this_year": gettext_lazy("this year"),
}
_RISKS: dict[str, Any] = {
    "late": gettext_lazy("past its expected close"),
    "silent": gettext_lazy("nothing was written down for long"),
    "no_next_step": gettext_lazy("no next step is agreed"),
    "low_confidence": gettext_lazy("little is known about it"),
}


def period_name(code: str) -> str:
    return str(_PERIODS.get(code, code))


def risk_names(codes: Any) -> str:
    """The risks of a deal, one after another; those without a name as their code in plain words."""
    found = codes if isinstance(codes, list) else []
    return ", ".join(str(_RISKS.get(str(code), _plain(str(code)))) for code in found) or _("reasons not named")


def term(code: str) -> str:
    """A figure, dimension or feature by its name where it has one, else its code in plain words."""
    if code in METRICS:
        return str(METRICS[code].name)
    if code in DIMENSIONS:
        return str(DIMENSIONS[code].name)
    return _plain(code.rpartition(".")[2])


def quality_sentence(note: Mapping[str, Any]) -> str:
    """A doubt about the data in words: {code, n, of, about: figures of the note}."""
    code, about = str(note.get("code")), note.get("about")
    figures = dict(about) if isinstance(about, Mapping) else {}
    shown = {"field": term(str(figures["field"]))} if "field" in figures else {}
    known: Any = {"code": code, "n": note.get("n") or 0, "of": note.get("of") or 0, "figures": figures}
    try:
        return sentence_of(known, shown)
    except KeyError:  # a note of an older kind, with fewer figures than its sentence names
        return _plain(code)


def _plain(code: str) -> str:
    return code.replace("_", " ").replace("-", " ")
