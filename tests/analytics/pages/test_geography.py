"""Figures by region on the map: what is painted, what is not, and that nothing is lost."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from analytics.charts import Numbers
from analytics.metrics import METRICS
from analytics.metrics.estimates import wilson
from analytics.pages.map_drawing import Region, draw_map, gather
from analytics.places import place_named
from analytics.questions import Figure
from tests.analytics.crm_rows import make_deal


def region(name, value, n=100):
    return Region(key=name, label=name, figure=Figure(value=value, n=n), place=place_named(name))


def painted(*regions, metric="deals_won"):
    found = draw_map(METRICS[metric], regions, Numbers("en"), "en", lambda keys: "/?" + "&".join(keys))
    return {country.code: country for country in found.countries if country.number >= 0}


def test_two_spellings_of_a_country_are_one_figure():
    found = painted(region("Germany", 3), region("Alemania", 4))
    assert list(found) == ["DE"] and "Germany: 7" in found["DE"].words and found["DE"].url == "/?Germany&Alemania"


def test_a_group_paints_its_countries_where_they_have_no_figure_of_their_own():
    found = painted(region("DACH", 9), region("Austria", 2), region("Europe", 1))
    assert found["DE"].is_shared and "DACH: 9" in found["DE"].words
    assert not found["AT"].is_shared and "Austria: 2" in found["AT"].words
    assert "Europe: 1" in found["FR"].words


@given(st.lists(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=5))
def test_shares_of_several_regions_are_those_of_their_rows_together(parts):
    metric = METRICS["win_rate"]
    figures = [Figure(value=part / n, n=n, low=wilson(part, n)[0], high=wilson(part, n)[1]) for part, n in parts]
    won, n = sum(part for part, _n in parts), sum(n for _part, n in parts)
    together = gather(metric, figures)
    assert together.value == pytest.approx(won / n) and together.n == n
    assert (together.low, together.high) == pytest.approx(wilson(won, n))


@pytest.mark.django_db
def test_what_no_map_can_show_stands_beside_it(tenant, browser):
    for name in ("Spain", "Central", "Philipines", ""):
        make_deal(tenant, region=name, status="won", closed_on="2026-03-09")
    answer = browser.get(reverse("analytics-geography") + "?period=all")
    assert [row[0].text for row in answer.context["unplaced"].rows] == ["Central", "Not said"]
    assert {row[0].text for row in answer.context["table"].rows} == {"Spain", "Central", "Philipines", "Not said"}
    words = answer.content.decode()
    assert "“Philipines” was read as Philippines" in words and "2 regions are not on the map" in words
