"""The rows behind a figure: /analytics/rows/<kind> with the filters of the page that the figure stands on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.funnel import reached_stage
from analytics.metrics import DIMENSIONS, METRICS, custom_kinds_for, dimensions_for
from analytics.pages.fields import OptionForm
from analytics.pages.filters import NARROWING
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look
from analytics.pages.row_paging import RowPage, cut_rows
from analytics.questions import QuestionError
from analytics.rows import KINDS, Column, RowKind, RowSet, list_rows, sum_rows
from salesiq.people.roles import Capability


class RowsOptions(OptionForm):
    """Which set of rows, and what narrows them beside the filters: a stage, a status, a campaign."""

    which = forms.ChoiceField(label=gettext_lazy("Which"), required=False)

    def __init__(self, data: MultiValueDict[str, str], *, kind: str, **options: Any) -> None:
        super().__init__(data, **options)
        self.kind = _kind(kind)
        usual, *others = self.kind.sets
        which: Any = self.fields["which"]
        which.choices = [("", self.kind.sets[usual].label), *((key, self.kind.sets[key].label) for key in others)]
        for name in (*self.kind.choices, *(("reached",) if kind == "deals" else ())):
            self.fields[name] = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput())
            self.fields[name].widget.attrs["form"] = "filters-form"

    @property
    def row_set(self) -> RowSet:
        """What was chosen, else the usual set; a set may be named in the address though it is the usual one."""
        chosen = self.value("which") or self.data.get("which", "")
        return self.kind.sets.get(chosen) or next(iter(self.kind.sets.values()))

    @property
    def narrowed(self) -> dict[str, str]:
        return {name: value for name in self.kind.choices if (value := self.value(name))}

    @property
    def reached(self) -> str:
        """The stage that deals must have come to."""
        return str(self.value("reached")) if "reached" in self.fields else ""


def _kind(name: str) -> RowKind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def filters_of(kind: str) -> frozenset[str]:
    """The filters that rows of a kind have."""
    metric = METRICS[_kind(kind).metric]
    targets = {DIMENSIONS[dimension].filter for dimension in dimensions_for(metric) if dimension in DIMENSIONS}
    plain = {name for name, target in NARROWING.items() if target in targets}
    return frozenset(plain | ({"custom"} if custom_kinds_for(metric) else set()))


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell as it is shown; `url` leads to the row where the reader may open it."""

    text: str
    sub: str
    column: Column
    url: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    label: str
    text: str


@analytics_page("rows", shown=filters_of, options=RowsOptions)
def rows(look: Look) -> dict[str, Any]:
    assert isinstance(look.options, RowsOptions)
    kind, options = look.options.kind, look.options
    context: dict[str, Any] = {"kind": kind, "title": kind.label, "row_set": options.row_set}
    try:
        found = list_rows(kind, options.row_set, look.filters, user=look.user, choices=options.narrowed)
    except QuestionError as error:
        look.problems.append(error.message)
        return {**context, "lines": []}
    if options.reached:
        found = reached_stage(found, options.reached, user=look.user, pipeline=options.narrowed.get("pipeline", ""))
    page = cut_rows(found, kind.ordering, at=look.request.GET.get("cursor", ""))
    n, sums = sum_rows(kind, found)
    totals = [Total(str(label), money(sums[name], look.currency)) for name, label in kind.totals.items()]
    is_open = bool(page.rows) and opens_rows(look, page.rows[0])
    lines = [_line(kind, row, look.currency, is_open=is_open) for row in page.rows]
    return {**context, "lines": lines, "n": n, "totals": totals, "narrowed": _narrowed(look), **_pages(look, page)}


def _line(kind: RowKind, row: Any, currency: str, *, is_open: bool) -> list[CellView]:
    url = reverse(f"admin:{kind.admin}_change", args=[row.pk]) if is_open else ""
    return [
        CellView(_shown(column, row, currency), column.sub(row), column, url if column.is_name else "")
        for column in kind.columns
    ]


def opens_rows(look: Look, row: Any) -> bool:
    """Whether the back office shows rows of this model to the reader. By the model: asks no database."""
    screen = admin.site._registry.get(type(row))
    return screen is not None and look.user.can(Capability.USE_ADMIN) and screen.has_view_permission(look.request)


def _shown(column: Column, row: Any, currency: str) -> str:
    value = column.value(row)
    if value is None or value == "":
        return ""
    if column.kind == "money":
        return money(value, currency)  # type: ignore[arg-type]
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal | int):
        return number_format(value.normalize() if isinstance(value, Decimal) else value, use_l10n=True)
    return str(value)


def money(value: Decimal | None, currency: str) -> str:
    if value is None:
        return ""
    whole = value == value.to_integral_value()
    text = number_format(value, decimal_pos=0 if whole else 2, use_l10n=True, force_grouping=True)
    return f"{text} {currency}".strip()


def _narrowed(look: Look) -> list[Mapping[str, str]]:
    """What the address narrows beside the filters, each with the address without it."""
    assert isinstance(look.options, RowsOptions)
    names = {"stage": _("Stage"), "pipeline": _("Pipeline"), "status": _("Status"), "campaign": _("Campaign"),
             "activity": _("Type"), "reached": _("Came to")}  # fmt: skip
    chosen = {**look.options.narrowed, "reached": look.options.reached}
    return [
        {"label": names.get(name, name), "value": value, "url": _here(look, **{name: None})}
        for name, value in chosen.items()
        if value
    ]


def _pages(look: Look, page: RowPage) -> dict[str, str]:
    return {
        "following": _here(look, cursor=page.following) if page.following else "",
        "preceding": _here(look, cursor=page.preceding) if page.preceding else "",
    }


def _here(look: Look, **changed: str | None) -> str:
    query = look.request.GET.copy()
    query.pop("cursor", None)
    for name, value in changed.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{look.request.path}?{query.urlencode()}" if query else look.request.path
