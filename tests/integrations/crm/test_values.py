"""Values as the world writes them: what was written is what is read."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from integrations.crm.importing.converting import column_for, unit_of
from integrations.crm.importing.fields import Field, Type
from integrations.crm.importing.values.blanks import is_blank
from integrations.crm.importing.values.days import DayStyle, numeric_order, parse_day, parse_moment
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.importing.values.numbers import (
    Money,
    decimal_evidence,
    parse_boolean,
    parse_currency,
    parse_money,
    parse_number,
    parse_seconds,
    parse_share,
)
from integrations.crm.importing.values.periods import parse_period

DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2035, 12, 31))
MOMENTS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2035, 1, 1))
AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)
EUROPE, AMERICA = DayStyle(day_first=True), DayStyle(day_first=False)


@given(DAYS)
def test_days_in_every_order(day):
    assert parse_day(day.isoformat(), EUROPE) == day
    assert parse_day(f"{day:%d/%m/%Y}", EUROPE) == day
    assert parse_day(f"{day.day}.{day.month}.{day.year}", AMERICA) == day  # a point is never America's
    assert parse_day(f"{day:%m/%d/%Y}", AMERICA) == day
    assert parse_day(f"{day:%Y/%m/%d}", AMERICA) == day
    assert parse_day(f"{day:%d %b %Y}", EUROPE) == day
    assert parse_day(f"{day:%B %d, %Y}", EUROPE) == day


@given(MOMENTS, st.integers(-12 * 4, 14 * 4))
def test_times_with_a_zone_are_that_moment(moment, quarters):
    moment = moment.replace(tzinfo=timezone(timedelta(minutes=15 * quarters)))
    assert parse_moment(moment.isoformat(), EUROPE) == moment
    whole = moment.replace(microsecond=0)
    assert parse_moment(f"{whole:%d/%m/%Y %I:%M:%S %p} {whole:%z}", EUROPE) == whole


@given(MOMENTS)
def test_times_without_a_zone_are_the_clients(moment):
    madrid = ZoneInfo("Europe/Madrid")
    read = parse_moment(f"{moment:%Y-%m-%d %H:%M}", DayStyle(zone=madrid))
    assert read.tzinfo == UTC
    assert read == moment.replace(second=0, microsecond=0, tzinfo=madrid).astimezone(UTC)


def test_a_time_with_a_zone_is_on_the_clients_day():
    style = DayStyle(zone=ZoneInfo("Asia/Tokyo"))
    assert parse_day("2024-05-01T22:00:00Z", style) == date(2024, 5, 2)
    assert parse_day("2024-05-01 22:00", style) == date(2024, 5, 1)


@pytest.mark.parametrize(
    "text",
    ["25 noviembre 2024", "25 de noviembre de 2024", "25 ноября 2024 г.", "25 нояб. 2024", "Mon, 25 Nov 2024",
     "November 25th, 2024", "25-Nov-24", "20241125", "45621", "1732492800", "1732492800000", "25.11.24"],
)  # fmt: skip
def test_days_in_words_epochs_and_serials(text):
    assert parse_day(text, EUROPE) == date(2024, 11, 25)


@pytest.mark.parametrize("text", ["2024-02-31", "31/02/2024", "3025-01-02", "00/00/0000", "soon", "13/13/2024", "2024"])
def test_days_that_cannot_be_are_refused(text):
    with pytest.raises(RefusedError):
        parse_day(text, EUROPE)


def test_the_order_of_days_shows_where_a_number_is_above_twelve():
    assert [numeric_order(text) for text in ("13/02/2024", "02/13/2024", "02/03/2024", "2024-02-03")] == [
        "day", "month", "either", "",
    ]  # fmt: skip


@given(AMOUNTS, st.booleans())
def test_money_with_points_and_with_commas(amount, negative):
    signed = -amount if negative else amount
    american, european = f"{amount:,.2f}", f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    sign = "-" if negative else ""
    assert parse_money(f"{sign}${american}") == Money(signed, "$")
    assert parse_money(f"{sign}{european} €", decimal_comma=True) == Money(signed, "EUR")
    assert parse_money(f"{sign}{european.replace('.', ' ')} ₽", decimal_comma=True) == Money(signed, "RUB")
    assert parse_money(f"USD {sign}{american}") == Money(signed, "USD")
    if negative:
        assert parse_money(f"({american})") == Money(signed, "")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4))
def test_plain_numbers(number):
    assert parse_number(str(number)) == number
    assert parse_number(str(number).replace(".", ","), decimal_comma=True) == number


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [("$1,234.50", "1234.50", "$"), ("1.234,50 €", "1234.50", "EUR"), ("(500)", "-500", ""),
     ("12 500 ₽", "12500", "RUB"),
     ("1'234.5 CHF", "1234.50", "CHF"), ("12 500,75 руб.", "12500.75", "RUB"), ("R$ 10,00", "10", "BRL"),
     ("£5", "5", "GBP")],
)  # fmt: skip
def test_money_as_the_world_writes_it(text, amount, currency):
    assert parse_money(text) == Money(Decimal(amount).quantize(Decimal("0.01")), currency)


def test_one_mark_between_three_digits_is_read_as_the_column_is():
    assert parse_number("1,234") == 1234
    assert parse_number("1,234", decimal_comma=True) == Decimal("1.234")
    assert parse_number("1.234", decimal_comma=True) == 1234
    assert [decimal_evidence(text) for text in ("1,234", "1,23", "1.234,5", "1 234.5")] == [
        "either", "comma", "comma", "point",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["many", "1.2.3,4,5", "--5", "1e400", "12a"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(RefusedError):
        parse_number(text)


@given(st.integers(0, 86_400))
def test_durations(seconds):
    minutes, rest = divmod(seconds, 60)
    assert parse_seconds(str(seconds)) == seconds
    assert parse_seconds(f"{minutes // 60}:{minutes % 60:02}:{rest:02}") == seconds
    assert parse_seconds(f"{minutes}m {rest}s") == seconds
    assert parse_seconds(f"{minutes // 60} ч {minutes % 60} мин {rest} с") == seconds


def test_durations_in_units_of_their_column():
    assert parse_seconds("3:25") == 205
    assert parse_seconds("3.5", unit=unit_of("Duration (minutes)")) == 210
    assert unit_of("Duración (segundos)") == 1
    with pytest.raises(RefusedError):
        parse_seconds("-5")


def test_yes_no_shares_currencies_and_blanks():
    assert [parse_boolean(text) for text in ("Yes", "нет", "Sí", "0")] == [True, False, True, False]
    assert [parse_share(text) for text in ("45 %", "0.45")] == [0.45, 0.45]
    assert [parse_currency(text) for text in ("eur", "US Dollar (USD)", "₽")] == ["EUR", "USD", "RUB"]
    assert all(is_blank(text) for text in ("", " ", "N/A", "-", "NULL", "нет данных", "NA"))
    assert not is_blank("NA", is_text=True)  # a region


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("2024", "2024-01-01", "2024-12-31"), ("Q2 2024", "2024-04-01", "2024-06-30"),
     ("2024-02", "2024-02-01", "2024-02-29"),
     ("March 2024", "2024-03-01", "2024-03-31"), ("2024-05-06", "2024-05-06", "2024-05-06")],
)  # fmt: skip
def test_periods(text, first, last):
    assert parse_period(text, EUROPE) == (date.fromisoformat(first), date.fromisoformat(last))


@example("²")
@given(st.text(max_size=40))
def test_no_text_breaks_a_converter(text):
    """Whatever stands in a cell is a value, a blank or a refusal."""
    for type_ in Type:
        if type_ != Type.WORD:
            column_for("x", Field("x", type_), STYLE)[text]


STYLE = type("Style", (), {"days": EUROPE, "decimal_comma": False})()
