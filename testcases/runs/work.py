"""The job of one run: a prompt plays where it is the agent, then the run is judged. Killed, it goes on where it was."""

from collections.abc import Callable
from zlib import crc32

from django.db import transaction
from django.utils.translation import gettext as _

from salesiq.jobs.services import Lease
from testcases.judging.results import Result
from testcases.models import CaseRun, RunStatus, SubjectKind
from testcases.runs.keeping import OPEN, judge_run, keep
from testcases.runs.prompt_agent import PromptAgentError, play
from testcases.runs.subjects import rows_of
from testcases.simulation.contents import content_of


def work_run(subject: str, lease: Lease) -> None:
    """`subject` is the id of a CaseRun; one that is gone or judged is left alone."""
    run = CaseRun.objects.select_related("version__case__client", "call", "session__version", "prompt_version").filter(
        pk=subject, status__in=OPEN
    )
    found = run.first()
    if found is not None:
        work_on(found, fence=lease.fence)


def work_on(run: CaseRun, *, fence: Callable[[], None] | None = None) -> CaseRun:
    """Play and judge a run that is open. Outside of transactions."""
    if run.kind == SubjectKind.PROMPT and not run.lines:
        try:
            _play(run, fence)
        except PromptAgentError as error:
            return keep(run, Result(None, None, problem_code=error.code, problem=error.sentence), fence=fence)
    return judge_run(run, fence=fence)


def _play(run: CaseRun, fence: Callable[[], None] | None) -> None:
    if run.prompt_version is None:
        raise PromptAgentError(
            _("The version of the prompt was deleted before it played. Run it with another one."), "prompt_deleted"
        )  # fmt: skip
    # It may take minutes: who follows the run reads that it is under way.
    with transaction.atomic():
        if fence:
            fence()
        CaseRun.objects.filter(pk=run.pk, status=RunStatus.WAITING).update(status=RunStatus.RUNNING)
    played = play(
        content=content_of(run.version), prompt_version=run.prompt_version, user=run.started_by,
        key=f"test-run:{run.pk}", seed=crc32(run.key.encode()),
    )  # fmt: skip
    with transaction.atomic():
        if fence:
            fence()
        row = CaseRun.objects.select_for_update().get(pk=run.pk)
        row.lines = rows_of(played.lines)
        row.save(update_fields=["lines", "updated_at"])
    run.lines, run.status = row.lines, row.status
