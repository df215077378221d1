"""From the end of a talk to its result: every ended session is judged once."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from testcases.models import CaseRun, PracticeSession, SessionStatus
from testcases.runs.services import run_case
from testcases.services import CaseError


def judge_session(session: PracticeSession) -> CaseRun | None:
    """Judge `session` in the name of who played it; the same run again where it was judged. None while it is open."""
    if session.status == SessionStatus.OPEN:
        return None
    run = CaseRun.objects.filter(session=session).first()
    if run is not None:
        return run
    return run_case(
        version=session.version,
        user=session.user,
        session=session,
        agent=session.agent,
        key=f"session:{session.pk}",
        is_trial=session.is_trial,
    )


def judge_or_say_why(session: PracticeSession) -> str:
    """As `judge_session`; a sentence that says why there is no result, empty where there is one."""
    try:
        judge_session(session)
    except PermissionDenied:
        return _("You may not have this call judged. Ask your manager.")
    except CaseError as error:
        return error.sentence
    return ""
