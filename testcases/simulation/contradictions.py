"""Whether what a model says for the customer holds: no number, secret, agreement or denial that was not decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recordings.language.identification import identify_language
from recordings.language.lexicon import lexicon
from recordings.language.text import fold, sentences, words
from testcases.content.document import CaseContent, Fact
from testcases.simulation.engine import Answer
from testcases.simulation.engine.texts import language_of
from testcases.simulation.engine.words import coverage, marks
from testcases.simulation.numbers import numbers_in

LONGEST_WORDS = 80
SAME_SENTENCE = 0.6
LANGUAGE_WORDS, LANGUAGE_SURE = 6, 0.98
_MACHINE = re.compile(
    r"\b(?:as an ai|language model|i(?:'m| am) an? (?:ai|assistant|bot)|how can i assist|modelo de lenguaje|"
    r"soy una? (?:ia|asistente)|языков\w* модел|я (?:ии|ассистент|бот)\b|system prompt|my instructions)"
)
_DENIES = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|cannot|don't|doesn't|didn't|haven't|hasn't|isn't|aren't|won't|can't|"
    r"nunca|jamas|nadie|nada|tampoco|ningun\w*|sin|не|нет|никогда|никто|ничего|ни)\b"
)
_SENTENCES = {
    "en": {
        "number": "the number {what} is not known to you.",
        "secret": "you told something that you keep to yourself.",
        "agreement": "you agreed, though you have not decided to.",
        "denial": "you denied what you told before: {what}",
        "machine": "you did not speak as the customer.",
        "language": "you spoke another language.",
        "length": "it was too long.",
        "empty": "you said nothing.",
    },
    "es": {
        "number": "el número {what} no lo conoces.",
        "secret": "has contado algo que te guardas.",
        "agreement": "has aceptado sin haberlo decidido.",
        "denial": "has negado lo que ya habías contado: {what}",
        "machine": "no has hablado como el cliente.",
        "language": "has hablado en otro idioma.",
        "length": "era demasiado largo.",
        "empty": "no has dicho nada.",
    },
    "ru": {
        "number": "число {what} тебе неизвестно.",
        "secret": "рассказано то, что ты держишь при себе.",
        "agreement": "ты соглашаешься, хотя ещё ничего не решено.",
        "denial": "ты отрицаешь то, что уже рассказано: {what}",
        "machine": "это сказано не от лица покупателя.",
        "language": "это сказано на другом языке.",
        "length": "это слишком длинно.",
        "empty": "ничего не сказано.",
    },
}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`code`: number, secret, agreement, denial, machine, language, length or empty; `what` is the piece meant."""

    code: str
    what: str = ""

    def told(self, language: str) -> str:
        return _SENTENCES.get(language, _SENTENCES["en"])[self.code].format(what=self.what)


def find_contradictions(text: str, *, content: CaseContent, answer: Answer, agent_said: str) -> list[Contradiction]:
    """Everything in `text` that the customer of `answer` cannot have said; empty where it holds.

    By rules, so that the same words are judged the same: numbers must be told facts', the persona's, the agent's or the
    decided line's; an agreement must be decided; a told fact must not be denied; a kept one not told.
    """
    found = [Contradiction(code) for code in _out_of_role(text, content)]
    decided = " ".join(answer.lines)
    told = [fact for fact in content.facts if fact.key in answer.state.told]
    known = numbers_in(_known_texts(content, told, decided, agent_said), content.language)
    found += [Contradiction("number", str(each)) for each in sorted(numbers_in([text], content.language) - known)]
    kept = [fact for fact in content.facts if fact.key not in answer.state.told]
    if any(_tells(text, fact, content, decided) for fact in kept):
        found.append(Contradiction("secret"))
    if answer.ended != "goal" and _agrees(text, content) and not _agrees(decided, content):
        found.append(Contradiction("agreement"))
    found += [Contradiction("denial", fact.text) for fact in told if _denies(text, fact, content)]
    return found


def _out_of_role(text: str, content: CaseContent) -> Iterable[str]:
    said = words(text)
    if not said:
        yield "empty"
        return
    if len(said) > LONGEST_WORDS:
        yield "length"
    if _MACHINE.search(fold(text)):
        yield "machine"
    guess = identify_language(text) if len(said) >= LANGUAGE_WORDS else None
    if guess and guess.language != content.language and guess.confidence >= LANGUAGE_SURE:
        yield "language"


def _known_texts(content: CaseContent, told: Sequence[Fact], decided: str, agent_said: str) -> list[str]:
    persona = content.persona
    own = [persona.name, persona.role, persona.company, persona.style]
    return [decided, agent_said, *own, *(text for fact in told for text in (fact.text, *fact.replies))]


def _agrees(text: str, content: CaseContent) -> bool:
    """Whether it says yes to what is sold: as the goal's own lines do, or by the words that commit a customer."""
    language = language_of(content.language)
    lines = (*content.goal.lines, *language.lines.get(f"goal_{content.goal.reached}", ()))
    pieces = [sentence.text for sentence in sentences(text) if not _DENIES.search(fold(sentence.text))]
    if any(_alike(line, piece, content.language) >= 0.85 for line in lines for piece in pieces):
        return True
    committing = lexicon(content.language).group("outcome.commit")
    return any("?" not in piece and committing.found(piece) for piece in pieces)


def _tells(text: str, fact: Fact, content: CaseContent, decided: str) -> bool:
    """Whether a sentence tells a fact that was not released, and that the decided line does not touch."""
    wordings = (fact.text, *fact.replies)
    if any(_alike(wording, decided, content.language) >= SAME_SENTENCE for wording in wordings):
        return False
    pieces = [sentence.text for sentence in sentences(text)]
    return any(_alike(wording, piece, content.language) >= 0.75 for wording in wordings for piece in pieces)


def _denies(text: str, fact: Fact, content: CaseContent) -> bool:
    """A sentence about what was told, with a denial where the fact has none."""
    if _DENIES.search(fold(fact.text)):
        return False
    return any(
        _DENIES.search(fold(piece.text)) and _alike(fact.text, piece.text, content.language) >= SAME_SENTENCE
        for piece in sentences(text)
        if not any(_DENIES.search(fold(reply)) for reply in fact.replies)
    )


def _alike(wanted: str, said: str, code: str) -> float:
    language = language_of(code)
    first = marks(wanted, code, language.stop, language.concepts)
    return coverage(first, marks(said, code, language.stop, language.concepts)) if len(set(first)) > 1 else 0.0
