"""Walking through what fills a prompt: every text in it, and who says it where it is a transcript."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

CUSTOMER = frozenset(
    {"customer", "client", "buyer", "lead", "prospect", "caller", "cliente", "comprador", "клиент", "покупатель"}
)
# (text, role): the role is empty outside of transcripts.
Change = Callable[[str, str], str]
_LINE = re.compile(r"(?m)^(\s*)([^\W\d_][\w ]{0,30}?)(\s*:\s*)(.+)$")


def change_texts(values: Any, change: Change) -> Any:
    """`values` with every text changed; numbers, names of fields and the shape stay."""
    if isinstance(values, str):
        return _lines(values, change)
    if isinstance(values, Mapping):
        if isinstance(values.get("text"), str) and ("role" in values or "speaker" in values):
            role = str(values.get("role") or values.get("speaker") or "").lower()
            return {**values, "text": change(values["text"], role)}
        return {key: change_texts(value, change) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [change_texts(value, change) for value in values]
    return values


def texts_of(values: Any) -> Iterator[tuple[str, str]]:
    """Every text with its role, in order."""
    found: list[tuple[str, str]] = []

    def keep(text: str, role: str) -> str:
        found.append((text, role))
        return text

    change_texts(values, keep)
    return iter(found)


def fields_of(values: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its dotted place: `customer.name`."""
    if isinstance(values, str):
        yield path, values
    elif isinstance(values, Mapping):
        for key, value in values.items():
            yield from fields_of(value, f"{path}.{key}" if path else str(key))
    elif isinstance(values, list | tuple):
        for value in values:
            yield from fields_of(value, path)


def say_first(values: Any, sentence: str) -> Any | None:
    """`values` with `sentence` at the beginning of the customer's first turn; None where no customer speaks."""
    spoken = False

    def add(text: str, role: str) -> str:
        nonlocal spoken
        if spoken or role not in CUSTOMER:
            return text
        spoken = True
        return f"{sentence} {text}"

    changed = change_texts(values, add)
    return changed if spoken else None


def replace_words(text: str, replaced: Mapping[str, str]) -> tuple[str, int]:
    """Whole words and phrases, longest first, capitals kept; and how many were replaced."""
    if not replaced:
        return text, 0
    lowered = {old.lower(): new for old, new in replaced.items()}
    longest = sorted(lowered, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(old) for old in longest) + r")(?!\w)", re.IGNORECASE)
    count = 0

    def put(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        new = lowered[match[0].lower()]
        return new[:1].upper() + new[1:] if match[0][:1].isupper() else new

    changed = pattern.sub(put, text)
    return (re.sub(r"  +", " ", changed).strip() if "" in replaced.values() else changed), count


def _lines(text: str, change: Change) -> str:
    """A transcript written as a text, one turn a line, is changed turn by turn."""
    if not any(match[2].strip().lower() in CUSTOMER for match in _LINE.finditer(text)):
        return change(text, "")
    return _LINE.sub(lambda match: match[1] + match[2] + match[3] + change(match[4], match[2].strip().lower()), text)
