"""Criteria that are read out. Who has seen a result knows its sentences ("The agent asks what it costs today."), and
saying them is near in meaning to doing what they describe. Such a verdict waits for a person, and passes nobody."""

import re
from collections.abc import Mapping
from dataclasses import replace

from testcases.content.document import Criterion
from testcases.judging.rules.forms import gettext_noop
from testcases.judging.rules.transcript import Transcript
from testcases.judging.rules.types import Judged

ORDERS = gettext_noop("The talk is worded like orders to the judge, so a person decides.")
FEWEST_WORDS = 3
# How a sentence begins that describes somebody ("Asks about …", "The agent …"). Others may be meant to be said as they
# are ("Thank you for calling"), and are no recital.
_DESCRIBES: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"(the )?(agent|seller|salesperson|rep) |(?!thanks|this|does|always|unless|perhaps)[a-z]{3,}s "),
    "es": re.compile(r"(el |la )?(agente|vendedor|vendedora) |(?!hola|para|cada|sobre|este|esta)[a-zñ]{4,}[ae] "),
    "ru": re.compile(r"(агент|продавец|менеджер) |(?!привет|ответ|нет)[а-яё]{3,}(ет|ёт|ит|ется|ится) "),
}


def unless_recited(judged: Judged, criterion: Criterion, transcript: Transcript) -> Judged:
    """`judged`, or undecided where a line that it rests on is the criterion's own description."""
    if judged.verdict not in ("met", "partly") or not judged.evidence:
        return judged
    own = _plain(criterion.text)
    pattern = _DESCRIBES.get(transcript.language)
    if pattern is None or "?" in criterion.text or own.count(" ") + 1 < FEWEST_WORDS or not pattern.match(own):
        return judged
    if any(f" {own} " in f" {_plain(transcript.lines[each.line].text)} " for each in judged.evidence):
        return replace(judged, verdict="undecided", reason=ORDERS, values={}, evidence=(), confidence=0.0)
    return judged


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
