"""What recordings knows of language, lent to the checks of a model's answers: personal data, and numbers in words."""

from collections.abc import Iterator

from prompts.validation.numbers import register_number_reader
from prompts.validation.personal_data import Found, register_detector
from recordings.language.lexicon import lexicon
from recordings.language.numerals import spoken_numbers
from recordings.language.personal_data.detect import find_personal_data
from recordings.language.types import LANGUAGES, Line

# Names and addresses are what answers are about.
KINDS = ("card", "bank_account", "national_id", "password", "birth_date", "phone", "email")


def register_checks() -> None:
    """Called once, when the app is ready."""
    register_detector(personal_data_in)
    register_number_reader(numbers_in)


def personal_data_in(text: str, language: str) -> Iterator[Found]:
    """What of KINDS stands in `text`, by the detectors that mask transcripts."""
    known = language[:2] if language[:2] in LANGUAGES else "en"
    for data in find_personal_data([Line(0, "", 0.0, 0.0, text)], known, kinds=KINDS):
        for span in data.spans:
            yield Found(data.kind, span.start, span.end)


def numbers_in(text: str) -> Iterator[float]:
    """Cardinal numbers that `text` states in words, in any of our languages."""
    for language in LANGUAGES:
        for number in spoken_numbers(text, lexicon(language)):
            yield number.value
