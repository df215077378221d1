"""Findings in words, in the reader's language: what was found, what to do, and the figures behind it.

Findings hold codes and figures; nothing here reads rows but names (`naming.names_of`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.metrics import METRICS, Unit
from analytics.questions import Figure
from analytics.reports.words import interval_in_words, value_in_words
from decisions.advice.actions import ACTIONS
from decisions.advice.figures import Numbers, chance_in_words, metric_name
from decisions.advice.labels import LABELS
from decisions.advice.naming import Names, names_of
from decisions.advice.sentences import SENTENCES
from decisions.models import Finding


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure behind a finding: `value` and `interval` in words, `n` the rows it rests on, `query` the part after
    "?" of the address of the page that shows them ("" where there is none)."""

    label: str
    value: str
    interval: str
    n: int | None
    query: str


def sentence(finding: Finding, *, names: Names | None = None) -> str:
    """What was found, e.g. "APAC: the win rate dropped by 15 %, from 41.2 % to 35.0 %."."""
    names = names or names_of([finding])
    figures = Numbers(finding.figures, finding.client.currency)
    made = SENTENCES.get(finding.code)
    said = made(figures, names) if made else _("Something changed that nobody has words for yet (%(code)s).") % {"code": finding.code}  # noqa: E501  # fmt: skip
    where = names.where(finding.figures)
    return _("%(where)s: %(sentence)s") % {"where": where, "sentence": said} if where else said[:1].upper() + said[1:]


def action(finding: Finding) -> str:
    """What to do about it."""
    made = ACTIONS.get(finding.action)
    return str(made) if made else _("Look at the figures behind it.")


def evidence(finding: Finding, *, names: Names | None = None) -> list[Evidence]:
    """The figures behind it, in their order."""
    names = names or names_of([finding])
    rows: Sequence[Any] = finding.evidence if isinstance(finding.evidence, list) else []
    return [_shown(row, finding, names) for row in rows if isinstance(row, Mapping)]


def certainty(finding: Finding) -> str:
    """How sure it is, in words and as a share."""
    share = chance_in_words(finding.certainty)
    if finding.certainty >= 0.99:
        return _("almost certain (%(share)s)") % {"share": share}
    if finding.certainty >= 0.9:
        return _("likely (%(share)s)") % {"share": share}
    return _("possible (%(share)s)") % {"share": share}


def outcome(finding: Finding) -> str:
    """Whether what was done worked, with the figures before and after where there are any; empty while nothing can be
    said."""
    known = finding.outcome if isinstance(finding.outcome, dict) else {}
    if not known:
        return str(finding.get_worked_display()) if finding.worked else ""
    unit, currency = _unit(known, finding.figures), finding.client.currency
    before, after = (value_in_words(known.get(name), unit, currency=currency) for name in ("before", "after"))
    figure = Figure(value=known.get("after"), n=0, low=known.get("low"), high=known.get("high"))
    interval = interval_in_words(figure, unit, currency=currency)
    said = _("%(before)s before, %(after)s after") % {"before": before, "after": after}
    if interval:
        said += " " + _("(change, 95 percent interval: %(interval)s)") % {"interval": interval}
    return f"{finding.get_worked_display()}: {said}"


def _shown(row: Mapping[str, Any], finding: Finding, names: Names) -> Evidence:
    unit, currency = _unit(row, finding.figures), finding.client.currency
    figure = Figure(value=row.get("value"), n=row.get("n") or 0, low=row.get("low"), high=row.get("high"))
    label = str(LABELS.get(str(row.get("label_code")), row.get("label_code")))
    if metric := row.get("metric"):
        label = f"{metric_name(str(metric))}, {label}"
    if "groups" in row:
        label = f"{names.where(row)}: {label}"
    value = value_in_words(figure.value, unit, currency=currency)
    query = "" if not names.with_people else str(row.get("url_query") or "")
    return Evidence(label, value, interval_in_words(figure, unit, currency=currency), row.get("n"), query)


def _unit(row: Mapping[str, Any], figures: Mapping[str, Any]) -> Unit:
    """That of the row, else that of the metric, else a share."""
    if (unit := row.get("unit")) in list(Unit):
        return Unit(unit)
    metric = METRICS.get(str(figures.get("metric", "")))
    return metric.unit if metric else Unit.SHARE
