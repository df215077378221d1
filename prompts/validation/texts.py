"""The texts inside an answer or a value, and where they stand."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_PATH = re.compile(r"[^.\[\]]+|\[\]|\[\d+\]")
_SPEAKER = re.compile(r"\A\s*[^\W\d_][\w ]{0,30}?\s*:\s+")
_SPACE = re.compile(r"\s+")
_QUOTE_MARKS = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "„": '"', "‐": "-", "–": "-", "—": "-"}
)


def text_leaves(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Each text in `value` with its place, e.g. ("items[0].why", "…")."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from text_leaves(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(value, Sequence):
        for position, inner in enumerate(value):
            yield from text_leaves(inner, f"{place}[{position}]")


def scalar_leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Each text, number and truth value in `value` with its place."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from scalar_leaves(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for position, inner in enumerate(value):
            yield from scalar_leaves(inner, f"{place}[{position}]")
    elif value is not None:
        yield place, value


def is_below(place: str, pattern: str) -> bool:
    """Whether `place` ("items[0].quote") is what `pattern` ("items[].quote") names, or inside of it."""
    here, wanted = _PATH.findall(place), _PATH.findall(pattern.removeprefix("$."))
    if len(here) < len(wanted):
        return False
    return all(
        want == got or (want in ("[]", "[*]") and got.startswith("[")) for want, got in zip(wanted, here, strict=False)
    )


def value_of(values: Mapping[str, Any], name: str) -> Any:
    """The value of a dotted variable, whether the names are kept whole or nested; None where there is none."""
    if name in values:
        return values[name]
    here: Any = values
    for part in name.split("."):
        if not isinstance(here, Mapping) or part not in here:
            return None
        here = here[part]
    return here


def plain(text: str) -> str:
    """Letters as they compare: one form, no case, simple quotes and dashes, single spaces."""
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTE_MARKS).casefold().replace("ё", "е")
    return _SPACE.sub(" ", folded).strip()


def spoken_texts(transcript: Any) -> list[str]:
    """The turns of a transcript variable without who spoke them: a list of {text}, or one turn a line."""
    if isinstance(transcript, str):
        return [_SPEAKER.sub("", line) for line in transcript.splitlines()]
    if not isinstance(transcript, Sequence):
        return []
    turns = (turn.get("text", "") if isinstance(turn, Mapping) else turn for turn in transcript)
    return [turn for turn in turns if isinstance(turn, str)]
