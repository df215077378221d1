"""Figures as people read them in their language."""

from datetime import date
from decimal import Decimal

import pytest

from analytics.charts import Numbers
from analytics.metrics import Unit
from analytics.questions import Change, Figure, Grain

THIN = "\N{NARROW NO-BREAK SPACE}"
EN, ES, RU = Numbers("en", "USD"), Numbers("es", "EUR"), Numbers("ru", "RUB")


@pytest.mark.parametrize(
    ("numbers", "unit", "value", "words"),
    [
        (EN, Unit.COUNT, 12345, "12,345"),
        (ES, Unit.COUNT, 12345, "12.345"),
        (EN, Unit.SHARE, 0.344, f"34{THIN}%"),
        (EN, Unit.MONEY, Decimal("10005534.00"), "$10,005,534"),
        (EN, Unit.MONEY, Decimal("12.5"), "$12.50"),
        (EN, Unit.MONEY, Decimal("999.99"), "$999.99"),
        (EN, Unit.MONEY, Decimal("1000.49"), "$1,000"),
        (EN, Unit.MONEY, Decimal("0.00"), "$0"),
        (ES, Unit.MONEY, Decimal(1234567), "1.234.567\xa0€"),
        (EN, Unit.SECONDS, 247.4, "4:07"),
        (EN, Unit.DAYS, 50.07, "50.1 days"),
        (RU, Unit.RATIO, 1.5, "1,50"),
        (EN, Unit.MONEY, None, "–"),
        (Numbers("en"), Unit.MONEY, 1500, "1,500"),
    ],
)
def test_values(numbers, unit, value, words):
    assert numbers.value(unit, value) == words


def test_an_interval_stands_behind_its_value_and_says_as_much_as_is_known():
    assert EN.figure(Unit.SHARE, Figure(value=0.34, n=90, low=0.29, high=0.4)) == f"34{THIN}% (29–40)"
    assert EN.figure(Unit.SHARE, Figure(value=0.176, n=9000, low=0.168, high=0.184)) == f"17.6{THIN}% (16.8–18.4)"
    assert EN.figure(Unit.COUNT, Figure(value=7, n=7)) == "7"
    assert EN.interval(Unit.SCORE, Figure(value=1.0, n=9, low=-0.5, high=2.0)) == "−0.5 to 2.0"


@pytest.mark.parametrize(
    ("unit", "absolute", "relative", "words"),
    [
        (Unit.SHARE, 0.032, 0.1, "+3.2 pts"),
        (Unit.COUNT, -30, -0.25, f"−25{THIN}%"),
        (Unit.MONEY, 10, 0.031, f"+3.1{THIN}%"),
        (Unit.COUNT, 0, 0.0, f"±0.0{THIN}%"),
        (Unit.COUNT, 5, None, "+5"),
        (Unit.COUNT, None, None, ""),
    ],
)
def test_changes(unit, absolute, relative, words):
    assert EN.change(unit, Change(prior=Figure(value=1, n=1), absolute=absolute, relative=relative)) == words


@pytest.mark.parametrize(
    ("unit", "change", "words"),
    [
        (Unit.SHARE, {"absolute": 0.045, "relative": 0.3, "low": 0.02, "high": 0.07}, "+2.0 pts to +7.0 pts"),
        (Unit.DAYS, {"absolute": -8, "relative": -0.16, "low": -14.5, "high": 1}, f"−29{THIN}% to +2{THIN}%"),
        (Unit.COUNT, {"absolute": -8, "relative": -0.16}, ""),
    ],
)
def test_the_interval_of_a_change_is_told_as_the_change_is(unit, change, words):
    assert EN.change_interval(unit, Change(prior=Figure(value=50, n=9), **change)) == words


def test_both_ends_of_an_interval_of_money_have_as_many_places():
    assert EN.interval(Unit.MONEY, Figure(value=1200, n=9, low=995.5, high=1404.5)) == "996–1,404"


def test_steps_and_periods_are_named_in_the_readers_language():
    assert EN.step(date(2026, 11, 2), Grain.WEEK) == "Nov 2"
    assert ES.step(date(2026, 11, 1), Grain.MONTH) == "nov 2026"
    assert EN.step(date(2026, 10, 1), Grain.QUARTER) == "Q4 2026"
    assert EN.period(date(2026, 1, 1), date(2026, 3, 31)) == "Jan 1, 2026 – Mar 31, 2026"
    assert EN.period(None, date(2026, 3, 31)) == "Until Mar 31, 2026"
    assert len(RU.weekdays()) == 7


def test_a_language_that_is_not_known_reads_english():
    assert Numbers("xx-nonsense", "EUR").value(Unit.COUNT, 1234) == "1,234"
