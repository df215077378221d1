"""The funnel: how many come how far, where they are lost, how long it takes, and two of it side by side."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.charts import Entry, Table
from analytics.funnel import Funnel, call_funnels, compare_funnels, deal_funnels, lead_funnels, pipelines_of
from analytics.metrics import DIMENSIONS, Unit
from analytics.pages.behind import PARAMETERS
from analytics.pages.fields import OptionForm
from analytics.pages.filters import EVERYTHING
from analytics.pages.frame import analytics_page
from analytics.pages.funnel_chart import FunnelView, compare_table, draw_funnel
from analytics.pages.look import Look
from analytics.questions import Filters, QuestionError

MOST_GROUPS = 50
BEFORE = "-before"


class FunnelOptions(OptionForm):
    """`a` and `b` are the groups to compare; their choices follow from what there is."""

    of = forms.ChoiceField(
        label=gettext_lazy("Of"),
        required=False,
        choices=[
            ("", gettext_lazy("Deals, by stage")),
            ("leads", gettext_lazy("Leads to won deals")),
            ("calls", gettext_lazy("Calls, by outcome")),
        ],
    )
    pipeline = forms.CharField(label=gettext_lazy("Pipeline"), required=False, max_length=60, widget=forms.Select())
    by = forms.ChoiceField(
        label=gettext_lazy("Compare"),
        required=False,
        choices=[
            ("", gettext_lazy("With the period before")),
            ("team", gettext_lazy("Teams")),
            ("agent", gettext_lazy("Agents")),
            ("region", gettext_lazy("Regions")),
            ("source", gettext_lazy("Sources")),
            ("product", gettext_lazy("Products")),
            ("industry", gettext_lazy("Industries")),
        ],
    )
    a = forms.CharField(label=gettext_lazy("First"), required=False, max_length=200, widget=forms.Select())
    b = forms.CharField(label=gettext_lazy("Second"), required=False, max_length=200, widget=forms.Select())


Read = Callable[[Filters, str, bool], dict[str, Funnel]]


@analytics_page("funnel", shown=EVERYTHING, options=FunnelOptions)
def funnel(look: Look) -> dict[str, Any]:
    kind, by = look.option("of", "deals"), look.option("by")
    pipelines = [name for name, _n in pipelines_of(look.user)] if kind == "deals" else []
    pipeline = look.option("pipeline") if look.option("pipeline") in pipelines else (pipelines or [""])[0]
    _offer(look, "pipeline", [(name, name or _("Without a name")) for name in pipelines] if len(pipelines) > 1 else [])
    read = _reader(look, kind, pipeline)
    try:
        funnels = read(look.filters, by, False)
        others = _others(look, funnels, read, by)
    except QuestionError as error:
        look.problems.append(error.message)
        return {"fresh_options": _fresh(look)}
    whole = draw_funnel(look, funnels[""], kind=kind, pipeline=pipeline, title=_("All together"))
    context: dict[str, Any] = {"funnel": whole, "fresh_options": _fresh(look)}
    if by:
        context["groups"] = _groups_table(look, funnels, kind, by)
    return {**context, **_compared(look, others, kind, pipeline)}


def _reader(look: Look, kind: str, pipeline: str) -> Read:
    if kind == "leads":
        return lambda filters, by, brief: lead_funnels(look.user, filters, by=by)
    if kind == "calls":
        return lambda filters, by, brief: call_funnels(look.user, filters, by=by)
    return lambda filters, by, brief: deal_funnels(look.user, filters, pipeline=pipeline, by=by, brief=brief)


def _others(look: Look, funnels: dict[str, Funnel], read: Read, by: str) -> list[tuple[str, str, Funnel]]:
    """The two funnels to compare as (key, name, funnel): two groups, or this period and the one before."""
    if not by:
        _offer(look, "a", [])
        _offer(look, "b", [])
        before = look.filters.before(look.compare) if look.compare else None
        if before is None:
            return []
        return [("", _("This period"), funnels[""]), (BEFORE, _("The period before"), read(before, "", True)[""])]
    groups = {key: each for key, each in funnels.items() if key}
    choices = [(key, each.label) for key, each in list(groups.items())[:MOST_GROUPS]]
    _offer(look, "a", choices)
    _offer(look, "b", choices[1:2] + choices[:1] + choices[2:])
    keys = list(groups)
    first = look.option("a") if look.option("a") in groups else (keys or [""])[0]
    rest = [key for key in keys if key != first]
    second = look.option("b") if look.option("b") in rest else (rest or [""])[0]
    return [(key, groups[key].label, groups[key]) for key in (first, second) if key in groups]


def _offer(look: Look, name: str, choices: Sequence[tuple[str, str]]) -> None:
    """The first choice is what is taken when nothing is said; a choice that there is not is not shown."""
    assert look.options is not None
    if not choices:
        look.options.fields.pop(name, None)
        return
    (_key, first), *others = choices
    widget: Any = look.options.fields[name].widget
    widget.choices = [("", first), *others]


def _fresh(look: Look) -> list[Any]:
    assert look.options is not None
    return [look.options[name] for name in ("pipeline", "a", "b") if name in look.options.fields]


def _compared(look: Look, others: list[tuple[str, str, Funnel]], kind: str, pipeline: str) -> dict[str, Any]:
    if len(others) < 2:
        return {}
    (_one, first, a), (_other, second, b) = others
    sides: list[FunnelView] = []
    for key, name, each in others:
        narrowed = _narrowed(look, key)
        view = draw_funnel(narrowed, replace(each, notes=()), kind=kind, pipeline=pipeline, title=name)
        sides.append(replace(view, id=f"{view.id}-{len(sides)}"))
    table = compare_table(compare_funnels(a, b), (first, second), look.numbers)
    return {"sides": sides, "table": table, "table_title": _("%(a)s against %(b)s") % {"a": first, "b": second}}


def _narrowed(look: Look, key: str) -> Look:
    """The look whose rows are those of one side."""
    by = look.option("by")
    if key == BEFORE:
        assert look.compare is not None
        return replace(look, filters=look.filters.before(look.compare) or look.filters)
    if not by:
        return look
    only: dict[str, Any] = {DIMENSIONS[by].filter: (key,)}
    return replace(look, filters=replace(look.filters, **only))


def _groups_table(look: Look, funnels: dict[str, Funnel], kind: str, by: str) -> Table:
    """A line per group: who began, who got there, and every conversion on the way."""
    numbers, groups = look.numbers, [(key, each) for key, each in funnels.items() if key][:MOST_GROUPS]
    whole = funnels[""]
    head = (str(DIMENSIONS[by].name), _("Began"), *(step.name for step in whole.steps[1:]), _("Of those decided"))
    rows = []
    for key, each in groups:
        shares = [
            Entry(f"{numbers.count(step.reached)} · {numbers.value(Unit.SHARE, step.share.value)}", "",
                  not step.share.enough)
            for step in each.steps[1:]
        ]  # fmt: skip
        began = look.rows_url(kind, **{PARAMETERS[by]: key}) if key != "-" or kind != "calls" else ""
        overall = Entry(numbers.figure(Unit.SHARE, each.overall), "", not each.overall.enough)
        rows.append((Entry(each.label), Entry(numbers.count(each.began), began), *shares, overall))
    return Table(head, tuple(rows))
