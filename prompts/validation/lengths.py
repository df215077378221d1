"""How long an answer is: `length: {min_words, max_words, min_characters, max_characters}`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from prompts.validation.types import Answer, AnswerProblem

_WORD = re.compile(r"\w+(?:['’-]\w+)*")


def find_wrong_length(answer: Answer, checks: Mapping[str, Any]) -> Iterator[AnswerProblem]:
    """Of all texts of the answer together; the keys of JSON do not count."""
    limits = checks.get("length") or {}
    if not limits:
        return
    whole = "\n".join(answer.texts.values())
    for unit, count in (("words", len(_WORD.findall(whole))), ("characters", len(whole.strip()))):
        least, most = limits.get(f"min_{unit}"), limits.get(f"max_{unit}")
        if least is not None and count < least:
            yield AnswerProblem("length", f"The answer has {count} {unit}; it must have at least {least}.")
        if most is not None and count > most:
            yield AnswerProblem("length", f"The answer has {count} {unit}; it may have at most {most}.")
