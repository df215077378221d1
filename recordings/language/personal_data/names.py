"""Names of persons: those the record knows, those that are introduced or addressed, and common given names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from recordings.language.lexicon import lexicon
from recordings.language.personal_data.scene import Scene
from recordings.language.personal_data.types import PersonalData
from recordings.language.text import fold
from recordings.language.types import Line, Span

_CAPITAL = r"[A-ZÁÉÍÓÚÑÜÀÈÖÄÇА-ЯЁ]"
_LETTERS = r"[A-Za-zÁÉÍÓÚÑÜáéíóúñüàèöäçßА-Яа-яЁё'’-]"
_NAME = rf"(?:{_CAPITAL}{_LETTERS}+)"
_PARTICLES = r"(?:(?:de\s+la|de\s+los|del|de|la|van|von|der|al|el|bin)\s+)?"
_FULL = rf"{_NAME}(?:\s+{_PARTICLES}{_NAME}){{0,2}}"
# A name that is spelled: at least three single letters in a row, after the name itself.
_SPELLED = r"(?:\w|apostrophe|hyphen|double\s+\w)(?:[\s,.-]+(?:\w|apostrophe|hyphen|double\s+\w))+(?!\w)"
# A full stop after one of these ends no sentence.
_SHORT_TITLES = r"mr|mrs|ms|dr|prof|sr|sra|srta|dra"
_PATRONYMIC = re.compile(
    rf"{_NAME}\s+{_CAPITAL}[а-яё]+(?:ович|евич|ьич|иваныч|овна|евна|ична|инична|[оеи]вн|ичн)(?:а|у|ем|ом|е|ой|ы)?(?!\w)"
)


def find_names(scene: Scene) -> Iterator[PersonalData]:
    """One find per place; surer rules come first, so that a weaker one adds only what they left."""
    for line in scene.lines:
        taken: list[tuple[int, int]] = []
        for start, end, confidence in sorted(_of_line(scene, line), key=lambda found: (-found[2], found[0])):
            if all(end <= first or last <= start for first, last in taken):
                taken.append((start, end))
                yield PersonalData("name", "person", (Span(line.position, start, end),), confidence)


def _of_line(scene: Scene, line: Line) -> Iterator[tuple[int, int, float]]:
    text = line.text
    for start, end in _known(scene, line):
        yield start, end, 0.95
    rules = _rules(scene.language)
    for pattern, confidence in rules.strong:
        for found in pattern.finditer(text):
            start, end = found.span("name")
            end = _trimmed(scene, text, start, end)
            if end > start:
                yield start, end, confidence
                yield from _spelled(text, end)
    for found in rules.weak.finditer(text):
        start, end = found.span("name")
        end = _trimmed(scene, text, start, end)
        if end > start and _looks_like_a_person(scene, text, start, end, rules):
            yield start, end, 0.7
            yield from _spelled(text, end)
    for found in _PATRONYMIC.finditer(text):
        yield found.start(), found.end(), 0.9
    for found in rules.given.finditer(text):
        end = _trimmed(scene, text, found.start(), found.end())
        if end > found.start() and not _is_company(scene, text, found.start(), end):
            yield found.start(), end, 0.6


def _known(scene: Scene, line: Line) -> Iterator[tuple[int, int]]:
    folded = fold(line.text)
    for name in scene.known.names:
        for part in (name, *name.split()):
            if len(part) < 3 or not part[0].isupper():
                continue
            for found in re.finditer(rf"(?<!\w){re.escape(fold(part))}(?!\w)", folded):
                if line.text[found.start()].isupper():
                    yield found.start(), found.end()


def _trimmed(scene: Scene, text: str, start: int, end: int) -> int:
    """The end of the name without words that are no names; `start` when nothing is left."""
    rules = _rules(scene.language)
    kept = start
    for word in re.finditer(rf"{_LETTERS}+", text[start:end]):
        folded = fold(word.group())
        if folded in rules.refused or any(folded in fold(company).split() for company in scene.known.companies):
            break
        kept = start + word.end()
    return kept


def _looks_like_a_person(scene: Scene, text: str, start: int, end: int, rules: _Rules) -> bool:
    """After "it's", "soy", "это": a common given name, a full name, or a name that is all that follows."""
    name = text[start:end]
    first = fold(name.split()[0])
    if _is_company(scene, text, start, end):
        return False
    if first in rules.given_names or " " in name:
        return True
    return rules.goes_on.match(text, end) is not None


def _is_company(scene: Scene, text: str, start: int, end: int) -> bool:
    """Whether a company's word stands beside the name: "Baker and Sons", "Banco Santander", "Jackson Ltd"."""
    rules = _rules(scene.language)
    return bool(rules.company_before.search(fold(text[:start])) or rules.company_after.match(fold(text[end:])))


def _spelled(text: str, end: int) -> Iterator[tuple[int, int, float]]:
    found = re.compile(rf"\W+(?P<letters>{_SPELLED})").match(text, end)
    if found and len(re.findall(r"(?<!\w)\w(?!\w)", found.group("letters"))) >= 3:
        yield found.start("letters"), found.end("letters"), 0.8


class _Rules:
    """The patterns of one language."""

    def __init__(self, language: str) -> None:
        tables = lexicon(language)
        words = tables.table("name_words")
        names = tables.table("given_names")
        self.given_names = frozenset(fold(name) for name in (*names["common"], *names["also_words"]))
        self.refused = frozenset(
            {fold(word) for word in (*words["refused"], *words["titles"])}
            | {fold(word) for table in ("weekdays", "months") for word in tables.table(table)}
        )
        strong = [(words["titles"], 0.9), (words["introductions"], 0.85), (words["relations"], 0.75)]
        self.strong = [(_after(cues), confidence) for cues, confidence in strong if cues]
        self.weak = _after(words["weak"])
        self.goes_on = re.compile(rf"\s*(?:$|[.!?,]|(?:{'|'.join(words['goes_on'])})(?!\w))")
        stems = "|".join(re.escape(stem) for stem in _stems(names["common"], language))
        ending = r"(?:а|я|у|ю|е|и|ы|ой|ей|ом|ем|ию|ии|ией)?" if language == "ru" else ""
        self.given = re.compile(rf"(?<![\w«\"“])(?:{stems}){ending}(?![\w-])(?:\s+{_PARTICLES}{_NAME}){{0,2}}")
        self.company_before = re.compile(rf"(?:{'|'.join(words['company_before'])})\s+(?:[«\"“])?$")
        self.company_after = re.compile(rf"[»\"”]?\s+(?:{'|'.join(words['company_after'])})(?!\w)")


def _after(cues: list[str]) -> re.Pattern[str]:
    """A capitalised name after one of the cues; the cues themselves in any case."""
    ordered = sorted(cues, key=len, reverse=True)
    source = "|".join(re.escape(cue).replace(r"\ ", r"\s+") for cue in ordered)
    return re.compile(rf"(?<!\w)(?:(?i:{_SHORT_TITLES})\.|(?i:{source}),?)\s+(?P<name>{_FULL})")


def _stems(names: list[str], language: str) -> list[str]:
    """Russian names decline: their last vowel gives way to another."""
    if language != "ru":
        return sorted(names, key=len, reverse=True)
    return sorted({name[:-1] if name[-1] in "аяий" else name for name in names}, key=len, reverse=True)


@lru_cache(maxsize=8)
def _rules(language: str) -> _Rules:
    return _Rules(language)
