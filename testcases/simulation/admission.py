"""Who may play a case, in whose name, and how often."""

from django.utils import timezone
from django.utils.translation import gettext as _

from salesiq.people.models import Agent, User
from salesiq.people.roles import Capability
from testcases.content.document import CaseContent
from testcases.models import Assignment, CaseVersion, PracticeSession, SessionStatus, SuiteCase
from testcases.selectors import playable_cases
from testcases.simulation.clock import is_overdue
from testcases.simulation.contents import content_of
from testcases.simulation.errors import AttemptsUsedError, NotAllowedError


def check_player(version: CaseVersion, user: User, agent: Agent | None, trial: bool) -> None:
    """Raises NotAllowedError where `user` may not play it so."""
    if not user.can(Capability.PRACTISE) or (user.client_id != version.client_id and not user.is_superuser):
        raise NotAllowedError(_("You may not play this test case. Ask who looks after test cases for it."))
    if trial:
        if not user.can(Capability.VIEW_TESTS):
            raise NotAllowedError(
                _("Your login belongs to no agent, so that nobody's practice would count. Ask an administrator."),
                code="no_agent",
            )
        return
    if agent is not None and (
        agent.client_id != version.client_id or (agent.user_id != user.pk and not user.can(Capability.MANAGE_TESTS))
    ):
        raise NotAllowedError(_("You may not play in this agent's name. Play as yourself."), code="not_yours")
    if not version.case.is_active:
        raise NotAllowedError(_("This test case is not in use any more. Choose another."), code="not_active")
    if not playable_cases(user, agent).filter(pk=version.case_id).exists():
        raise NotAllowedError(
            _("You may not play this test case. Ask who looks after test cases for it."), code="not_given"
        )


def check_assignment(version: CaseVersion, agent: Agent, assignment: Assignment | None) -> None:
    """Raises NotAllowedError where the assignment is not the agent's, has ended, or is of another case: it would begin
    the count of attempts anew."""
    if assignment is None:
        return
    is_theirs = assignment.agent_id == agent.pk and assignment.done_at is None and assignment.cancelled_at is None
    in_suite = SuiteCase.objects.filter(suite=assignment.suite_id, case=version.case_id)
    if not is_theirs or not (assignment.case_id == version.case_id or (assignment.suite_id and in_suite.exists())):
        raise NotAllowedError(
            _("This assignment is of another test case, or has ended. Play it without one."), code="assignment"
        )


def open_session_of(version: CaseVersion, agent: Agent, user: User, customer: str) -> PracticeSession | None:
    """The one under way, to go on with."""
    found = PracticeSession.objects.filter(
        version=version, agent=agent, user=user, customer=customer, status=SessionStatus.OPEN, is_trial=False
    ).first()
    return found if found is not None and not is_overdue(found, timezone.now()) else None


def attempts_left(version: CaseVersion, agent: Agent, assignment: Assignment | None = None) -> int | None:
    """How often the agent may still begin; None: as often as they like. An assignment begins the count anew."""
    allowed = content_of(version).attempts
    if not allowed:
        return None
    played = PracticeSession.objects.filter(version__case_id=version.case_id, agent=agent, is_trial=False)
    if assignment is not None:
        played = played.filter(assignment=assignment)
    return max(0, allowed - played.filter(turns__role="agent").distinct().count())


def check_attempts(version: CaseVersion, content: CaseContent, agent: Agent, assignment: Assignment | None) -> None:
    """Raises AttemptsUsedError where none is left."""
    if content.attempts and not attempts_left(version, agent, assignment):
        raise AttemptsUsedError(
            _("You have used all %(number)d attempts at this test case. Ask your manager to assign it again.")
            % {"number": content.attempts}
        )
