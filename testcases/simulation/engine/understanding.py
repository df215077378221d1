"""What the customer makes of the agent's words: acts by phrases, questions and answers by words and by meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from recordings.language.lexicon import lexicon
from recordings.language.objections import substance
from recordings.language.text import fold, sentences, words
from testcases.content.document import CaseContent
from testcases.simulation.engine.likeness import likeness
from testcases.simulation.engine.meaning import Meaning
from testcases.simulation.engine.state import TRUSTED, State
from testcases.simulation.engine.texts import Language, language_of
from testcases.simulation.engine.trouble import LONG_ENOUGH, trouble_of

# Shares of a question's or answer's words (words.coverage) that settle it, and that are worth a note in the trace.
SAID, HINTED = 0.62, 0.3
# Nearness in meaning (meaning.Meaning) that counts as the same question or answer; a question must also be nearer to
# what it asks for than to anything else. Chosen on tests/testcases/simulation/talks, which no library case is part of.
SAME_QUESTION, CLEARLY, SAME_ANSWER, SAME_GOAL = 0.43, 0.08, 0.42, 0.55
# To say again what was told, or to refuse what was not meant, is worse than not to know.
ASKED_AGAIN, ASKED_SECRET = 0.6, 0.5
COMPARED_CHARACTERS = 110
# Questions that are understood by their phrases alone.
_PLAIN = ("permission", "smalltalk", "ask_name", "ask_role", "ask_company", "check", "ask_again", "ask_more")


@dataclass(frozen=True, slots=True)
class Understood:
    """`trouble`: silence, abuse, instruct, other_language, unclear, repeat, or empty. `facts` are asked for,
    in their order; `answers` how well open objections are answered, 0 to 1; `substance` as in language.objections.
    `closing` is what else is asked for: next_step, purchase or agreement where that is not the goal."""

    trouble: str = ""
    acts: frozenset[str] = frozenset()
    facts: tuple[str, ...] = ()
    answers: Mapping[str, float] = field(default_factory=dict)
    substance: Mapping[str, float] = field(default_factory=dict)
    asks_goal: bool = False
    closing: str = ""
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
            "closing": self.closing,
            "questions": self.questions,
            "words": self.words,
            "scores": {key: round(value, 2) for key, value in sorted(self.scores.items())},
        }


def understand(content: CaseContent, state: State, text: str, meaning: Meaning) -> Understood:
    """What `text` does to this customer in this state."""
    language = language_of(content.language)
    said = words(text)
    digest = _digest(state, said)
    acts = frozenset(name for name, group in language.acts.items() if group.found(text))
    plain = Understood(acts=acts, words=len(said), digest=digest)
    trouble = trouble_of(content, language, state, text, acts=acts, digest=digest)
    if trouble:
        return Understood(trouble=trouble, acts=acts, words=len(said), digest=digest)
    return _read(content, language, state, text, plain, meaning)


def _digest(state: State, said: Sequence[str]) -> str:
    """Of the words and where the talk stands: to ask again once something was settled is no repetition."""
    standing = f"{len(state.eased)} {state.trust >= TRUSTED} {' '.join(said)}"
    return sha256(standing.encode()).hexdigest()[:12]


def _read(
    content: CaseContent, language: Language, state: State, text: str, heard: Understood, meaning: Meaning
) -> Understood:
    reading = _Reading(content, language, state, [sentence.text for sentence in sentences(text)])
    reading.by_words(heard.acts)
    if undecided := reading.undecided():
        near = _by_meaning(content, language, state, undecided, meaning)
        reading.by_meaning(near, is_question(undecided, language))
    tables = lexicon(language.code)
    told = " ".join(reading.answering)
    kinds = {each.key: each.kind for each in content.objections if each.key in state.open}
    return Understood(
        acts=heard.acts, facts=tuple(dict.fromkeys(reading.asked.values())), answers=reading.answers,
        asks_goal=reading.goal, closing=reading.closing, questions=len(reading.asking), words=heard.words,
        digest=heard.digest, scores=reading.scores,
        substance={key: round(substance(told, kind, tables), 2) if told else 0.0 for key, kind in kinds.items()},
    )  # fmt: skip


class _Reading:
    """The sentences of a turn, each taken for what it is nearest to."""

    def __init__(self, content: CaseContent, language: Language, state: State, pieces: list[str]) -> None:
        self.content, self.language, self.state, self.pieces = content, language, state, pieces
        self.asking = [piece for piece in pieces if is_question(piece, language)]
        self.asked: dict[str, str] = {}  # question -> fact
        self.answers: dict[str, float] = {}
        self.goal, self.closing = False, ""
        self.scores: dict[str, float] = {}

    @property
    def answering(self) -> list[str]:
        """Sentences that may answer something: not those that ask for a fact."""
        return [piece for piece in self.pieces if piece not in self.asked]

    def by_words(self, acts: frozenset[str]) -> None:
        code = self.language.code
        goal = max(
            (likeness(each, piece, code) for each in self.content.goal.asked for piece in self.pieces), default=0.0
        )
        for piece in self.asking:
            best, key = max(
                ((likeness(question, piece, code), fact.key) for fact in self.content.facts for question in fact.asked),
                default=(0.0, ""),
            )
            if best >= HINTED:
                self.scores[f"fact:{key}"] = max(best, self.scores.get(f"fact:{key}", 0.0))
            if best >= SAID and best > goal:
                self.asked[piece] = key
        self.goal = goal >= SAID
        if goal >= HINTED:
            self.scores["goal"] = goal
        self._close(acts)
        for objection in self.content.objections:
            if objection.key in self.state.open:
                self.answers[objection.key] = max(
                    (likeness(good, piece, code) for good in objection.answers
                     for piece in (*self.answering, " ".join(self.answering))),
                    default=0.0,
                )  # fmt: skip

    def _close(self, acts: frozenset[str]) -> None:
        """What is asked for by the usual phrases, once the talk has begun."""
        if not self.state.turn or self.goal:
            return
        for piece in self.asking:
            if piece in self.asked or any(self.language.acts[name].found(piece) for name in _PLAIN if name != "check"):
                continue
            for name, group in self.language.goals.items():
                if not group.found(piece):
                    continue
                if name == self.content.goal.reached:
                    self.goal = True
                elif name in ("next_step", "purchase", "agreement"):
                    self.closing = self.closing or name

    def undecided(self) -> str:
        """The part of the turn whose meaning is to be compared; empty where words settled it. Meaning takes time."""
        if self.asked or self.goal or max(self.answers.values(), default=0.0) >= SAID:
            return ""
        asking = [each for each in self.asking if not any(self.language.acts[name].found(each) for name in _PLAIN)]
        wanted = asking or (self.pieces if self.state.open else [])
        whole = " ".join(piece for piece in wanted if len(words(piece)) >= LONG_ENOUGH)
        return whole[-COMPARED_CHARACTERS:] if asking else whole[:COMPARED_CHARACTERS]

    def by_meaning(self, near: Mapping[str, float], asks: bool) -> None:
        self.scores |= {f"~{key}": value for key, value in near.items() if value >= HINTED}
        ranked = sorted(((value, key) for key, value in near.items()), reverse=True)
        if not ranked:
            return
        best, key = ranked[0]
        clear = best - (ranked[1][0] if len(ranked) > 1 else 0.0) >= CLEARLY
        kind, _, name = key.partition(":")
        secret = any(fact.key == name and fact.release == "trusted" for fact in self.content.facts)
        enough = ASKED_AGAIN if name in self.state.told else ASKED_SECRET if secret else SAME_QUESTION
        if asks and kind == "fact" and best >= enough and clear:
            self.asked[self.asking[-1]] = name
        elif asks and key == "goal" and best >= SAME_GOAL:
            self.goal = True
        for name, value in near.items():
            kind, _, objection = name.partition(":")
            if kind == "answer":
                self.answers[objection] = max(self.answers.get(objection, 0.0), value / SAME_ANSWER * SAID)


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


def sentences_to_compare(content: CaseContent) -> tuple[str, ...]:
    """All texts that `meaning` may be given beside the agent's words."""
    return (*(text for _, text in candidates(content)), *language_of(content.language).background)


def is_question(piece: str, language: Language) -> bool:
    """By its mark, or by the words it begins with or asks by."""
    if "?" in piece:
        return True
    if piece.rstrip().endswith((".", "!", "…")) and not language.acts["open_question"].found(piece):
        return False
    tables = lexicon(language.code)
    if any(language.acts[name].found(piece) for name in ("open_question", "ask_name", "ask_role", "ask_company")):
        return True
    folded = fold(piece)
    for name in ("questions.opening", "questions.closed_opening"):
        pattern = tables.group(name).pattern
        if pattern and pattern.match(folded):
            return True
    return tables.group("questions.indirect").found(piece)
