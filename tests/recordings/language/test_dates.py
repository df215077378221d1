from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.language.dates import days, same_day

TUESDAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("I'll send it on Friday", "en", date(2026, 3, 6)),
        ("see you Tuesday", "en", date(2026, 3, 10)),
        ("call me the day after tomorrow", "en", date(2026, 3, 5)),
        ("in two weeks", "en", date(2026, 3, 17)),
        ("in a month", "en", date(2026, 4, 3)),
        ("by the end of the week", "en", date(2026, 3, 6)),
        ("on March 15th", "en", date(2026, 3, 15)),
        ("the 2nd of March", "en", date(2027, 3, 2)),
        ("ring me on the eighteenth", "en", date(2026, 3, 18)),
        ("le llamo mañana", "es", date(2026, 3, 4)),
        ("el jueves por la mañana", "es", date(2026, 3, 5)),
        ("el 15 de abril", "es", date(2026, 4, 15)),
        ("dentro de diez días", "es", date(2026, 3, 13)),
        ("отправлю в пятницу", "ru", date(2026, 3, 6)),
        ("через неделю", "ru", date(2026, 3, 10)),
        ("пятнадцатого позвоню", "ru", date(2026, 3, 15)),
        ("до конца месяца", "ru", date(2026, 3, 31)),
        ("20 апреля", "ru", date(2026, 4, 20)),
    ],
)
def test_a_spoken_day_is_counted_from_the_call(text, language, day):
    assert [spoken.day for spoken in days(text, language, TUESDAY)] == [day]


@pytest.mark.parametrize(
    ("text", "language"),
    [("next week", "en"), ("it may work", "en"), ("la próxima semana", "es"), ("на следующей неделе", "ru")],
)
def test_words_that_name_no_day_give_none(text, language):
    assert days(text, language, TUESDAY) == []


def test_a_day_that_does_not_exist_is_passed_over():
    assert days("on February 31st", "en", TUESDAY) == []


def test_a_part_of_the_day_is_the_day_of_the_call():
    assert same_day("I'll email you this afternoon", "en")
    assert not same_day("I'll email you soon", "en")


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["monday", "friday", "sunday"]))
def test_a_weekday_is_one_to_seven_days_ahead(call_day, weekday):
    (spoken,) = days(f"on {weekday}", "en", call_day)
    assert timedelta(days=1) <= spoken.day - call_day <= timedelta(days=7)


@given(st.text(max_size=80), st.sampled_from(["en", "es", "ru"]))
def test_any_text_is_read_without_error_and_spans_lie_inside(text, language):
    for spoken in days(text, language, TUESDAY):
        assert 0 <= spoken.start < spoken.end <= len(text)
