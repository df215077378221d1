"""Which column is which field: by its name in three languages, and only where its values can be that field's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from integrations.crm.importing.fields import CUSTOM, ENTERED, FIELDS, Field
from integrations.crm.importing.names import custom_key, stage_entered, synonyms, variants
from integrations.crm.importing.profiles import Profile, fits, told_by_values
from integrations.crm.models import RecordKind

LEAST_LIKENESS = 88
"""Of names, 0 to 100 (rapidfuzz token_sort_ratio): a typing error or an ending, not another word."""
_SHORTEST_FUZZY = 6
_PER_PLACE = 0.002


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    column: str
    field: str


def guess_mapping(kind: str, profiles: Sequence[Profile], fixed: dict[str, str] | None = None) -> dict[str, str]:
    """{column: field, "entered:stage" or "custom:key"}, no field twice. `fixed` columns stay as they are."""
    mapping = dict(fixed or {})
    taken = {goal for goal in mapping.values() if goal and not goal.startswith((CUSTOM, ENTERED))}
    free = [profile for profile in profiles if profile.name not in mapping]
    for candidate in sorted(_candidates(kind, free), key=lambda one: -one.score):
        if candidate.column not in mapping and candidate.field not in taken:
            mapping[candidate.column] = candidate.field
            taken.add(candidate.field)
    _by_values(kind, free, mapping, taken)
    keys = {goal.removeprefix(CUSTOM) for goal in mapping.values() if goal.startswith(CUSTOM)}
    for profile in free:
        if profile.name not in mapping:
            key = custom_key(profile.name, keys)
            keys.add(key)
            mapping[profile.name] = CUSTOM + key
    return {profile.name: mapping[profile.name] for profile in profiles}


def _candidates(kind: str, profiles: Sequence[Profile]) -> Iterator[_Candidate]:
    for profile in profiles:
        if kind == RecordKind.DEALS and (stage := stage_entered(profile.name)) and profile.share("day") >= 0.5:
            yield _Candidate(2, profile.name, ENTERED + stage)
            continue
        names = variants(kind, profile.name)
        for field in FIELDS[kind]:
            score = _likeness(kind, field, names)
            if score and fits(field, profile):
                # Of two columns of one meaning the one that is filled in is meant.
                yield _Candidate(score if profile.filled else score * 0.5, profile.name, field.name)


def _likeness(kind: str, field: Field, names: list[str]) -> float:
    known = synonyms(kind, field.name)
    for less, name in enumerate(names):
        if name in known:
            return 1 - _PER_PLACE * known.index(name) - 0.04 * min(less, 1)
    found = process.extractOne(names[-1], known, scorer=fuzz.token_sort_ratio, score_cutoff=LEAST_LIKENESS)
    if found is None or len(names[-1]) < _SHORTEST_FUZZY:
        return 0
    return 0.8 * found[1] / 100


def _by_values(kind: str, profiles: Sequence[Profile], mapping: dict[str, str], taken: set[str]) -> None:
    """Columns whose names say nothing: an e-mail address is one, and the only day of a file is its day."""
    for field in FIELDS[kind]:
        if field.name in taken:
            continue
        fitting = [one.name for one in profiles if one.name not in mapping and told_by_values(field, one)]
        if len(fitting) == 1:
            mapping[fitting[0]] = field.name
            taken.add(field.name)
