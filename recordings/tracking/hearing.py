"""What trackers find in the lines of one call. No database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from recordings.language.lexicon import compile_phrases
from recordings.language.search_words import spoken_words, stem
from recordings.language.text import fold
from recordings.language.types import Line
from recordings.quality.matching import closeness, said_sentences
from recordings.quality.meaning import compare_meaning

# Sentences of any call, that examples are read against: how near two sentences are that have nothing in common.
ORDINARY = {
    "en": ("Good morning, how are you?", "Can you hear me?", "Let me check that.", "Thank you, goodbye."),
    "es": ("Buenos días, ¿cómo está?", "¿Me escucha bien?", "Déjeme comprobarlo.", "Gracias, hasta luego."),
    "ru": ("Добрый день, как дела?", "Вы меня слышите?", "Сейчас я проверю.", "Спасибо, до свидания."),
}
_SIGNS = frozenset("*()[]|#$?.")


@dataclass(frozen=True, slots=True)
class Heard:
    """A tracker's find: characters `start`..`end` of the line at `position`, `confidence` 0 to 1."""

    position: int
    start: int
    end: int
    confidence: float


def hear_phrases(phrases: Sequence[str], lines: Sequence[Line], language: str) -> list[Heard]:
    """Lines that hold one of the phrases: as the phrase lists of `recordings.language.lexicon` are read and, where a
    phrase is plain words, in any of their forms. At most one find a phrase and line."""
    pattern = compile_phrases(phrases)
    stems = [_stems(phrase, language) for phrase in phrases if not _SIGNS & set(phrase)]
    found: dict[tuple[int, int], Heard] = {}
    for line in lines:
        for match in pattern.finditer(fold(line.text)) if pattern else ():
            found[line.position, match.start()] = Heard(line.position, match.start(), match.end(), 1.0)
        for start, end in _inflected(line.text, stems, language):
            found.setdefault((line.position, start), Heard(line.position, start, end, 0.9))
    return sorted(found.values(), key=lambda heard: (heard.position, heard.start))


def _inflected(text: str, phrases: Sequence[tuple[str, ...]], language: str) -> Iterator[tuple[int, int]]:
    words = list(spoken_words(text))
    heard = [stem(word.text, language) for word in words]
    for phrase in phrases:
        size = len(phrase)
        for at in range(len(heard) - size + 1):
            if size and tuple(heard[at : at + size]) == phrase:
                yield words[at].start, words[at + size - 1].end


@lru_cache(maxsize=512)
def _stems(phrase: str, language: str) -> tuple[str, ...]:
    return tuple(stem(word.text, language) for word in spoken_words(phrase))


def hear_meaning(
    examples: Sequence[str], lines: Sequence[Line], language: str, threshold: float, speaker: str = ""
) -> list[Heard]:
    """Sentences at least `threshold` near in meaning to an example (0 unrelated, 1 the same), as scripts are compared.

    All lines of the call are embedded whoever is asked for, so that several trackers embed a call once.
    """
    said = said_sentences(lines)
    if not said or not examples:
        return []
    near = closeness([*examples, *ORDINARY.get(language, ORDINARY["en"])], said, compare_meaning)[: len(examples)].max(
        0
    )
    roles = {line.position: line.role for line in lines}
    texts = {line.position: line.text for line in lines}
    found = []
    for sentence, value in zip(said, near, strict=True):
        if value < threshold or (speaker and roles[sentence.position] != speaker):
            continue
        start = texts[sentence.position].find(sentence.text)
        found.append(Heard(sentence.position, start, start + len(sentence.text), round(float(value), 3)))
    return found
