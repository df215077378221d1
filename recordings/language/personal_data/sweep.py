"""The last look: no run of 13 to 19 digits whose check digit holds stays readable, whatever was said around it.

Card numbers are what the formula was made for; one run in ten holds by chance, and is masked as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from recordings.language.personal_data.scene import Scene, cover
from recordings.language.personal_data.types import PersonalData
from recordings.language.spoken_digits import Digits, luhn_holds, runs_of, without_echo
from recordings.language.types import Span

SHORTEST, LONGEST = 13, 19
_WRITTEN = re.compile(r"\d(?:[\s.,:;/()\\|_\-–—]{0,3}\d){12,}")


def sweep(scene: Scene, masked: Collection[tuple[int, int]]) -> Iterator[PersonalData]:
    """Runs of digits that may be a card number. `masked` are (line, character) places that are masked already."""
    for run in runs_of([t for t in scene.digits if (t.line, t.start) not in masked], words_between=0):
        for version in (run, without_echo(run)):
            window = _luhn_window(version)
            if window:
                yield PersonalData("card", "number", cover(window), 0.6, True)
                break


def _luhn_window(run: Sequence[Digits]) -> Sequence[Digits]:
    """From the first to the last token that have a part in any window that holds; empty when there is none."""
    places = list(windows_that_hold([token.digits for token in run]))
    if not places:
        return []
    return run[min(first for first, _ in places) : max(last for _, last in places) + 1]


def windows_that_hold(groups: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Stretches of whole groups, as (first, last), that are 13 to 19 digits long and whose check digit holds.

    A group is what is written without a space or spoken as one number. Inside a group longer than a card number can
    be every stretch counts. One digit over and over is no number.
    """
    for first in range(len(groups)):
        if len(groups[first]) > LONGEST and _holds_inside(groups[first]):
            yield first, first
        digits = ""
        for last in range(first, len(groups)):
            digits += groups[last]
            if len(digits) > LONGEST:
                break
            if len(digits) >= SHORTEST and luhn_holds(digits) and len(set(digits)) > 1:
                yield first, last


def _holds_inside(digits: str) -> bool:
    return any(
        luhn_holds(digits[start : start + length]) and len(set(digits[start : start + length])) > 1
        for length in range(SHORTEST, LONGEST + 1)
        for start in range(len(digits) - length + 1)
    )


def sweep_text(text: str) -> list[Span]:
    """The same for a text that was written, such as a note: whole runs of digits and what stands between them."""
    return [
        Span(0, found.start(), found.end())
        for found in _WRITTEN.finditer(text)
        if any(True for _ in windows_that_hold(re.findall(r"\d+", found.group())))
    ]
