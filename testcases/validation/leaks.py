"""Whether training gives a test away: passages of a case's inside that stand in what agents read. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from recordings.language.text import words
from testcases.content.document import CaseContent

# So many words in a row do not come together by chance; a shorter text must stand there whole, with at least FEWEST.
IN_A_ROW, FEWEST = 6, 4


@dataclass(frozen=True, slots=True)
class Leak:
    """`what`: fact, objection, answer or phrase; `passage`: the words that stand in both."""

    training: str
    what: str
    passage: str


def find_leaks(content: CaseContent, materials: Mapping[str, str]) -> list[Leak]:
    """One for each thing of the case and training ({name: material}) that share a passage."""
    folded = {name: f" {' '.join(words(text))} " for name, text in materials.items()}
    return [
        Leak(name, what, passage)
        for what, secret in _secrets(content)
        for name, text in folded.items()
        if (passage := _passage(words(secret), text))
    ]


def shared_passage(secret: str, text: str) -> str:
    """The longest run of words of `secret` that stands in `text`; empty where none is long enough."""
    return _passage(words(secret), f" {' '.join(words(text))} ")


def _secrets(content: CaseContent) -> Iterator[tuple[str, str]]:
    for fact in content.facts:
        yield from (("fact", text) for text in (fact.text, *fact.replies))
    for objection in content.objections:
        yield from (("objection", text) for text in objection.lines)
        yield from (("answer", text) for text in objection.answers)
    for criterion in content.criteria:
        phrases = criterion.judge.get("phrases") or ()
        yield from (("phrase", str(text)) for text in phrases)


def _passage(secret: Sequence[str], text: str) -> str:
    if FEWEST <= len(secret) < IN_A_ROW:
        whole = " ".join(secret)
        return whole if f" {whole} " in text else ""
    best = ""
    at = 0
    while at + IN_A_ROW <= len(secret):
        size = IN_A_ROW
        if f" {' '.join(secret[at : at + size])} " not in text:
            at += 1
            continue
        while at + size < len(secret) and f" {' '.join(secret[at : at + size + 1])} " in text:
            size += 1
        best = max(best, " ".join(secret[at : at + size]), key=len)
        at += size
    return best
