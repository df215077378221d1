"""What an answer must not claim: `forbidden: ["guaranteed", {"pattern": "risk[- ]free", "why": "…"}]`."""

from collections.abc import Iterator, Mapping
from typing import Any

import regex

from prompts.validation.texts import plain
from prompts.validation.types import Answer, AnswerProblem

# A pattern of a user that backtracks for ever is stopped.
PATTERN_SECONDS = 0.5


def find_forbidden(answer: Answer, checks: Mapping[str, Any]) -> Iterator[AnswerProblem]:
    """Phrases match as whole words in any case; patterns are regular expressions without case."""
    for rule in checks.get("forbidden") or ():
        phrase, pattern, why = _rule(rule)
        for place, text in answer.texts.items():
            found = _search(pattern, text if rule_is_pattern(rule) else plain(text))
            if found is None:
                continue
            reason = f" {why}" if why else " Say it otherwise or leave it out."
            yield AnswerProblem("forbidden", f"“{found or phrase}” must not be said.{reason}", place)
            break


def rule_is_pattern(rule: Any) -> bool:
    return isinstance(rule, Mapping) and "pattern" in rule


def _rule(rule: Any) -> tuple[str, str, str]:
    """(what is forbidden, as a pattern, why)."""
    if rule_is_pattern(rule):
        return str(rule["pattern"]), str(rule["pattern"]), str(rule.get("why", ""))
    phrase = str(rule["phrase"]) if isinstance(rule, Mapping) else str(rule)
    words = r"\s+".join(regex.escape(word) for word in plain(phrase).split())
    return phrase, rf"(?<!\w){words}(?!\w)", str(rule.get("why", "")) if isinstance(rule, Mapping) else ""


def _search(pattern: str, text: str) -> str | None:
    """What was found; None where nothing was, "" where the pattern took too long to tell."""
    try:
        match = regex.search(pattern, text, flags=regex.IGNORECASE, timeout=PATTERN_SECONDS)
    except TimeoutError:
        return ""
    except regex.error:
        return None
    return match.group() if match else None
