"""Regions as people write them, and the map."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.places import HEIGHT, WIDTH, outlines, place_named
from analytics.places.groups import GROUPS
from analytics.places.names import country_name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Germany", "DE"), ("ALEMANIA", "DE"), ("Германия", "DE"), ("de", "DE"), ("DEU", "DE"), ("Spain", "ES"),
        ("España", "ES"), ("México", "MX"), ("mexico", "MX"), ("Philipines", "PH"), ("Untied States", "US"),
        ("U.S.A.", "US"), ("UK", "GB"), ("Korea", "KR"), ("Berlin, Germany", "DE"), ("Austria", "AT"),
        ("Australia", "AU"), ("Australa", "AU"), ("Niger", "NE"), ("Nigeria", "NG"), ("Великобритания", "GB"),
        ("Côte d'Ivoire", "CI"), ("Israel", "IL"), ("Jordan", "JO"), ("Norway", "NO"), ("Japan", "JP"),
        ("Panama", "PA"), ("Romania", "RO"), ("Poland", "PL"), ("Brazil", "BR"), ("China", "CN"), ("Italy", "IT"),
        ("Belgium", "BE"), ("Kenya", "KE"), ("India", "IN"),
    ],
)  # fmt: skip
def test_a_country_is_found_however_it_is_written(text, code):
    assert place_named(text).countries == (code,)


@pytest.mark.parametrize(
    ("text", "has", "has_not"),
    [
        ("EMEA", "DE", "US"), ("APAC", "JP", "DE"), ("LATAM", "MX", "US"), ("DACH", "CH", "FR"), ("Europe", "FR", "US"),
        ("North America", "CA", "BR"), ("Norteamérica", "US", "BR"), ("Северная Америка", "US", "BR"),
        ("Asia-Pacific", "AU", "DE"), ("СНГ", "KZ", "DE"), ("Middle East", "SA", "DE"), ("UK & Ireland", "IE", "DE"),
    ],
)  # fmt: skip
def test_a_group_of_countries_is_found(text, has, has_not):
    place = place_named(text)
    assert has in place.countries and has_not not in place.countries and place.is_group


@pytest.mark.parametrize(
    "text", ["Central", "East", "West", "North", "South", "", "-", "Office 3", "Georgia, Florida, Spain", "Aust", "X"]
)
def test_what_is_not_sure_is_not_placed(text):
    assert place_named(text) is None


@given(st.text(max_size=60))
def test_any_text_is_placed_on_the_map_or_not_at_all(text):
    place = place_named(text)
    assert place is None or (place.countries and all(len(code) == 2 for code in place.countries))


def test_every_country_of_a_group_is_on_the_map():
    drawn = set(outlines())
    missing = {code for codes in GROUPS.values() for code in codes.split()} - drawn
    assert missing <= {"BQ", "GF", "GP", "MQ", "RE", "SJ", "TK", "YT"}  # drawn as parts of others


def test_outlines_lie_within_the_map_and_are_small_enough_to_be_sent():
    found = outlines()
    assert len(found) > 230 and sum(len(each.path) for each in found.values()) < 130_000
    for each in found.values():
        assert 0 <= each.x <= WIDTH and 0 <= each.y <= HEIGHT
        assert re.fullmatch(r"(M\d+ -?\d+l[-\d ]+z)*", each.path), each.code


def test_countries_are_named_in_the_language_of_the_reader():
    assert [country_name("DE", language) for language in ("en", "es", "ru")] == ["Germany", "Alemania", "Германия"]


@pytest.mark.parametrize(
    ("name", "country"),
    [("Texas", "US"), ("Oregon", "US"), ("Andalucía", "ES"), ("Comunitat Valenciana", "ES"), ("Bavaria, DE", "DE")],
)
def test_a_state_is_shown_as_its_country(name, country):
    assert place_named(name).countries == (country,)


@pytest.mark.parametrize("name", ["Central", "East", "West", "South West", "Córdoba"])
def test_areas_of_no_one_country_are_not_placed(name):
    assert place_named(name) is None
