"""Phone numbers, written or spoken, international or local, in one piece or over several turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import phonenumbers

from recordings.language.personal_data.scene import Cue, Scene, cover, distance, nearest_cue
from recordings.language.personal_data.types import PersonalData
from recordings.language.spoken_digits import Digits, runs_of, without_corrected, without_echo
from recordings.language.types import Span

# Where numbers without a country code are from, by the language of the call.
REGIONS = {
    "en": ("US", "GB", "CA", "AU", "IE"),
    "es": ("ES", "MX", "AR", "CO", "CL", "PE"),
    "ru": ("RU", "KZ", "BY", "UA"),
}
_LONGEST = 15  # ITU-T E.164, clause 6
_SHORTEST = 7
_SHORTEST_UNANNOUNCED = 9
_PLUS = re.compile(r"(?:\+|(?<!\w)(?:plus|mas|плюс))\W*$")
_TRUNK = re.compile(r"(?:\+\s*|(?<!\w)(?:plus|mas|плюс)\W+)?\(?\s*$")
_SEPARATED = re.compile(r"\d{3}[-.\s]\d{4}$")


def find_phones(scene: Scene) -> Iterator[PersonalData]:
    """Numbers of 7 to 15 digits that are valid where the language is spoken, or announced as phone numbers."""
    announced, other = scene.cues("personal.phone"), scene.cues("personal.not_phone")
    for run in runs_of(scene.digits, words_between=1):
        for part in _by_length(run):
            first = part[0]
            cue = nearest_cue(announced, first.line, first.start)
            against = nearest_cue(other, first.line, first.start, within=1)
            if against and not _spent(scene, against, first) and (cue is None or _further(cue, against, first)):
                continue
            confidence = _confidence(scene, part, cue is not None)
            if confidence:
                yield PersonalData("phone", "phone", _with_plus(scene, part), confidence)


def _further(cue: Cue, against: Cue, first: Digits) -> bool:
    return distance(cue, first.line, first.start) > distance(against, first.line, first.start)


def _spent(scene: Scene, against: Cue, first: Digits) -> bool:
    """Whether other digits stand between: "order 4417, and call 202 555 0143" orders no phone."""
    begin, end = (against.line, against.end), (first.line, first.start)
    return any(begin <= (token.line, token.start) < end for token in scene.digits)


def _by_length(run: Sequence[Digits]) -> Iterator[list[Digits]]:
    """The run as one number, or cut where a line or a comma makes two numbers of it."""
    plain = without_corrected(without_echo(run))
    if sum(len(token.digits) for token in plain) <= _LONGEST and not any(token.gap for token in run[1:]):
        yield list(run)
        return
    part: list[Digits] = []
    for token in run:
        if part and (token.line != part[-1].line or token.gap) and sum(len(t.digits) for t in part) >= _SHORTEST:
            yield part
            part = []
        part.append(token)
    yield part


def _confidence(scene: Scene, run: list[Digits], announced: bool) -> float:
    plain = "".join(token.digits for token in without_corrected(without_echo(run)))
    raw = "".join(token.digits for token in run)
    first = run[0]
    before = scene.folded[first.line][: first.start]
    for digits in dict.fromkeys((plain, raw)):
        if not _SHORTEST <= len(digits) <= _LONGEST:
            continue
        international = bool(_PLUS.search(before))
        if _valid(digits, scene.language, international):
            if announced or international:
                return 0.95
            if len(digits) >= _SHORTEST_UNANNOUNCED and _in_one_go(run) and not _is_list(scene, run):
                return 0.7
        elif announced and not _is_list(scene, run):
            return 0.75
    written = scene.lines[first.line].text[first.start : run[-1].end]
    return 0.6 if announced and _SEPARATED.fullmatch(written) else 0.0


def _in_one_go(run: Sequence[Digits]) -> bool:
    return run[0].line == run[-1].line and not any(token.gap for token in run[1:])


def _is_list(scene: Scene, run: Sequence[Digits]) -> bool:
    """Several numbers of three or more digits with commas between them ("120, 130 y 150") are figures, not a phone."""
    if len(run) < 3 or any(len(token.digits) < 3 for token in run) or run[0].line != run[-1].line:
        return False
    text = scene.lines[run[0].line].text
    return all("," in text[a.end : b.start] for a, b in pairwise(run))


@lru_cache(maxsize=4096)
def _valid(digits: str, language: str, international: bool) -> bool:
    if international:
        return _parses(f"+{digits}", None)
    regions = REGIONS.get(language, REGIONS["en"])
    return any(_parses(digits, region) for region in regions)


def _parses(text: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def _with_plus(scene: Scene, run: Sequence[Digits]) -> tuple[Span, ...]:
    first, *rest = cover(run)
    before = scene.folded[first.line][: first.start]
    sign = _TRUNK.search(before)
    start = sign.start() if sign else first.start
    return (Span(first.line, start, first.end), *rest)
