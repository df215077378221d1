"""What the customer makes of the agent's words: acts by phrases, questions and answers by words and by meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from recordings.language.identification import identify_language
from recordings.language.lexicon import lexicon
from recordings.language.objections import substance
from recordings.language.text import fold, sentences, words
from testcases.content.document import CaseContent
from testcases.simulation.engine.meaning import Meaning
from testcases.simulation.engine.state import State
from testcases.simulation.engine.texts import Language, language_of
from testcases.simulation.engine.words import coverage, marks

# Shares of a question's or answer's words (words.coverage) that settle it, and those that leave it to the meaning.
SAID, HINTED = 0.62, 0.3
# Nearness in meaning (meaning.Meaning) that counts as the same question, or as a good answer.
SAME_QUESTION, SAME_ANSWER, SAME_GOAL = 0.62, 0.6, 0.66
LONG_ENOUGH = 3
FOREIGN_WORDS, FOREIGN_SURE = 4, 0.97
COMPARED_CHARACTERS = 140


@dataclass(frozen=True, slots=True)
class Understood:
    """`trouble`: silence, abuse, instruct, other_language, unclear, repeat, or empty. `facts` are asked for, the
    likeliest first; `answers` how well open objections are answered, 0 to 1; `substance` as in language.objections."""

    trouble: str = ""
    acts: frozenset[str] = frozenset()
    facts: tuple[str, ...] = ()
    answers: Mapping[str, float] = field(default_factory=dict)
    substance: Mapping[str, float] = field(default_factory=dict)
    asks_goal: bool = False
    questions: int = 0
    words: int = 0
    digest: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "trouble": self.trouble,
            "acts": sorted(self.acts),
            "facts": list(self.facts),
            "answers": {key: round(value, 2) for key, value in sorted(self.answers.items())},
            "asks_goal": self.asks_goal,
            "questions": self.questions,
            "words": self.words,
            "scores": {key: round(value, 2) for key, value in sorted(self.scores.items())},
        }


def understand(content: CaseContent, state: State, text: str, meaning: Meaning) -> Understood:
    """What `text` does to this customer in this state."""
    language = language_of(content.language)
    said = words(text)
    digest = sha256(" ".join(said).encode()).hexdigest()[:12]
    acts = frozenset(name for name, group in language.acts.items() if group.found(text))
    plain = Understood(acts=acts, words=len(said), digest=digest)
    trouble = _trouble(content, language, state, plain, text, said)
    if trouble:
        return Understood(trouble=trouble, acts=acts, words=len(said), digest=digest)
    return _read(content, language, state, text, plain, meaning)


def _trouble(
    content: CaseContent, language: Language, state: State, heard: Understood, text: str, said: Sequence[str]
) -> str:
    if not said:
        return "silence"
    for name in ("abuse", "instruct"):
        if name in heard.acts:
            return name
    if _is_foreign(content, language, text, said):
        return "other_language"
    if _is_gibberish(content, language, heard, said):
        return "unclear"
    return "repeat" if heard.digest in state.heard and len(said) >= LONG_ENOUGH else ""


def _is_foreign(content: CaseContent, language: Language, text: str, said: Sequence[str]) -> bool:
    letters = [character for character in text if character.isalpha()]
    own = sum(("\u0400" <= each <= "\u04ff") == (language.code == "ru") for each in letters if _is_known_script(each))
    if letters and own < 0.5 * len(letters):
        return True
    if len(said) < FOREIGN_WORDS or _known_share(content, language, said) >= 0.4:
        return False
    guess = identify_language(text)
    return guess is not None and guess.language != language.code and guess.confidence >= FOREIGN_SURE


def _is_known_script(character: str) -> bool:
    return character < "\u0250" or "\u0400" <= character <= "\u04ff"


def _known_share(content: CaseContent, language: Language, said: Sequence[str]) -> float:
    """The share of words that are grammar of the language or stand in the case."""
    known = _vocabulary(content, language.code)
    return sum(each in language.stop or bool(set(_marks_of(each, language.code)) & known) for each in said) / len(said)


def _is_gibberish(content: CaseContent, language: Language, heard: Understood, said: Sequence[str]) -> bool:
    if heard.acts:
        return False
    if all(not re.search(r"[aeiouyаеиоуыэюя]", each) or re.search(r"(.)\1{3}|[^aeiouyаеиоуыэюя\d]{6}", each)
           for each in said):  # fmt: skip
        return not all(each.isdigit() for each in said)
    return len(said) >= FOREIGN_WORDS and _known_share(content, language, said) < 0.15


def _read(
    content: CaseContent, language: Language, state: State, text: str, heard: Understood, meaning: Meaning
) -> Understood:
    pieces = [sentence.text for sentence in sentences(text)]
    asking = [piece for piece in pieces if is_question(piece, language)]
    facts, answers, goal, scores = _by_words(content, language, state, pieces, asking, text)
    if undecided := _undecided(content, state, pieces, asking, facts, answers, goal):
        near = _by_meaning(content, language, state, undecided, meaning)
        scores |= {f"~{key}": value for key, value in near.items() if value >= 0.4}
        for key, value in near.items():
            kind, _, name = key.partition(":")
            if kind == "fact" and value >= SAME_QUESTION:
                facts[name] = max(facts.get(name, 0.0), value)
            elif kind == "answer":
                answers[name] = max(answers.get(name, 0.0), value / SAME_ANSWER * SAID)
            elif kind == "goal" and value >= SAME_GOAL:
                goal = True
    best = sorted((key for key, value in facts.items() if value >= SAID), key=lambda key: (-facts[key], key))
    tables = lexicon(language.code)
    open_kinds = {each.key: each.kind for each in content.objections if each.key in state.open}
    return Understood(
        acts=heard.acts, facts=tuple(best), answers=answers, asks_goal=goal, questions=len(asking), words=heard.words,
        digest=heard.digest, scores=scores,
        substance={key: round(substance(text, kind, tables), 2) for key, kind in open_kinds.items()},
    )  # fmt: skip


def _by_words(
    content: CaseContent, language: Language, state: State, pieces: Sequence[str], asking: Sequence[str], text: str
) -> tuple[dict[str, float], dict[str, float], bool, dict[str, float]]:
    """Facts asked for, objections answered and whether the goal is asked for, by words and phrases; 0 to 1."""
    facts: dict[str, float] = {}
    for fact in content.facts:
        best = max(
            (_likeness(question, piece, language.code) for question in fact.asked for piece in asking), default=0.0
        )
        facts[fact.key] = best
    answers = {
        objection.key: max(
            (_likeness(good, piece, language.code) for good in objection.answers for piece in (*pieces, text)),
            default=0.0,
        )
        for objection in content.objections
        if objection.key in state.open
    }
    asked = max((_likeness(each, piece, language.code) for each in content.goal.asked for piece in pieces), default=0.0)
    group = language.goals.get(content.goal.reached)
    goal = asked >= SAID or bool(group and any(group.found(piece) for piece in asking))
    scores = {f"fact:{key}": value for key, value in facts.items() if value >= HINTED}
    scores |= {f"answer:{key}": value for key, value in answers.items() if value >= HINTED}
    return facts, answers, goal, scores | ({"goal": asked} if asked >= HINTED else {})


def _undecided(
    content: CaseContent,
    state: State,
    pieces: Sequence[str],
    asking: Sequence[str],
    facts: Mapping[str, float],
    answers: Mapping[str, float],
    goal: bool,
) -> str:
    """The part of the turn whose meaning is to be compared; empty where words settled it. Meaning takes time."""
    if max((*facts.values(), *answers.values()), default=0.0) >= SAID or goal:
        return ""
    wanted = asking or (pieces if state.open else ())
    whole = " ".join(piece for piece in wanted if len(words(piece)) >= LONG_ENOUGH)
    return whole[-COMPARED_CHARACTERS:] if asking else whole[:COMPARED_CHARACTERS]


def _by_meaning(
    content: CaseContent, language: Language, state: State, text: str, meaning: Meaning
) -> dict[str, float]:
    named = candidates(content, state)
    near = meaning(text, [candidate for _, candidate in named], language.background)
    found: dict[str, float] = {}
    for (name, _), value in zip(named, near, strict=True):
        found[name] = max(found.get(name, 0.0), float(value))
    return found


def candidates(content: CaseContent, state: State | None = None) -> list[tuple[str, str]]:
    """What an agent's words may be near to, as (name, text); of objections only those open in `state`."""
    named = [(f"fact:{fact.key}", asked) for fact in content.facts for asked in fact.asked]
    for objection in content.objections:
        if state is None or objection.key in state.open:
            named += [(f"answer:{objection.key}", answer) for answer in objection.answers]
    return [*named, *(("goal", asked) for asked in content.goal.asked)]


def is_question(piece: str, language: Language) -> bool:
    """By its mark, or by the words it begins with or asks by."""
    if "?" in piece:
        return True
    tables = lexicon(language.code)
    if any(language.acts[name].found(piece) for name in ("open_question", "ask_name", "ask_role", "ask_company")):
        return True
    folded = fold(piece)
    for name in ("questions.opening", "questions.closed_opening"):
        pattern = tables.group(name).pattern
        if pattern and pattern.match(folded):
            return True
    return tables.group("questions.indirect").found(piece)


@lru_cache(maxsize=16_384)
def _marks_of(text: str, code: str) -> tuple[str, ...]:
    language = language_of(code)
    return marks(text, code, language.stop, language.concepts)


def _likeness(candidate: str, piece: str, code: str) -> float:
    wanted = _marks_of(candidate, code)
    return coverage(wanted, _marks_of(piece, code)) if len(set(wanted)) > 1 else _whole(candidate, piece)


def _whole(candidate: str, piece: str) -> float:
    """A candidate of one telling word is meant only where it stands as it is."""
    return 1.0 if " ".join(words(candidate)) in " ".join(words(piece)) else 0.0


def _vocabulary(content: CaseContent, code: str) -> frozenset[str]:
    texts = (
        content.scenario, content.goal.text, *(each for fact in content.facts for each in (fact.text, *fact.asked)),
        *(each for objection in content.objections for each in (*objection.lines, *objection.answers)),
    )  # fmt: skip
    return frozenset(mark for text in texts for mark in _marks_of(text, code))
