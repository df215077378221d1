"""How much is called: its course, the hours of the week, what comes of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.charts import Chart, Spot, Stack, Week, draw_stack, draw_week
from analytics.metrics import METRICS, MISSING
from analytics.pages.behind import address_behind
from analytics.pages.choices_of_metrics import GRAINS
from analytics.pages.fields import OptionForm
from analytics.pages.figures import cards_of, course_chart, is_empty, partial_steps, step_days
from analytics.pages.filters import OF_CALLS
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look
from analytics.questions import Answer, Cell, Grain

CARDS = ("calls", "call_minutes", "average_duration", "answer_rate")


class VolumeOptions(OptionForm):
    grain = forms.ChoiceField(label=gettext_lazy("Per"), required=False, choices=GRAINS)
    by = forms.ChoiceField(
        label=gettext_lazy("Parts"),
        required=False,
        choices=[
            ("", gettext_lazy("Outcomes")),
            ("call_type", gettext_lazy("Call types")),
            ("team", gettext_lazy("Teams")),
            ("source", gettext_lazy("Sources")),
            ("region", gettext_lazy("Regions")),
        ],
    )


def hours(look: Look) -> dict[str, Any]:
    """What calls are made of, and when they are made."""
    grain = _grain(look)
    parts = look.ask("calls", grain=grain, by=look.option("by") or "outcome", noted=False, limit=6)
    week = look.ask("calls", by="weekday_hour", noted=False)
    return {"charts": [parts_chart(look, parts, grain), week_chart(look, week)]}


@analytics_page("volume", shown=OF_CALLS, options=VolumeOptions, parts={"hours": hours})
def volume(look: Look) -> dict[str, Any]:
    grain = _grain(look)
    whole = look.ask(*CARDS, compare=True)
    course = look.ask("calls", grain=grain, noted=False)
    return {
        "cards": cards_of(look, whole, CARDS),
        "charts": [course_chart(look, course, "calls", id="course", more={"note": _per_step(look, course, grain)})],
        "is_empty": is_empty(whole),
    }


def _grain(look: Look) -> Grain:
    return Grain(look.option("grain")) if look.option("grain") else look.grain


def _per_step(look: Look, course: Answer, grain: Grain) -> str:
    """How many calls a whole step has on average."""
    cells = [cell for cell in course.of("calls") if cell.start]
    left_out = partial_steps(look, METRICS["calls"], [cell.start for cell in cells if cell.start], grain)
    counts = [cell.figure.n for n, cell in enumerate(cells) if n not in left_out]
    if not counts:
        return ""
    mean = look.numbers.count(sum(counts) / len(counts))
    words = _("%(mean)s on average in a step") % {"mean": mean}
    return words + (", " + _("those that are not whole are dotted and left out") if left_out else "")


def week_chart(look: Look, answer: Answer) -> Chart:
    """Calls by the hour of the week."""
    spots = {}
    for key, (cell, *_rest) in answer.groups("calls").items():
        if key != MISSING:
            day, hour = key.split("-")
            url = look.rows_url("calls", hour=key)
            spots[int(day) - 1, int(hour)] = Spot(label=cell.label, figure=cell.figure, key=key, url=url)
    note = _("Hours as at the client's office")
    week = Week(id="week", title=_("Calls by hour and day"), unit=METRICS["calls"].unit, spots=spots, note=note)
    return draw_week(week, look.numbers)


def parts_chart(look: Look, answer: Answer, grain: Grain) -> Chart:
    """Calls of each step in parts."""
    groups = answer.groups("calls")
    starts = [cell.start for cell in next(iter(groups.values()), ()) if cell.start]
    by = answer.question.by
    stack = Stack(
        id="parts",
        title=_("Calls in parts"),
        unit=METRICS["calls"].unit,
        heading=_("Period"),
        columns=tuple(look.numbers.step(start, grain) for start in starts),
        parts=tuple(
            (cells[0].label, tuple(_part(look, cell, grain, by) for cell in cells)) for cells in groups.values()
        ),
    )
    return draw_stack(stack, look.numbers)


def _part(look: Look, cell: Cell, grain: Grain, by: str) -> Spot:
    url = ""
    if cell.start:
        first, last = step_days(look, cell.start, grain)
        url = address_behind(look, "calls", by=by, key=cell.key, since=first, until=last, period="custom")
    return Spot(label=cell.label, figure=cell.figure, key=cell.key, url=url)
