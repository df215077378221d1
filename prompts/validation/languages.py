"""Whether an answer is in the language it should be in: `language: es`, false for any (py3langid, https://pypi.org/project/py3langid/)."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from prompts.validation.quotes import without_quotes
from prompts.validation.texts import is_below
from prompts.validation.types import Answer, AnswerProblem

# Below this the guess is often wrong, and names or codes are no language at all.
FEWEST_LETTERS = 40
FEWEST_WORDS = 6
SURE = 0.9
NAMES = {"en": "English", "es": "Spanish", "ru": "Russian"}


def find_wrong_language(answer: Answer, checks: Mapping[str, Any], language: str) -> Iterator[AnswerProblem]:
    """Short answers are not judged; what is quoted from a call may be in the language of the call."""
    if checks.get("language") is False:
        return
    wanted = str(checks.get("language") or language).casefold()[:2]
    if not wanted:
        return
    quotes = checks.get("quotes")
    fields = quotes.get("fields", ()) if isinstance(quotes, Mapping) else ()
    own = [text for place, text in answer.texts.items() if not any(is_below(place, each) for each in fields)]
    prose = " ".join(without_quotes(text) for text in own if len(text.split()) > 2)
    if len(prose.split()) < FEWEST_WORDS or sum(letter.isalpha() for letter in prose) < FEWEST_LETTERS:
        return
    found, probability = _identifier().classify(prose)
    if found != wanted and probability >= SURE:
        told = NAMES.get(wanted, wanted)
        yield AnswerProblem("language", f"The answer is not in {told}. Write all of it in {told}.")


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
