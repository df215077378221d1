"""All personal data in a call."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from recordings.language.card_numbers import find_card_secrets
from recordings.language.personal_data.types import KnownPeople, PersonalData
from recordings.language.types import Line

NOBODY = KnownPeople()


def find_personal_data(
    lines: Sequence[Line],
    language: str,
    *,
    kinds: Collection[str],
    known: KnownPeople = NOBODY,
    countries: Collection[str] = (),
) -> list[PersonalData]:
    """What of `kinds` is said in `lines`, in order of its first word; spans of different finds may touch.

    Lines are numbered by `position`. An empty `countries` looks for the id numbers of every country we know.
    """
    found: list[PersonalData] = []
    if "card" in kinds:
        found += [
            PersonalData("card", secret.kind, secret.spans, secret.confidence, secret.verified)
            for secret in find_card_secrets(lines, language)
        ]
    return sorted(found, key=lambda data: (data.spans[0].line, data.spans[0].start))
