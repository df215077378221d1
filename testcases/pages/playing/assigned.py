"""What somebody was given to practise or to read, as their page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from salesiq.people.models import Agent
from testcases.models import Assignment, CaseRun, SubjectKind, SuiteCase
from testcases.skills import name_of

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Step:
    """A case of an assignment, and whether it was passed since it was given."""

    case: UUID
    title: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Given:
    """An assignment that waits. `days` until it is due (negative: overdue, None: no day). `steps`: its cases."""

    row: Assignment
    title: str
    skill: str
    days: int | None
    steps: Sequence[Step] = field(default_factory=tuple)

    @property
    def next_step(self) -> Step | None:
        return next((step for step in self.steps if not step.passed), None)

    @property
    def passed(self) -> int:
        return sum(step.passed for step in self.steps)

    @property
    def is_overdue(self) -> bool:
        return self.days is not None and self.days < 0

    @property
    def is_soon(self) -> bool:
        return self.days is not None and 0 <= self.days <= 2

    @property
    def overdue_by(self) -> int:
        return -(self.days or 0)


def given_to(agent: Agent | None, most: int = MOST_SHOWN) -> list[Given]:
    """What waits for `agent`, what is due first first. Three queries, however many there are."""
    if agent is None:
        return []
    waiting = Assignment.objects.filter(agent=agent, done_at__isnull=True, cancelled_at__isnull=True)
    rows = list(
        waiting.select_related("training", "case", "suite", "assigned_by")
        .defer("training__material", "case__description", "suite__description")
        .order_by(F("due_on").asc(nulls_last=True), "created_at")[:most]
    )
    today = timezone.localdate()
    steps = _steps(agent, rows)
    return [
        Given(
            row=row,
            title=str(row),
            skill=name_of(row.skill) if row.skill else "",
            days=_days(row.due_on, today),
            steps=steps.get(row.pk, ()),
        )
        for row in rows
    ]


def _days(due: date | None, today: date) -> int | None:
    return (due - today).days if due else None


def _steps(agent: Agent, rows: Sequence[Assignment]) -> dict[UUID, list[Step]]:
    suites = {row.suite_id for row in rows if row.suite_id}
    members: dict[UUID, list[tuple[UUID, str]]] = {}
    for member in SuiteCase.objects.filter(suite__in=suites).select_related("case").order_by("position", "pk"):
        members.setdefault(member.suite_id, []).append((member.case_id, member.case.title))
    cases = {row.pk: members.get(row.suite_id, []) for row in rows if row.suite_id}
    cases |= {row.pk: [(row.case.pk, row.case.title)] for row in rows if row.case}
    wanted = {case for listed in cases.values() for case, _title in listed}
    passed = CaseRun.objects.filter(
        agent=agent, kind=SubjectKind.SESSION, is_trial=False, passed=True, version__case__in=wanted
    ).values_list("version__case", "happened_at")
    since: dict[UUID, list[object]] = {}
    for case, moment in passed:
        since.setdefault(case, []).append(moment)
    given_at = {row.pk: row.created_at for row in rows}
    return {
        key: [Step(case, title, any(at >= given_at[key] for at in since.get(case, ()))) for case, title in listed]  # type: ignore[operator]
        for key, listed in cases.items()
    }
