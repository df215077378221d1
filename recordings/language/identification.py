"""Which of the supported languages a text is written in: a check on what the recogniser heard."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from recordings.language.types import LANGUAGES, LanguageGuess


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def identify_language(text: str) -> LanguageGuess | None:
    """The likeliest of English, Spanish and Russian; None for a text without letters."""
    if not any(character.isalpha() for character in text):
        return None
    language, probability = _identifier().classify(text)
    return LanguageGuess(str(language), round(float(probability), 3))
