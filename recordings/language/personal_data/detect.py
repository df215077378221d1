"""All personal data in a call: each detector looks at the whole of it, and the surer find wins where two meet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from recordings.language.card_numbers import find_card_secrets
from recordings.language.personal_data.addresses import find_addresses
from recordings.language.personal_data.bank import find_bank_accounts
from recordings.language.personal_data.dates import find_birth_dates, find_expiry_dates
from recordings.language.personal_data.emails import find_emails
from recordings.language.personal_data.names import find_names
from recordings.language.personal_data.national_ids import find_national_ids
from recordings.language.personal_data.passwords import find_passwords
from recordings.language.personal_data.phones import find_phones
from recordings.language.personal_data.scene import Scene
from recordings.language.personal_data.sweep import sweep
from recordings.language.personal_data.types import KINDS, KnownPeople, PersonalData
from recordings.language.types import Line, Span

RULES_VERSION = "2026.11.1"
NOBODY = KnownPeople()
_SURE = {"card": 0.3, "bank_account": 0.2, "national_id": 0.1}


def find_personal_data(
    lines: Sequence[Line],
    language: str,
    *,
    kinds: Collection[str],
    known: KnownPeople = NOBODY,
    countries: Collection[str] = (),
) -> list[PersonalData]:
    """What of `kinds` is said in `lines`, in order of its first word. Lines are numbered 0, 1, 2 … by `position`.

    All kinds are looked for, whichever are wanted: a phone number that was not asked for is no id number either.
    With "card" among the `kinds` no run of 13 to 19 digits that passes the Luhn formula is left out, whatever it is.
    An empty `countries` looks for the id numbers of every country we know.
    """
    scene = Scene(lines, language, known)
    wanted = [data for data in _settled(scene, list(_all(scene, countries))) if data.kind in kinds]
    if "card" in kinds and scene.digits:
        masked = {(span.line, at) for data in wanted for span in data.spans for at in range(span.start, span.end)}
        wanted.extend(sweep(scene, masked))
    return sorted(wanted, key=lambda data: (data.spans[0].line, data.spans[0].start))


def _all(scene: Scene, countries: Collection[str]) -> Iterator[PersonalData]:
    if scene.digits:
        for secret in find_card_secrets(scene.lines, scene.language):
            yield PersonalData("card", secret.kind, secret.spans, secret.confidence, secret.verified)
        yield from find_expiry_dates(scene)
        yield from find_phones(scene)
        yield from find_bank_accounts(scene)
        yield from find_national_ids(scene, countries)
        yield from find_birth_dates(scene)
    yield from find_emails(scene)
    yield from find_addresses(scene)
    yield from find_passwords(scene)
    yield from find_names(scene)


def _settled(scene: Scene, found: list[PersonalData]) -> Iterator[PersonalData]:
    """Finds without those, or those parts, that lie where a surer one does."""
    found.sort(key=lambda data: (-_rank(data), KINDS.index(data.kind)))
    taken: dict[int, list[Span]] = {}
    for data in found:
        free = tuple(
            rest
            for span in data.spans
            for rest in _left_of(span, taken.get(span.line, ()))
            if _says_something(scene, rest)
        )
        if not free:
            continue
        for span in free:
            taken.setdefault(span.line, []).append(span)
        yield replace(data, spans=free)


def _rank(data: PersonalData) -> float:
    return data.confidence + (0.2 if data.verified else 0.0) + _SURE.get(data.kind, 0.0)


def _says_something(scene: Scene, span: Span) -> bool:
    return any(character.isalnum() for character in scene.lines[span.line].text[span.start : span.end])


def _left_of(span: Span, taken: Collection[Span]) -> list[Span]:
    """What surer finds leave of a span: the rest of an account stays masked when a part of it looks like a card."""
    rest = [span]
    for other in taken:
        rest = [
            Span(each.line, start, end)
            for each in rest
            for start, end in ((each.start, min(each.end, other.start)), (max(each.start, other.end), each.end))
            if start < end
        ]
    return rest
