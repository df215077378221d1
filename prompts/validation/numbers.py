"""Numbers must be known: each that an answer states stands in the values that filled the prompt.

`numbers: true` looks at the texts of the answer; `numbers: {from, fields, allow}` looks up in the variables `from`
alone, takes the JSON paths `fields` for numbers too, and lets those of `allow` pass.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from prompts.templates.variables import Variable, VariableType
from prompts.validation.texts import is_below, scalar_leaves, spoken_texts, value_of
from prompts.validation.types import Answer, AnswerProblem

# One digit alone is a count ("three reasons") more often than a figure; with a unit it is looked up.
COUNT_BELOW = Decimal(10)
_GROUPED = r"\d{1,3}(?:[ \u00a0\u202f.,']\d{3})+(?:[.,]\d{1,2})?"
_UNIT = r"\s?[%$€£₽]|\s?(?:percent|por ciento|процент\w*|USD|EUR|RUB)\b"
_NUMBER = re.compile(rf"(?<![\w.,])(?P<before>[$€£₽]\s?)?(?P<number>{_GROUPED}|\d+(?:[.,]\d+)?)(?P<after>{_UNIT})?")
_LIST_MARK = re.compile(r"(?m)^\s*\d{1,3}[.)]\s")

Reader = Callable[[str], Iterator[float]]
_readers: list[Reader] = []


def register_number_reader(read: Reader) -> None:
    """Let `read` say which numbers a text states in words ("twelve hundred"); called once, by apps above."""
    if read not in _readers:
        _readers.append(read)


def find_ungrounded_numbers(
    answer: Answer, checks: Mapping[str, Any], variables: Sequence[Variable]
) -> Iterator[AnswerProblem]:
    wanted = checks.get("numbers")
    if not wanted:
        return
    options: Mapping[str, Any] = wanted if isinstance(wanted, Mapping) else {}
    given = _given(answer.values, options.get("from"), variables)
    known = _known(given) | {Decimal(str(each)) for each in options.get("allow", ()) if not isinstance(each, bool)}
    fields: Sequence[str] = options.get("fields", ())
    for place, value in scalar_leaves(answer.parsed if answer.parsed is not None else answer.text):
        for told, readings in _stated(place, value, fields):
            # A share may be told in percent.
            there = known | {each * 100 for each in known if abs(each) <= 1} if "%" in told else known
            if not any(_matches(each, there) for each in readings):
                sentence = (
                    f"The number {told} stands in nothing that was given. Take it out, or use one that was given."
                )
                yield AnswerProblem("numbers", sentence, place)


def _stated(place: str, value: Any, fields: Sequence[str]) -> Iterator[tuple[str, set[Decimal]]]:
    named = any(is_below(place, each) for each in fields)
    if isinstance(value, bool):
        return
    if isinstance(value, str):
        yield from _in_text(_LIST_MARK.sub(" ", value), counts=named)
    elif named:
        yield str(value), {Decimal(str(value))}


def _in_text(text: str, *, counts: bool) -> Iterator[tuple[str, set[Decimal]]]:
    """Each number with all that it may mean: 1.200 is one and a fifth, or twelve hundred."""
    for match in _NUMBER.finditer(text):
        readings = _readings(match["number"])
        bare = not match["before"] and not match["after"]
        if readings and (counts or not bare or any(abs(each) >= COUNT_BELOW or each % 1 for each in readings)):
            yield match.group().strip(), readings


def _readings(text: str) -> set[Decimal]:
    bare = re.sub(r"[ \u00a0\u202f']", "", text)
    forms = {bare.replace(",", ""), bare.replace(".", "").replace(",", "."), bare.replace(",", ".")}
    found = set()
    for form in forms:
        try:
            found.add(Decimal(form))
        except InvalidOperation:
            continue
    return found


def _given(values: Mapping[str, Any], sources: Sequence[str] | None, variables: Sequence[Variable]) -> list[Any]:
    """Where numbers are looked up; of a transcript what was said, and not the numbers of its turns."""
    transcripts = {each.name for each in variables if each.type == VariableType.TRANSCRIPT}
    names = list(values) if sources is None else sources
    found = [(name, value_of(values, name)) for name in names]
    return [spoken_texts(value) if name in transcripts else value for name, value in found]


def _known(given: list[Any]) -> set[Decimal]:
    known: set[Decimal] = set()
    for _place, value in scalar_leaves(given):
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float | Decimal):
            known.add(Decimal(str(value)))
        else:
            known |= _all_in(str(value))
    return known


def _all_in(text: str) -> set[Decimal]:
    written = {reading for match in _NUMBER.finditer(text) for reading in _readings(match["number"])}
    written |= {Decimal(digits) for digits in re.findall(r"\d+", _NUMBER.sub(" ", text))}
    return written | {Decimal(str(number)) for read in _readers for number in read(text)}


def _matches(number: Decimal, known: set[Decimal]) -> bool:
    """The number itself, or one that it is the rounding of."""
    if number in known:
        return True
    exponent = number.normalize().as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) and exponent < 0 else 0)
    return any(abs(each - number) <= unit / 2 and each % unit for each in known)
