"""A summary in the call's own words: a few sentences, each with the line it was taken from."""

from __future__ import annotations

from collections.abc import Sequence

from recordings.language.lexicon import lexicon
from recordings.language.text import Sentence, fold, sentences, word_count, words
from recordings.language.types import (
    Call,
    Entity,
    Intent,
    Objection,
    OutcomeProposal,
    Promise,
    SummarySentence,
)

_LONGEST = 6
_NEED_INTENTS = (
    "complaint",
    "cancellation",
    "support",
    "purchase",
    "product_information",
    "demo",
    "negotiation",
    "pricing",
)


def summarize(
    call: Call,
    intents: Sequence[Intent],
    objections: Sequence[Objection],
    promises: Sequence[Promise],
    entities: Sequence[Entity],
    outcome: OutcomeProposal,
) -> list[SummarySentence]:
    """Up to six sentences in the order of the call: need, price, objection and answer, promise, outcome.

    Each aspect contributes the sentence that says it best; a sentence is never used twice. A call in which
    nothing was recognised is summarised by its longest customer sentences.
    """
    chosen: dict[int, SummarySentence] = {}
    for about, line, hint in _aspects(intents, objections, promises, entities, outcome):
        if len(chosen) == _LONGEST:
            break
        if 0 <= line < len(call.lines) and line not in chosen:
            sentence = _best_sentence(call.lines[line].text, hint)
            if sentence and word_count(sentence.text) >= 3:
                chosen[line] = SummarySentence(sentence.text, line, about)
    for line in _longest_lines(call):
        if len(chosen) >= min(3, len(call.lines)):
            break
        if line not in chosen and (sentence := _best_sentence(call.lines[line].text, "")):
            chosen[line] = SummarySentence(sentence.text, line, "context")
    return [chosen[line] for line in sorted(chosen)]


def _aspects(
    intents: Sequence[Intent],
    objections: Sequence[Objection],
    promises: Sequence[Promise],
    entities: Sequence[Entity],
    outcome: OutcomeProposal,
) -> list[tuple[str, int, str]]:
    """(aspect, line, words to look for), the aspect that matters most first."""
    found: list[tuple[str, int, str]] = []
    needs = sorted(
        (intent for intent in intents if intent.kind in _NEED_INTENTS),
        key=lambda intent: (_NEED_INTENTS.index(intent.kind), -intent.confidence, intent.line),
    )
    found.extend(("need", intent.line, intent.quote) for intent in needs[:1])
    if outcome.lines:
        found.append(("outcome", outcome.lines[-1], ""))
    strongest = sorted(objections, key=lambda objection: -objection.confidence)[:2]
    for objection in strongest[:1]:
        found.append(("objection", objection.line, objection.quote))
        if objection.answer_line is not None:
            found.append(("answer", objection.answer_line, ""))
    dated = sorted(promises, key=lambda promise: (promise.due is None, -promise.line))
    found.extend(("promise", promise.line, promise.text) for promise in dated[:1])
    money = [entity for entity in entities if entity.kind == "money"]
    found.extend(("price", entity.line, entity.text) for entity in money[:1])
    found.extend(("objection", objection.line, objection.quote) for objection in strongest[1:])
    found.extend(("need", intent.line, intent.quote) for intent in needs[1:2])
    return found


def _best_sentence(text: str, hint: str) -> Sentence | None:
    """The sentence that holds the hint, else the one with the most different words."""
    pieces = sentences(text)
    holding = [piece for piece in pieces if hint and fold(hint) in fold(piece.text)]
    if holding:
        return holding[0]
    return max(pieces, key=lambda piece: len(set(words(piece.text))), default=None)


def _longest_lines(call: Call) -> list[int]:
    ask = lexicon(call.language).group("roles.agent")
    ranked = sorted(
        (line for line in call.lines if line.role != "agent" and not ask.found(line.text)),
        key=lambda line: -word_count(line.text),
    )
    return [line.position for line in ranked]
