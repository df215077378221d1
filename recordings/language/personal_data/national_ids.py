"""National ids, tax and insurance numbers, passports: by shape and check digit, and by the words that announce them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from recordings.language.personal_data.countries import IdNumber, id_numbers
from recordings.language.personal_data.scene import Scene, Sign, cover, distance, nearest_cue, sign_runs, signs_at
from recordings.language.personal_data.types import PersonalData
from recordings.language.types import Span

_FEWEST_ANNOUNCED = 6
_MOST = 20
_FAR = 20  # characters between a cue and its number


def find_national_ids(scene: Scene, countries: Collection[str]) -> Iterator[PersonalData]:
    """Announced numbers of the right shape, or of any shape when nothing fits; others when their check digit holds."""
    kinds = id_numbers(frozenset(countries))
    yield from _by_writing(scene, kinds)
    spoken_of = scene.phrase_cues(tuple(cue for kind in kinds for cue in kind.cues))
    announced = [kind for kind in kinds if spoken_of and scene.phrase_cues(kind.cues)]
    for run in sign_runs(scene.signs, words_between=2):
        if not any(sign.text.isdigit() for sign in run):
            continue
        if found := _announced(scene, run, announced):
            yield found
            continue
        for part in sign_runs(run, words_between=0):
            if found := _alone(part, kinds):
                yield found


def _announced(scene: Scene, run: Sequence[Sign], kinds: Sequence[IdNumber]) -> PersonalData | None:
    """The kind whose cue is nearest and whose shape fits; a right check digit decides between equals."""
    first = next(sign for sign in run if sign.text.isdigit())
    options = []
    for kind in kinds:
        cue = nearest_cue(scene.phrase_cues(kind.cues), first.line, _last_start(run, first.line))
        if cue is None:
            continue
        after = [sign for sign in run if (sign.line, sign.start) >= (cue.line, cue.end)]
        if not any(sign.text.isdigit() for sign in after):
            continue
        text = "".join(sign.text for sign in after)
        fit = kind.shape.search(text) or next((m for p in kind.pieces if (m := p.match(text))), None)
        holds = bool(fit) and kind.holds(fit.group())  # type: ignore[union-attr]
        rank = (holds, fit is not None, -distance(cue, after[0].line, after[0].start))
        options.append((rank, kind, after, fit))
    if not options:
        return None
    (holds, fits, nearness), kind, after, fit = max(options, key=lambda option: option[0])
    if fit is not None and fits:
        signs = signs_at(after, fit.start(), fit.end())
        return PersonalData("national_id", kind.part, cover(signs), _certainty(holds, -nearness), holds, kind.country)
    signs = list(after)[:_MOST]
    digits = sum(len(sign.text) for sign in signs if sign.text.isdigit())
    if _FEWEST_ANNOUNCED <= digits <= _MOST and not any(sign.gap for sign in signs[1:]):
        return PersonalData("national_id", kind.part, cover(signs), 0.6, False, kind.country)
    return None


def _certainty(holds: bool, away: int) -> float:
    """A right check digit is sure; without one, words of the same line that are far away may mean something else."""
    if holds:
        return 0.97
    return 0.7 if _FAR < away < 1000 else 0.85


def _last_start(run: Sequence[Sign], line: int) -> int:
    return max(sign.start for sign in run if sign.line == line)


def _alone(run: Sequence[Sign], kinds: Sequence[IdNumber]) -> PersonalData | None:
    text = "".join(sign.text for sign in run)
    for kind in kinds:
        if kind.alone and kind.shape.fullmatch(text) and (kind.holds(text) or not kind.checks):
            return PersonalData("national_id", kind.part, cover(run), 0.8, bool(kind.checks), kind.country)
    return None


def _by_writing(scene: Scene, kinds: Sequence[IdNumber]) -> Iterator[PersonalData]:
    """Numbers that are written as only such numbers are: 123-45-6789."""
    for kind in kinds:
        for line in scene.lines if kind.written else ():
            for found in kind.written.finditer(line.text):  # type: ignore[union-attr]
                span = Span(line.position, found.start(), found.end())
                yield PersonalData("national_id", kind.part, (span,), 0.85, False, kind.country)
