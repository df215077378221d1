"""A call that is under way or has failed: which stages are done, which runs, how long it will take."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recordings.models import CallStatus, SalesCall
from recordings.pages.labels import STAGES
from recordings.services import ANALYZE_TASK
from salesiq.jobs.models import Job
from salesiq.jobs.selectors import job_progress


@dataclass(frozen=True, slots=True)
class StageLine:
    """`state` is done, running, waiting or failed."""

    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressPanel:
    """`percent` 0 to 100. `is_live` is False once the call has ended either way."""

    percent: int
    headline: str
    stages: list[StageLine]
    is_live: bool
    error: str


def progress_panel(call: SalesCall) -> ProgressPanel:
    job = Job.objects.filter(task=ANALYZE_TASK, subject=str(call.pk)).order_by("-created_at").first()
    progress = job_progress(job) if job else None
    done = set(call.steps.filter(finished_at__isnull=False).values_list("stage", flat=True))
    failed = call.status == CallStatus.FAILED or bool(progress and progress.can_retry and call.is_in_progress)
    running = progress.stage if progress and progress.is_active else ""
    return ProgressPanel(
        percent=round(100 * progress.fraction) if progress else 0,
        headline=_headline(
            running, progress.waiting_ahead if progress else 0, progress.seconds_left if progress else None
        ),
        stages=_stage_lines(done, running, failed),
        is_live=call.is_in_progress and not failed,
        error=(call.error or (progress.error if progress else "")) if failed else "",
    )


def _stage_lines(done: set[str], running: str, failed: bool) -> list[StageLine]:
    lines: list[StageLine] = []
    for key, name in STAGES.items():
        state = "done" if key in done else "running" if key == running else "waiting"
        if failed and state != "done" and not any(line.state == "failed" for line in lines):
            state = "failed"
        lines.append(StageLine(str(name), state))
    return lines


def _headline(running: str, ahead: int, seconds_left: float | None) -> str:
    if not running:
        if not ahead:
            return _("Waiting for a worker …")
        return ngettext(
            "Waiting: %(count)s recording is before this one.",
            "Waiting: %(count)s recordings are before this one.",
            ahead,
        ) % {"count": ahead}
    if seconds_left is None:
        return _("Listening …")
    if seconds_left < 60:
        return _("Less than a minute left")
    minutes = round(seconds_left / 60)
    return ngettext("About %(count)s minute left", "About %(count)s minutes left", minutes) % {"count": minutes}
