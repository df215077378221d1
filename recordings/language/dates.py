"""Days as people say them, resolved against the day of the call.

A weekday is the next such day strictly after the call; "next week" alone names no day. The rules are our own so that
they are the same in all three languages and give the place of the words in the line.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from recordings.language.lexicon import lexicon
from recordings.language.text import fold


@dataclass(frozen=True, slots=True)
class SpokenDay:
    """A day named at characters `start`..`end` of the text."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Rules:
    relative: re.Pattern[str]
    weekday: re.Pattern[str]
    span: re.Pattern[str]
    end_of_week: re.Pattern[str]
    end_of_month: re.Pattern[str]
    next_week: re.Pattern[str]
    month_day: re.Pattern[str]
    day_month: re.Pattern[str]
    day_only: re.Pattern[str]
    numeric: re.Pattern[str]


def days(text: str, language: str, call_day: date) -> list[SpokenDay]:
    """All days named in the text, in the order of the text, the longer of two that overlap."""
    folded = fold(text)
    found = sorted(_candidates(folded, language, call_day), key=lambda item: (item.start - item.end, item.start))
    kept: list[SpokenDay] = []
    for spoken in found:
        if all(spoken.end <= other.start or spoken.start >= other.end for other in kept):
            kept.append(spoken)
    return sorted(kept, key=lambda item: item.start)


def same_day(text: str, language: str) -> bool:
    """Whether a part of the day of the call is named ("after lunch", "in an hour") rather than a day."""
    return _same_day(language).search(fold(text)) is not None


@lru_cache(maxsize=8)
def _same_day(language: str) -> re.Pattern[str]:
    return _word(_any(lexicon(language).tables["anchors"]["same_day"]))


def _candidates(folded: str, language: str, call_day: date) -> Iterator[SpokenDay]:
    rules = _rules(language)
    tables = lexicon(language)
    for found in rules.relative.finditer(folded):
        yield _at(found, call_day + timedelta(days=tables.table("relative")[_plain(found.group())]))
    following = rules.next_week.search(folded) is not None
    for found in rules.weekday.finditer(folded):
        yield _at(found, _weekday(call_day, tables.table("weekdays")[found.group("day")], following))
    for found in rules.span.finditer(folded):
        yield _at(found, _span(found, tables.tables, call_day))
    for found in rules.end_of_week.finditer(folded):
        yield _at(found, _friday(call_day, following))
    for found in rules.end_of_month.finditer(folded):
        last = calendar.monthrange(call_day.year, call_day.month)[1]
        yield _at(found, call_day.replace(day=last))
    yield from _calendar_days(folded, rules, tables.tables, call_day)


def _calendar_days(folded: str, rules: _Rules, tables: dict[str, Any], call_day: date) -> Iterator[SpokenDay]:
    for pattern in (rules.month_day, rules.day_month):
        for found in pattern.finditer(folded):
            number = _number(found.group("number"), tables["ordinals"])
            day = _next_date(call_day, tables["months"][found.group("month")], number)
            if day:
                yield _at(found, day)
    for found in rules.day_only.finditer(folded):
        day = _next_day_of_month(call_day, _number(found.group("number"), tables["ordinals"]))
        if day:
            yield _at(found, day)
    for found in rules.numeric.finditer(folded):
        day = _next_date(call_day, int(found.group("month")), int(found.group("number")))
        if day:
            yield _at(found, day)


def _at(found: re.Match[str], day: date) -> SpokenDay:
    return SpokenDay(day, found.start(), found.end())


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip())


def _weekday(call_day: date, weekday: int, following_week: bool) -> date:
    if following_week:
        monday = call_day + timedelta(days=7 - call_day.weekday())
        return monday + timedelta(days=weekday)
    return call_day + timedelta(days=(weekday - call_day.weekday() - 1) % 7 + 1)


def _friday(call_day: date, following_week: bool) -> date:
    ahead = (4 - call_day.weekday()) % 7
    return call_day + timedelta(days=ahead + (7 if following_week else 0))


def _span(found: re.Match[str], tables: dict[str, Any], call_day: date) -> date:
    spans = tables["spans"]
    word = (found.group("count") or "").strip()
    few: dict[str, int] = spans["few"]
    numbers: dict[str, int] = tables["numbers"]
    count = int(word) if word.isdigit() else few.get(word, numbers.get(word, 1))
    unit = found.group("unit")
    if unit in spans["months"]:
        return _add_months(call_day, count)
    return call_day + timedelta(days=count * int(spans["units"][unit]))


def _add_months(day: date, count: int) -> date:
    month = day.month - 1 + min(count, 1200)
    year = day.year + month // 12
    last = calendar.monthrange(year, month % 12 + 1)[1]
    return date(year, month % 12 + 1, min(day.day, last))


def _number(text: str, ordinals: dict[str, int]) -> int:
    digits = re.match(r"\d+", text)
    return int(digits.group()) if digits else ordinals[_plain(text)]


def _next_date(call_day: date, month: int, number: int) -> date | None:
    """The first such day of the year on or after the call; None for a day that does not exist."""
    for year in range(call_day.year, call_day.year + 5):
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if day >= call_day:
            return day
    return None


def _next_day_of_month(call_day: date, number: int) -> date | None:
    for ahead in range(13):
        year, month = divmod(call_day.year * 12 + call_day.month - 1 + ahead, 12)
        if 1 <= number <= calendar.monthrange(year, month + 1)[1]:
            day = date(year, month + 1, number)
            if day > call_day:
                return day
    return None


def _any(words: Iterable[str]) -> str:
    ordered = sorted({fold(word) for word in words if word}, key=len, reverse=True)
    if not ordered:
        return r"(?!)"
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) + ")"


def _word(source: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){source}(?!\w)")


@lru_cache(maxsize=8)
def _rules(language: str) -> _Rules:
    tables = lexicon(language).tables
    spans, anchors = tables["spans"], tables["anchors"]
    count = rf"(?P<count>\d{{1,3}}|{_any([*tables['numbers'], *spans['few']])})"
    optional = rf"(?:{count}\s+)?" if "" in spans["few"] else rf"{count}\s+"
    unit = rf"(?P<unit>{_any([*spans['units'], *spans['months']])})"
    before = _any(spans["before"])
    months = rf"(?P<month>{_any(tables['months'])})"
    ordinal = rf"(?P<number>\d{{1,2}}(?:\s?(?:st|nd|rd|th)|-?го|-?е)?|{_any(tables['ordinals'])})"
    between = rf"(?:{_any(anchors['between'])}\s+)?"
    return _Rules(
        relative=_word(rf"(?<!\bla )(?<!\bpor la ){_any(tables['relative'])}"),
        weekday=_word(rf"(?P<day>{_any(tables['weekdays'])})"),
        span=_word(rf"(?:{before}\s+{optional}{unit})"),
        end_of_week=_word(_any(anchors["end_of_week"])),
        end_of_month=_word(_any(anchors["end_of_month"])),
        next_week=_word(_any(anchors["next_week"])),
        month_day=_word(rf"{months}\s+{between}{ordinal}") if language == "en" else re.compile(r"(?!)"),
        day_month=_word(rf"{ordinal}\s+{between}{months}"),
        day_only=_day_only(language, anchors["day_of_month"], ordinal),
        numeric=re.compile(r"(?<![\d/.,-])(?P<number>\d{1,2})[/.](?P<month>0?[1-9]|1[0-2])(?:[/.]\d{2,4})?(?![\d/.])"),
    )


def _day_only(language: str, articles: list[str], ordinal: str) -> re.Pattern[str]:
    """ "the 15th", "el 15", "15-го", "15 числа": a day without its month."""
    spoken = _any(name for name, number in lexicon(language).table("ordinals").items() if number > 3)
    if language == "ru":
        return _word(rf"(?P<number>\d{{1,2}}(?=\s*-?го|\s+числа|\s*-?му)|{spoken})(?:\s*-?го|\s+числа|\s*-?му)?")
    if language == "en":
        return _word(rf"(?:(?:the|on)\s+(?P<number>\d{{1,2}}(?=st|nd|rd|th)|(?<=the\s){spoken})(?:st|nd|rd|th)?)")
    return _word(
        rf"{_any(articles)}\s+(?:dia\s+)?(?P<number>\d{{1,2}}|{spoken})(?!\s*(?:%|por|meses|euros|pesos|y|mil))"
    )
