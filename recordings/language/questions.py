"""Questions that one side puts to the other: by question mark, or by word order where marks are missing."""

from __future__ import annotations

import re
from typing import Literal

from recordings.language.lexicon import Lexicon, lexicon
from recordings.language.text import Sentence, fold, sentences, word_count
from recordings.language.types import Call, Line, Question

_OPENERS = re.compile(
    r"^(?:(?:so|and|but|well|okay|ok|um|uh|yeah|yes|no|hi|hello|right|oh|hmm|great|sure|"
    r"y|pero|bueno|pues|entonces|eh|si|ah|oye|oiga|mire|este|ok|vale|"
    r"а|и|но|ну|так|эм|э|да|нет|вот|слушайте|хорошо|ага|скажите|подскажите|то есть)[\s,.]+)+"
)


def find_questions(call: Call) -> list[Question]:
    """Lines that hold a real question, each once, with the question's own words."""
    found: list[Question] = []
    tables = lexicon(call.language)
    marked = _is_punctuated(call.lines)
    for line in call.lines:
        question = _question(line, tables, marked)
        if question:
            found.append(question)
    return found


def _is_punctuated(lines: tuple[Line, ...]) -> bool:
    """Whether the recogniser wrote sentence marks, so that a missing question mark means something."""
    long_lines = [line for line in lines if word_count(line.text) > 3]
    ended = sum(line.text.rstrip()[-1:] in ".!?…" for line in long_lines)
    return bool(long_lines) and ended >= 0.5 * len(long_lines)


def _question(line: Line, tables: Lexicon, marked: bool) -> Question | None:
    best: tuple[float, Sentence] | None = None
    for sentence in sentences(line.text):
        score = _score(sentence.text, tables, marked)
        if score >= 0.5 and (best is None or score > best[0]):
            best = (score, sentence)
    if best is None:
        return None
    return Question(line.position, line.role, _kind(best[1].text, tables), best[1].text, round(best[0], 2))


def _score(sentence: str, tables: Lexicon, marked: bool) -> float:
    folded = fold(sentence)
    has_mark = sentence.rstrip().endswith("?") or "¿" in sentence or "?" in sentence
    if tables.group("questions.rhetorical").found(sentence) and word_count(sentence) <= 9:
        return 0.2
    if has_mark:
        return 0.95 if word_count(sentence) > 1 else 0.7
    opening = _OPENERS.sub("", folded)
    starts = any(_starts(tables, name, opening) for name in ("questions.opening", "questions.closed_opening"))
    strong = tables.group("questions.strong").first(sentence)
    indirect = tables.group("questions.indirect").found(sentence)
    if marked:
        return 0.6 if indirect and starts else 0.3
    if (strong and strong.start <= 60) or (indirect and word_count(sentence) > 2):
        return 0.65
    return 0.55 if starts and word_count(sentence) > 2 else 0.2


def _starts(tables: Lexicon, name: str, folded: str) -> bool:
    pattern = tables.group(name).pattern
    return bool(pattern and pattern.match(folded))


def _kind(sentence: str, tables: Lexicon) -> Literal["open", "closed"]:
    """Open when it begins with a question word: it cannot be answered by yes or no."""
    opening = _OPENERS.sub("", fold(sentence).lstrip("¿ "))
    return "open" if _starts(tables, "questions.opening", opening) else "closed"
