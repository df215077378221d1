"""A model that declines, or speaks of itself, has not answered: `refusal: false` lets it pass."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from prompts.validation.texts import plain
from prompts.validation.types import Answer, AnswerProblem

# Refusals come first in an answer; the same words later may be what a customer said.
LOOKED_AT = 240
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:i'?m|i am|we are|we're) (?:really |very |so )?sorry,? but\b",
        r"\b(?:i|we) (?:can'?t|cannot|can not|am unable to|am not able to|won'?t|will not|must decline to) "
        r"(?:help|assist|comply|fulfil|answer|provide|do that|do this|generate|create|share|continue)",
        r"\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b",
        r"\bi'?m (?:just )?an? (?:ai|language model)\b",
        r"\blo siento,? pero\b",
        r"\bno (?:puedo|podemos) (?:ayudar|responder|proporcionar|cumplir|generar|hacer eso|continuar)",
        r"\bcomo (?:una? )?(?:modelo de lenguaje|ia|inteligencia artificial)\b",
        r"\b(?:извините|простите|к сожалению),? (?:но )?я не могу\b",
        r"\bя не (?:могу|в состоянии) (?:помочь|ответить|предоставить|выполнить|сделать|продолжить)",
        r"\bкак (?:языковая модель|ии|искусственный интеллект)\b",
    )
)


def find_refusal(answer: Answer, checks: Mapping[str, Any]) -> Iterator[AnswerProblem]:
    if checks.get("refusal") is False:
        return
    for place, text in answer.texts.items():
        start = plain(text[:LOOKED_AT])
        if any(pattern.search(start) for pattern in _PATTERNS):
            sentence = "The answer declines or speaks of the model itself. Answer what was asked from what was given."
            yield AnswerProblem("refusal", sentence, place)
            return
