"""Lines of a call without anybody in them: the customer gets another name, whoever else is named goes."""

import re
from collections.abc import Sequence

from recordings.language.personal_data.detect import find_personal_data
from recordings.language.personal_data.masks import MASK
from recordings.language.personal_data.types import KINDS, KnownPeople
from recordings.language.text import Sentence, fold, sentences
from recordings.language.types import Line
from recordings.privacy.identity import Identity
from testcases.scenarios.words import Words

NAME = "name"
SHORTEST_NAME = 3
_Span = tuple[int, int]


class Nameless:
    """Takes people out of texts of one call.

    The customer's name and company become those of the persona. A sentence that holds anything else by which somebody
    can be told (a number, an address, a mask, another person's name) is left out whole; a name that is only called out
    ("Thanks, Dana.") is cut from it.
    """

    def __init__(
        self,
        *,
        language: str,
        words: Words,
        people: KnownPeople,
        customer: Identity,
        company: str,
        persona: str,
        persona_company: str,
    ) -> None:
        self._language, self._words, self._people = language, words, people
        self._customer, self._persona, self._persona_company = customer, persona, persona_company
        self._company = re.compile(rf"(?<!\w){re.escape(company)}(?!\w)", re.IGNORECASE) if company.strip() else None
        self._own = frozenset(part for name in customer.names for part in _parts(name))
        self._known = self._own | {part for name in people.names for part in _parts(name)}
        greetings = "|".join(re.escape(fold(each)) for each in sorted(words.greetings, key=len, reverse=True))
        self._greeting = re.compile(rf"(?:(?:{greetings})[,.! ]*)*$")

    def lines(self, texts: Sequence[str]) -> list[str]:
        """Each text without people, perhaps empty; in the order given, since one line tells about the next."""
        rows = [Line(at, "unknown", float(at), float(at) + 1, text) for at, text in enumerate(texts)]
        found = find_personal_data(rows, self._language, kinds=KINDS, known=self._people)
        names: dict[int, list[_Span]] = {}
        others: dict[int, list[_Span]] = {}
        for data in found:
            for span in data.spans:
                (names if data.kind == NAME else others).setdefault(span.line, []).append((span.start, span.end))
        return [self._line(text, names.get(at, []), others.get(at, [])) for at, text in enumerate(texts)]

    def text(self, text: str) -> str:
        return self.lines([text])[0]

    def _line(self, text: str, names: Sequence[_Span], others: Sequence[_Span]) -> str:
        kept = []
        for sentence in sentences(text):
            if MASK in sentence.text or any(_within(span, sentence) for span in others):
                continue
            own = [
                (start - sentence.start, end - sentence.start)
                for start, end in names
                if _within((start, end), sentence)
            ]
            plain = self._sentence(sentence.text, own)
            if plain:
                kept.append(plain)
        return " ".join(kept)

    def _sentence(self, text: str, names: Sequence[_Span]) -> str:
        """The sentence without names; empty where it cannot be told without one."""
        for start, end in sorted(names, reverse=True):
            if self._own and set(_parts(text[start:end])) <= self._own:
                text = text[:start] + self._persona_for(text[start:end]) + text[end:]
            elif self._is_called_out(text, start, end):
                text = _cut(text, start, end)
            else:
                return ""
        if self._company is not None:
            text = self._company.sub(self._persona_company, text)
        return text if re.search(r"\w", text) and not self._still_names(text) else ""

    def _persona_for(self, name: str) -> str:
        return self._persona if len(name.split()) > 1 else self._persona.split()[0]

    def _is_called_out(self, text: str, start: int, end: int) -> bool:
        """Whether somebody is only addressed: "Hi Dana, …", "…, Dana."."""
        before, after = text[:start].rstrip(), text[end:].lstrip()
        if after and after[0] not in ",.!?":
            return False
        return not before or before.endswith(",") or bool(self._greeting.fullmatch(fold(before)))

    def _still_names(self, text: str) -> bool:
        if self._customer.is_in(text):
            return True
        persona = set(_parts(self._persona))
        said = {word for word in re.findall(r"\w+", text) if word[:1].isupper()}
        return any(fold(word) in self._known and fold(word) not in persona for word in said)


def _within(span: _Span, sentence: Sentence) -> bool:
    return span[0] < sentence.end and sentence.start < span[1]


def _cut(text: str, start: int, end: int) -> str:
    before, after = text[:start].rstrip(" ,"), text[end:]
    if not before:
        after = after.lstrip(" ,.!?")
        return after[:1].upper() + after[1:]
    return before + after if after[:1] in ",.!?" else f"{before} {after.lstrip()}"


def _parts(name: str) -> list[str]:
    return [part for part in re.findall(r"\w+", fold(name)) if len(part) >= SHORTEST_NAME]
