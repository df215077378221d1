"""Reading test cases: lists whose cost does not grow with their rows, and what agents may know."""

from django.db.models import Case, CharField, Exists, F, OuterRef, Prefetch, Q, QuerySet, When

from salesiq.common.ids import is_id
from salesiq.people.models import Agent, User
from salesiq.people.roles import Capability
from testcases.content.document import CaseContent
from testcases.content.reading import stored_content
from testcases.models import (
    Assignment,
    CaseVersion,
    PracticeSession,
    SessionStatus,
    SubjectKind,
    Suite,
    SuiteCase,
    TestCase,
    Verdict,
)

# What people did as a test. A real call may be judged by a case that it has little to do with.
PRACTISED = (SubjectKind.SESSION, SubjectKind.TRANSCRIPT)

# What a verdict is worth in figures; the others say nothing of a skill.
WORTH = {Verdict.MET: 1.0, Verdict.PARTLY: 0.5, Verdict.NOT_MET: 0.0}


def holding_verdict() -> Case:
    """Annotates results with the verdict that holds: a person's where there is one."""
    return Case(When(decided="", then=F("verdict")), default=F("decided"), output_field=CharField())


def list_cases(user: User) -> QuerySet[TestCase]:
    """The cases that `user` sees from the inside, each with its current version along."""
    return TestCase.objects.visible_to(user).select_related("current", "client")


def list_suites(user: User) -> QuerySet[Suite]:
    """The suites that `user` sees, each with its members and their cases, in order."""
    members = SuiteCase.objects.select_related("case").order_by("position", "pk")
    return Suite.objects.visible_to(user).prefetch_related(Prefetch("members", members))


def playable_cases(user: User, agent: Agent | None) -> QuerySet[TestCase]:
    """What `user`, who is `agent` or nobody's, may play: cases in use that have a version. What retells a real call is
    for those it was given to, and for who works with tests. Only the outside may be shown to agents (name, title, type,
    difficulty, language, skills, scenario and goal's text): see `outside_of`."""
    cases = TestCase.objects.filter(is_active=True, current__isnull=False).select_related("current")
    if user.is_superuser:
        return cases
    cases = cases.filter(client=user.client_id) if user.client_id else cases.none()
    if user.can(Capability.VIEW_TESTS):
        return cases
    own = Q(source_call__isnull=True, source_agent__isnull=True)
    if agent is None:
        return cases.filter(own)
    given = Assignment.objects.filter(agent=agent, cancelled_at__isnull=True).filter(
        Q(case=OuterRef("pk")) | Q(suite__members__case=OuterRef("pk"))
    )
    return cases.filter(own | Exists(given))


def open_assignments(agent: Agent) -> QuerySet[Assignment]:
    """What `agent` is yet to do, what is due first at the top."""
    rows = Assignment.objects.filter(agent=agent, done_at=None, cancelled_at=None)
    return rows.select_related("training", "case__current", "suite", "assigned_by").order_by("due_on", "created_at")


def find_case(user: User, name_or_id: str) -> TestCase | None:
    """By its name, or by its id."""
    rows = list_cases(user)
    return rows.filter(name=name_or_id).first() or (rows.filter(pk=name_or_id).first() if is_id(name_or_id) else None)


def find_version(case: TestCase, number: int | None = None) -> CaseVersion | None:
    """The version of this number; the current one without it."""
    rows = CaseVersion.objects.filter(case=case).select_related("case", "client")
    return rows.filter(number=number).first() if number is not None else rows.order_by("-number").first()


def content_of(version: CaseVersion) -> CaseContent:
    """What a version says, as a value."""
    return stored_content(version.content)


def may_see_inside(user: User, case: TestCase) -> bool:
    """Who works with tests always; an agent once they have finished a session of it (then their own result shows)."""
    if user.can(Capability.VIEW_TESTS):
        return TestCase.objects.visible_to(user).filter(pk=case.pk).exists()
    return (
        PracticeSession.objects.visible_to(user)
        .filter(version__case=case, agent__user=user)
        .exclude(status=SessionStatus.OPEN)
        .exists()
    )


def outside_of(version: CaseVersion) -> dict[str, object]:
    """What an agent is told beforehand, and nothing else."""
    content = version.content
    return {
        "scenario": content["scenario"],
        "goal": content["goal"]["text"],
        "begins": content["begins"],
        "attempts": content["attempts"],
        "time_limit": content["time_limit"],
        "pass_mark": content["pass_mark"],
    }


def with_cases_assigned(agent: Agent, cases: QuerySet[TestCase]) -> QuerySet[TestCase]:
    """`cases` with `is_assigned`: whether the agent has it to do, by itself or within a suite."""
    open_ones = Assignment.objects.filter(agent=agent, done_at=None, cancelled_at=None).filter(
        Q(case=OuterRef("pk")) | Q(suite__members__case=OuterRef("pk"))
    )
    return cases.annotate(is_assigned=Exists(open_ones))
