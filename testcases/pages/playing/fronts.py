"""Cases from the outside: what somebody may know who is going to play them. Never criteria, facts or objections."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from recordings.pages.labels import LANGUAGES
from testcases.models import Difficulty, TestCase
from testcases.pages.playing.player import Player
from testcases.selectors import playable_cases
from testcases.skills import name_of

LEVELS: dict[str, int] = {Difficulty.BEGINNER: 1, Difficulty.INTERMEDIATE: 2, Difficulty.ADVANCED: 3}
# What a card has no use for, and what nobody is told beforehand.
INSIDE = ("description", "current__content", "current__why", "current__content_hash")


@dataclass(frozen=True, slots=True)
class Record:
    """What somebody reached in a case: `best` 0 to 100 or None, `played` judged sessions."""

    played: int = 0
    passed: bool = False
    best: float | None = None


@dataclass(frozen=True, slots=True)
class Front:
    """A case as it stands on a card. `level` is 1 to 3; `minutes` of None: no time limit."""

    pk: UUID
    title: str
    kind: str
    difficulty: str
    level: int
    language: str
    language_name: str
    scenario: str
    skills: tuple[str, ...]
    skill_names: tuple[str, ...]
    minutes: int | None
    record: Record


def playable(player: Player) -> QuerySet[TestCase]:
    """Cases that they may play."""
    return playable_cases(player.user, player.agent)


def records_of(player: Player, cases: Iterable[UUID]) -> dict[UUID, Record]:
    """What they reached in each of `cases`, over all versions; those not played are not in it."""
    rows = (
        player.runs()
        .filter(version__case__in=list(cases))
        .order_by()
        .values("version__case")
        .annotate(played=Count("pk"), passes=Count("pk", filter=Q(passed=True)), best=Max("score"))
    )
    return {row["version__case"]: Record(row["played"], bool(row["passes"]), row["best"]) for row in rows}


def outside(cases: QuerySet[TestCase]) -> QuerySet[TestCase]:
    """`cases` with the two things of the document that stand on the outside, and without the rest of it."""
    told = {f"told_{name}": KeyTextTransform(name, "current__content") for name in ("scenario", "time_limit")}
    return cases.select_related("current").defer(*INSIDE).annotate(**told)


def fronts(cases: Sequence[Any], records: Mapping[UUID, Record]) -> list[Front]:
    """Of rows of `outside`."""
    return [front(case, records.get(case.pk, Record())) for case in cases]


def front(case: Any, record: Record) -> Front:
    return Front(
        pk=case.pk,
        title=case.title,
        kind=case.get_test_type_display(),
        difficulty=case.get_difficulty_level_display(),
        level=LEVELS.get(case.difficulty_level, 1),
        language=case.language,
        language_name=str(LANGUAGES.get(case.language, case.language)),
        scenario=case.told_scenario or "",
        skills=tuple(case.skills),
        skill_names=tuple(name_of(skill) for skill in case.skills),
        minutes=whole_minutes(case.told_time_limit),
        record=record,
    )


def whole_minutes(seconds: Any) -> int | None:
    """A time limit in minutes, rounded up; None where there is none."""
    try:
        limit = float(seconds or 0)
    except (TypeError, ValueError):
        return None
    return max(1, -(-int(limit) // 60)) if limit > 0 else None
