"""Things that are named: people, companies, products, money, days, shares, phones, addresses, quantities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import phonenumbers

from recordings.language.dates import days
from recordings.language.lexicon import Lexicon, lexicon
from recordings.language.numerals import parse_digits, spoken_numbers
from recordings.language.text import fold
from recordings.language.types import Call, Entity, Line

_REGIONS = {"en": "US", "es": "ES", "ru": "RU"}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = r"\d+(?:[.,\s\u00a0]\d{3})*(?:[.,]\d{1,2})?"
_NAME = r"[A-ZÁÉÍÓÚÑА-ЯЁ][\w'-]+(?:\s+(?:de\s+la\s+|de\s+|del\s+)?[A-ZÁÉÍÓÚÑА-ЯЁ][\w'-]+)?"
_ORGANISATION = r"[A-ZÁÉÍÓÚÑА-ЯЁ][\w&'-]+(?:\s+(?:(?:de|del|la|y|and|of|&)\s+)?[A-ZÁÉÍÓÚÑА-ЯЁ][\w&'-]+){0,3}"


def find_entities(call: Call) -> list[Entity]:
    """Entities of all lines in order; where two overlap, the surer one stays."""
    tables = lexicon(call.language)
    found: list[Entity] = []
    for line in call.lines:
        found.extend(_without_overlap(list(_of_line(line, call, tables))))
    return found


def _of_line(line: Line, call: Call, tables: Lexicon) -> Iterator[Entity]:
    yield from _known_names(line, call)
    yield from _emails(line, tables)
    yield from _phones(line, call.language)
    yield from find_money(line, tables)
    yield from _percents(line, tables)
    yield from _quantities(line, tables)
    if call.day:
        for spoken in days(line.text, call.language, call.day):
            text = line.text[spoken.start : spoken.end]
            iso = spoken.day.isoformat()
            yield Entity(line.position, "date", text, spoken.start, spoken.end, iso, 0.85, day=spoken.day)
    yield from _introduced(line, tables)


def _known_names(line: Line, call: Call) -> Iterator[Entity]:
    kinds = (
        ("company", call.company_names),
        ("product", call.product_names),
        ("competitor", call.competitor_names),
        ("person", tuple(name for name in (call.agent_name, *call.agent_name.split()[:1]) if name)),
    )
    folded = fold(line.text)
    for kind, names in kinds:
        for name in names:
            if not name.strip():
                continue
            for found in re.finditer(rf"(?<!\w){re.escape(fold(name))}(?:'s)?(?!\w)", folded):
                yield _entity(line, kind, found.start(), found.end(), name, 0.95)


def _emails(line: Line, tables: Lexicon) -> Iterator[Entity]:
    for found in _EMAIL.finditer(line.text):
        yield _entity(line, "email", found.start(), found.end(), found.group().lower(), 0.98)
    words = tables.table("entity_words")
    at = "|".join(map(re.escape, words.get("at", [])))
    dot = "|".join(map(re.escape, words.get("dot", [])))
    spoken = re.compile(rf"(?<!\w)([\w.+-]+)\s+(?:{at})\s+([\w-]+(?:(?:\.|\s+(?:{dot})\s+)[\w-]+)+)(?!\w)")
    for found in spoken.finditer(fold(line.text)):
        domain = re.sub(rf"\s+(?:{dot})\s+", ".", found.group(2))
        if "." in domain:
            yield _entity(line, "email", found.start(), found.end(), f"{found.group(1)}@{domain}", 0.75)


def _phones(line: Line, language: str) -> Iterator[Entity]:
    for found in phonenumbers.PhoneNumberMatcher(line.text, _REGIONS.get(language, "US")):
        value = phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
        yield _entity(line, "phone", found.start, found.end, value, 0.9)


def find_money(line: Line, tables: Lexicon) -> Iterator[Entity]:
    """Sums with their currency, in digits or words."""
    folded = fold(line.text)
    currencies: dict[str, str] = tables.table("currencies")
    signs = "|".join(re.escape(key) for key in currencies if not key[0].isalpha())
    words = "|".join(sorted((re.escape(key) for key in currencies if key[0].isalpha()), key=len, reverse=True))
    scales = "|".join(re.escape(key) for key, value in tables.table("scales").items() if value >= 1000)
    joiner = r"(?:\s+de)?"
    before = re.compile(rf"(?P<sign>{signs})\s?(?P<number>{_NUMBER})(?:\s?(?P<scale>{scales})(?!\w))?")
    after = re.compile(
        rf"(?P<number>{_NUMBER})(?:\s?(?P<scale>{scales}))?{joiner}\s?(?P<sign>{signs}|(?:{words})(?!\w))"
    )
    for pattern in (before, after):
        for found in pattern.finditer(folded):
            amount = _decimal(found.group("number"))
            if amount is not None:
                scale = tables.table("scales").get(found.group("scale") or "", 1)
                yield _money_entity(line, found.start(), found.end(), amount * scale, currencies[found.group("sign")])
    following = re.compile(rf"{joiner}\s+(?P<sign>{words})(?!\w)")
    for number in spoken_numbers(line.text, tables):
        unit = following.match(folded, number.end)
        if unit:
            currency = currencies[unit.group("sign")]
            yield _money_entity(line, number.start, unit.end(), Decimal(number.value), currency)


def _money_entity(line: Line, start: int, end: int, amount: Decimal, currency: str) -> Entity:
    value = f"{amount.normalize():f} {currency}"
    text = line.text[start:end]
    return Entity(line.position, "money", text, start, end, value, 0.9, amount=amount, currency=currency)


def _percents(line: Line, tables: Lexicon) -> Iterator[Entity]:
    folded = fold(line.text)
    words = "|".join(re.escape(fold(word)) for word in tables.table("entity_words").get("percent", []))
    unit = re.compile(rf"\s?(?:%|(?:{words})(?!\w))")
    for found in re.finditer(r"\d+(?:[.,]\d+)?", folded):
        after = unit.match(folded, found.end())
        amount = _decimal(found.group().replace(",", "."))
        if after and amount is not None:
            yield Entity(
                line.position,
                "percent",
                line.text[found.start() : after.end()],
                found.start(),
                after.end(),
                f"{amount.normalize():f}",
                0.95,
                amount=amount,
            )
    for number in spoken_numbers(line.text, tables):
        after = unit.match(folded, number.end)
        if after:
            yield Entity(
                line.position,
                "percent",
                line.text[number.start : after.end()],
                number.start,
                after.end(),
                str(number.value),
                0.9,
                amount=Decimal(number.value),
            )


def _quantities(line: Line, tables: Lexicon) -> Iterator[Entity]:
    folded = fold(line.text)
    nouns = "|".join(
        sorted(
            (re.escape(fold(noun)) for noun in tables.table("entity_words").get("quantity", [])), key=len, reverse=True
        )
    )
    unit = re.compile(rf"\s+(?P<unit>{nouns})(?!\w)")
    numbers = [(found.start(), found.end(), _decimal(found.group())) for found in re.finditer(_NUMBER, folded)]
    numbers += [(item.start, item.end, Decimal(item.value)) for item in spoken_numbers(line.text, tables)]
    for start, end, amount in numbers:
        after = unit.match(folded, end)
        if after and amount is not None:
            value = f"{amount.normalize():f} {after.group('unit')}"
            text = line.text[start : after.end()]
            yield Entity(line.position, "quantity", text, start, after.end(), value, 0.8, amount=amount)


def _introduced(line: Line, tables: Lexicon) -> Iterator[Entity]:
    """Capitalised names after words that introduce a person or a company."""
    words = tables.table("entity_words")
    for kind, key, shape in (("person", "introduction", _NAME), ("company", "organisation", _ORGANISATION)):
        cues = "|".join(re.escape(cue).replace(r"\ ", r"\s+") for cue in words.get(key, []))
        pattern = re.compile(rf"(?<!\w)(?i:{cues})\s+(?P<name>{shape})")
        for found in pattern.finditer(line.text):
            name = found.group("name")
            if fold(name.split()[0]) not in tables.table("weekdays") | tables.table("months"):
                yield _entity(line, kind, found.start("name"), found.end("name"), name, 0.65)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(parse_digits(text))
    except InvalidOperation:
        return None


def _entity(line: Line, kind: str, start: int, end: int, value: str, confidence: float) -> Entity:
    return Entity(line.position, kind, line.text[start:end], start, end, value, confidence)


def _without_overlap(entities: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in sorted(entities, key=lambda item: (-item.confidence, item.start - item.end, item.start)):
        if all(entity.end <= other.start or entity.start >= other.end for other in kept):
            kept.append(entity)
    return sorted(kept, key=lambda item: item.start)
