"""Choosing what a file holds."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.metrics import DIMENSIONS, METRICS
from analytics.periods import ALL, USUAL
from analytics.questions import Grain
from analytics.reports.asked import CALLS, FIGURES, REPORT
from analytics.reports.formats import TABLES, Format
from analytics.reports.row_tables import FIELDS, title_of

MOST_QUERY = 4000
# What the form adds to the filters of a page's address.
_OF_FIGURES = ("metric", "by", "grain")
GRAINS = {
    Grain.DAY: _("Day by day"),
    Grain.WEEK: _("Week by week"),
    Grain.MONTH: _("Month by month"),
    Grain.QUARTER: _("Quarter by quarter"),
    Grain.YEAR: _("Year by year"),
}


class WhatForm(forms.Form):
    """Kind, format and, for figures, which and how. `query` holds the filters of the page that it was asked on."""

    kind = forms.ChoiceField(label=_("What"))
    format = forms.ChoiceField(label=_("Format"), required=False)
    metric = forms.MultipleChoiceField(label=_("Figures"), required=False, widget=forms.CheckboxSelectMultiple)
    by = forms.ChoiceField(label=_("For each"), required=False)
    grain = forms.ChoiceField(label=_("In time"), required=False)
    query = forms.CharField(required=False, max_length=MOST_QUERY, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("kind", [
            (REPORT, _("Report with charts (PDF)")),
            (FIGURES, _("Figures")),
            (_("Rows"), [(kind, title_of(kind)) for kind in FIELDS]),
        ])  # fmt: skip
        self._offer("format", [(each.value, each.label) for each in TABLES])
        self._offer("metric", [(key, metric.name) for key, metric in METRICS.items()])
        self._offer("by", [("", _("Everything together")), *((d.key, d.name) for d in DIMENSIONS.values())])
        self._offer("grain", [("", _("The whole period")), *GRAINS.items()])

    def _offer(self, name: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    @property
    def file_format(self) -> str:
        if self.cleaned_data["kind"] == REPORT:
            return Format.PDF.value
        return self.cleaned_data["format"] or Format.CSV.value

    @property
    def whole_query(self) -> str:
        """Filters, and what the form says of figures."""
        query = QueryDict(self.cleaned_data["query"]).copy()
        if self.cleaned_data["kind"] == FIGURES:
            for name in _OF_FIGURES:
                chosen = self.cleaned_data[name]
                query.setlist(name, chosen if isinstance(chosen, list) else [chosen] if chosen else [])
        return query.urlencode()


def initial_of(query: QueryDict) -> dict[str, Any]:
    """What an address already says: kind, format, figures; the rest are filters."""
    filters = query.copy()
    for name in ("kind", "format", *_OF_FIGURES, "cursor"):
        filters.pop(name, None)
    if not {"period", "since", "until"} & set(filters):  # said, so that it stays when another kind is chosen
        filters["period"] = ALL if query.get("kind") == CALLS else USUAL
    return {
        "kind": query.get("kind", REPORT),
        "format": query.get("format", Format.XLSX.value),
        "metric": query.getlist("metric") or ["calls", "conversion_rate", "revenue", "win_rate"],
        "by": query.get("by", "agent"),
        "grain": query.get("grain", ""),
        "query": filters.urlencode()[:MOST_QUERY],
    }
