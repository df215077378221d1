"""Geography: a figure by region, on a map where the region is a country or a group of them, and in a table always."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from analytics.charts import Entry, Numbers, Table
from analytics.metrics import METRICS, MISSING, Metric
from analytics.pages.behind import address_behind
from analytics.pages.fields import OptionForm
from analytics.pages.filters import OF_ALL
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look
from analytics.pages.map_drawing import Region, draw_map, read_regions
from analytics.places import HEIGHT, WIDTH
from analytics.places.names import country_name

OFFERED = (
    "calls", "conversion_rate", "quality_score", "leads", "lead_conversion_rate", "deals_created", "deals_won",
    "win_rate", "revenue", "average_deal_size", "sales_cycle_days", "pipeline_value", "customers", "activities",
)  # fmt: skip
USUAL = "deals_won"


class GeographyOptions(OptionForm):
    metric = forms.ChoiceField(label=gettext_lazy("Figure"), required=False)

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["metric"]
        field.choices = [
            ("", METRICS[USUAL].name),
            *((key, METRICS[key].name) for key in OFFERED if key != USUAL),
        ]


@analytics_page("geography", shown=OF_ALL, options=GeographyOptions)
def geography(look: Look) -> dict[str, Any]:
    return geography_of(look)


def geography_of(look: Look) -> dict[str, Any]:
    """The map and its tables; for this page and for the dashboard."""
    metric = METRICS[look.option("metric", USUAL)]
    language = (get_language() or "en").split("-")[0]
    answer = look.ask(metric.key, by="region", limit=1000)
    regions = read_regions(answer.cells)
    known = [region for region in regions if region.figure.n or region.figure.value]

    def address(keys: list[str]) -> str:
        kept = [key for key in keys if key != MISSING]
        return address_behind(look, metric.key, region=kept) if kept else ""

    drawn = draw_map(metric, known, look.numbers, language, address)
    unplaced = [region for region in known if region.place is None]
    return {
        "map": drawn if any(region.place for region in known) else None,
        "title": _("%(metric)s by region") % {"metric": metric.name},
        "width": WIDTH,
        "height": HEIGHT,
        "summary": _summary(metric, known, unplaced, look.numbers),
        "table": _table(look, metric, known, language),
        "unplaced": _table(look, metric, unplaced, "") if len(unplaced) < len(known) else Table(),
        "has_rows": bool(known),
        "guesses": [
            (region.label, country_name(region.place.countries[0], language))
            for region in known
            if region.place and region.place.is_guess
        ],
    }


def _summary(metric: Metric, known: list[Region], unplaced: list[Region], numbers: Numbers) -> str:
    if not known:
        return _("There is nothing to draw in this period.")
    valued = [region for region in known if region.figure.value is not None]
    words = ""
    if valued:
        top = max(valued, key=lambda region: float(region.figure.value or 0))
        say = {"metric": metric.name, "top": top.label, "value": numbers.figure(metric.unit, top.figure)}
        words = _("%(metric)s: highest in %(top)s, %(value)s.") % say
    if unplaced:
        words += " " + ngettext(
            "%(n)d region is not on the map: no map can show where it is.",
            "%(n)d regions are not on the map: no map can show where they are.",
            len(unplaced),
        ) % {"n": len(unplaced)}  # fmt: skip
    return words.strip()


def _table(look: Look, metric: Metric, regions: list[Region], language: str) -> Table:
    """With a language a column says where each region was found."""
    numbers = look.numbers
    rows = []
    for region in sorted(regions, key=lambda region: -float(region.figure.value or 0)):
        weak = not region.figure.enough
        url = address_behind(look, metric.key, by="region", key=region.key)
        where = (Entry(_where(region, language)),) if language else ()
        rows.append(
            (
                Entry(region.label),
                *where,
                Entry(numbers.value(metric.unit, region.figure.value), url, weak),
                Entry(numbers.interval(metric.unit, region.figure), "", weak),
                Entry(numbers.count(region.figure.n), "", weak),
            )
        )
    place = (_("On the map as"),) if language else ()
    return Table(
        (_("Region"), *place, str(metric.name), _("Interval (95 %)"), "n"), tuple(rows), texts=(1,) if language else ()
    )


def _where(region: Region, language: str) -> str:
    if region.place is None:
        return _("not on the map")
    if region.place.is_group:
        n = len(region.place.countries)
        return ngettext("%(n)d country", "%(n)d countries", n) % {"n": n}
    return country_name(region.place.countries[0], language)
