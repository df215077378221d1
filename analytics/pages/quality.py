"""How good calls are: the course of scores, how they are spread, where points are lost, and by whom."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.charts import Bars, Chart, Dots, Spot, draw_bars, draw_dots
from analytics.metrics import METRICS, Unit
from analytics.pages.fields import OptionForm
from analytics.pages.figures import cards_of, course_chart, is_empty, sparks_of, spots_of
from analytics.pages.filters import OF_CALLS
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look
from analytics.questions import Figure
from analytics.selectors.quality import STEP, criteria_of, spread_of
from recordings.pages.labels import CRITERIA, SENTIMENTS, label

CARDS = ("quality_score", "script_adherence", "talk_ratio", "follow_up_rate", "csat")
SPARKS = ("quality_score", "script_adherence")
MEASURES = ("quality_score", "objection_handling_rate", "script_adherence", "talk_ratio", "csat")


class QualityOptions(OptionForm):
    measure = forms.ChoiceField(
        label=gettext_lazy("Compared by"),
        required=False,
        choices=[("" if key == MEASURES[0] else key, METRICS[key].name) for key in MEASURES],
    )
    of = forms.ChoiceField(
        label=gettext_lazy("Of"),
        required=False,
        choices=[("", gettext_lazy("Employees")), ("team", gettext_lazy("Teams"))],
    )


def people(look: Look) -> dict[str, Any]:
    """A measure by employee or team."""
    metric, by = METRICS[look.option("measure") or MEASURES[0]], look.option("of") or "agent"
    answer, whole = look.ask(metric.key, by=by, noted=False), look.ask(metric.key, noted=False)
    found = [spot for spot in spots_of(look, answer, metric.key) if spot.figure.value is not None]
    spots = sorted(found, key=lambda spot: -float(spot.figure.value or 0))
    dots = Dots(
        id="people",
        title=str(metric.name),
        unit=metric.unit,
        heading=_("Team") if by == "team" else _("Employee"),
        spots=tuple(spots[:40]),
        whole=next((cell.figure for cell in whole.of(metric.key)), None),
        note=_("In the order of the figures; where intervals overlap, the order may be chance."),
    )
    return {"charts": [draw_dots(dots, look.numbers)]}


def spread(look: Look) -> dict[str, Any]:
    """How scores are spread, what criteria reach, how customers felt."""
    found = spread_of(look.filters, user=look.user)
    charts = [_histogram(look, found.scores), _criteria(look)]
    if sum(found.moods.values()):
        charts.append(_moods(look, found.moods))
    return {"charts": charts}


def course(look: Look) -> dict[str, Any]:
    """The course of the score, and the small lines of the cards."""
    found = look.ask(*SPARKS, grain=look.grain, noted=False)
    drawn = course_chart(look, found, SPARKS[0], id="course-quality", more={"from_zero": False})
    return {"charts": [drawn], "sparks": sparks_of(look, found, SPARKS)}


@analytics_page(
    "quality", shown=OF_CALLS, options=QualityOptions, parts={"course": course, "people": people, "spread": spread}
)
def quality(look: Look) -> dict[str, Any]:
    whole = look.ask(*CARDS, compare=True)
    objections = look.ask("objection_handling_rate", noted=False)
    cards = [*cards_of(look, whole, CARDS, sparks=SPARKS), *cards_of(look, objections, ("objection_handling_rate",))]
    return {"cards": [card for card in cards if card.has_value], "is_empty": is_empty(whole, objections)}


def _histogram(look: Look, counts: tuple[int, ...]) -> Chart:
    n = sum(counts)
    spots = tuple(
        Spot(label=f"{low}–{low + STEP}", figure=Figure(value=count, n=count))
        for low, count in zip(range(0, 100, STEP), counts, strict=True)
    )
    note = ngettext("%(n)s call with a score", "%(n)s calls with a score", n) % {"n": look.numbers.count(n)}
    bars = Bars(id="scores", title=_("How scores are spread"), unit=Unit.COUNT, heading=_("Score"),
                spots=spots if n else (), lying=False, note=note)  # fmt: skip
    return draw_bars(bars, look.numbers)


def _criteria(look: Look) -> Chart:
    found = criteria_of(look.filters, user=look.user)
    spots = tuple(
        Spot(label=each.name or label(CRITERIA, each.key), figure=each.figure, key=each.key) for each in found
    )
    dots = Dots(id="criteria", title=_("Points reached by criterion"), unit=Unit.SHARE, heading=_("Criterion"),
                spots=spots, note=_("Where most is lost comes first."))  # fmt: skip
    return draw_dots(dots, look.numbers)


def _moods(look: Look, moods: dict[str, int]) -> Chart:
    spots = tuple(
        Spot(label=label(SENTIMENTS, name), figure=Figure(value=count, n=count)) for name, count in moods.items()
    )
    bars = Bars(id="moods", title=_("How customers felt"), unit=Unit.COUNT, heading=_("Mood"), spots=spots,
                note=_("By the words they used, as estimated automatically"))  # fmt: skip
    return draw_bars(bars, look.numbers)
