"""Any metric over time: by step and group, smoothed, with what happened on the way."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.metrics import METRICS, Metric
from analytics.models import Annotation
from analytics.pages.annotations import may_annotate
from analytics.pages.choices_of_metrics import GRAINS, metric_choices, metric_of, split_choices
from analytics.pages.fields import OptionForm
from analytics.pages.figures import adds_up, annotation_steps, course_chart, drawable, is_empty, partial_steps
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look
from analytics.questions import Answer, Cell, Grain
from analytics.smoothing import lowess, moving_average

FIRST = "conversion_rate"
WINDOW = 7
SMOOTH = [
    ("", gettext_lazy("As it is")),
    ("average", gettext_lazy("Mean of 7 steps")),
    ("lowess", gettext_lazy("Local regression (LOWESS)")),
]


class TrendOptions(OptionForm):
    metric = forms.ChoiceField(
        label=gettext_lazy("Figure"), required=False, choices=metric_choices(METRICS.values(), first=FIRST)
    )
    grain = forms.ChoiceField(label=gettext_lazy("Per"), required=False, choices=GRAINS)
    by = forms.ChoiceField(
        label=gettext_lazy("By"), required=False, choices=split_choices(nothing=gettext_lazy("All together"))
    )
    smooth = forms.ChoiceField(label=gettext_lazy("Smoothed"), required=False, choices=SMOOTH)


@analytics_page("trends", options=TrendOptions)
def trends(look: Look) -> dict[str, Any]:
    metric, by = metric_of(look.option("metric"), first=FIRST), look.option("by")
    grain = Grain(look.option("grain")) if look.option("grain") else look.grain
    answer = look.ask(metric.key, by=by, grain=grain, limit=6)
    notes = list(Annotation.objects.visible_to(look.user).filter(client=look.client).order_by("-day")[:100])
    starts = _starts(answer, metric)
    shown = annotation_steps(starts, [(each.day, each.text) for each in reversed(notes)], look.filters.until)
    how = look.option("smooth")
    left_out = partial_steps(look, metric, starts, grain)
    groups = answer.groups(metric.key).items()
    smooth = {key: _smooth(metric, cells, how, left_out) for key, cells in groups} if how else None
    more = {
        "annotations": shown,
        "smooth_name": str(dict(SMOOTH).get(how, "")),
        "height": 400,
        "from_zero": adds_up(metric),
        "note": _unfinished(look, starts),
    }
    return {
        "metric": metric,
        "charts": [course_chart(look, answer, metric.key, id="trend", by=by, smooth=smooth, more=more)],
        "annotations": notes,
        "may_annotate": may_annotate(look.user),
        "is_empty": is_empty(answer),
    }


def _starts(answer: Answer, metric: Metric) -> list[date]:
    return [cell.start for cell in next(iter(answer.groups(metric.key).values()), ()) if cell.start]


def _smooth(metric: Metric, cells: Sequence[Cell], how: str, left_out: frozenset[int]) -> list[float | None]:
    """Each step of a sum weighs the same; in a mean or share it weighs as many rows as it has."""
    values = [None if n in left_out else drawable(metric, cell.figure) for n, cell in enumerate(cells)]
    if how == "lowess":
        return lowess(values)
    weights = [1.0 if adds_up(metric) else float(cell.figure.n) for cell in cells]
    smooth = moving_average(values, weights, window=WINDOW)
    return [None if n in left_out else value for n, value in enumerate(smooth)]


def _unfinished(look: Look, starts: list[date]) -> str:
    """What to mind about the ends of the line."""
    if starts and (look.filters.until is None or look.filters.until >= look.today):
        return _("The last step is not over yet.")
    return ""
