"""What cannot be judged, and why: told clearly, and never passed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from recordings.language.identification import identify_language
from recordings.language.text import word_count
from recordings.language.types import LANGUAGES
from testcases.content.document import CaseContent
from testcases.judging.rules.transcript import Transcript

LONGEST_SECONDS = 2 * 3_600.0
FURTHEST_SECONDS = 360_000_000.0  # a time beyond it is no time, and is told as it
MOST_LINES = 3_000
MOST_WORDS = 25_000
# So many words of one language are told from another's; fewer may be names and numbers.
LEAST_WORDS_TO_TELL = 12
SURE_OF_LANGUAGE = 0.9
LEAST_AGENT_WORDS = 3


@dataclass(frozen=True, slots=True)
class SubjectProblem:
    """`code`: empty, too_long, language_not_supported, other_language, no_roles, no_agent, no_customer, no_criteria."""

    code: str
    message: str


def problem_of(transcript: Transcript, content: CaseContent, language: str = "") -> SubjectProblem | None:
    """Why `transcript` cannot be judged by `content`; None when it can. `language`: what it is known to be in."""
    return (
        _empty(transcript, content) or _too_long(transcript) or _language(transcript, content, language)
        or _speakers(transcript)
    )  # fmt: skip


def _empty(transcript: Transcript, content: CaseContent) -> SubjectProblem | None:
    if not any(word_count(line.text) for line in transcript.lines):
        return SubjectProblem("empty", _("The transcript is empty: nothing was said that could be judged."))
    if not content.criteria:
        return SubjectProblem("no_criteria", _("The case has no criteria. Add some and run it again."))
    return None


def _too_long(transcript: Transcript) -> SubjectProblem | None:
    words = sum(word_count(line.text) for line in transcript.lines)
    if transcript.length <= LONGEST_SECONDS and len(transcript.lines) <= MOST_LINES and words <= MOST_WORDS:
        return None
    sentence = _(
        "The transcript is too long: %(lines)d lines, %(words)d words, %(minutes)d minutes. Cases are judged over "
        "talks of at most two hours, %(most_lines)d lines and %(most_words)d words. Choose the part that matters."
    )
    values = {
        "lines": len(transcript.lines), "words": words, "minutes": round(min(transcript.length, FURTHEST_SECONDS) / 60),
        "most_lines": MOST_LINES, "most_words": MOST_WORDS,
    }  # fmt: skip
    return SubjectProblem("too_long", sentence % values)


def _language(transcript: Transcript, content: CaseContent, language: str) -> SubjectProblem | None:
    if content.language not in LANGUAGES:
        sentence = _("Cases in “%(language)s” cannot be judged. Choose English, Spanish or Russian.")
        return SubjectProblem("language_not_supported", sentence % {"language": content.language})
    sentence = _("The case is in “%(case)s” and the transcript in “%(found)s”. Choose a case in its language.")
    if language and language.split("-")[0] != content.language:
        return SubjectProblem("other_language", sentence % {"case": content.language, "found": language})
    for who in ("agent", "any"):
        text = " ".join(line.text for line in transcript.of_role(who))
        if word_count(text) < LEAST_WORDS_TO_TELL:
            continue
        guess = identify_language(text)
        if guess and guess.language != content.language and guess.confidence >= SURE_OF_LANGUAGE:
            return SubjectProblem("other_language", sentence % {"case": content.language, "found": guess.language})
    return None


def _speakers(transcript: Transcript) -> SubjectProblem | None:
    roles = {line.role for line in transcript.lines if word_count(line.text)}
    if roles <= {"unknown", ""}:
        message = _("It is not known who speaks. Begin each line with “Agent:” or “Customer:”.")
        return SubjectProblem("no_roles", message)
    if sum(word_count(line.text) for line in transcript.of_role("agent")) < LEAST_AGENT_WORDS:
        return SubjectProblem("no_agent", _("The agent says nothing in this transcript, so there is nothing to judge."))
    return None
