"""What the list shows of a call."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from recordings.models import CallAnalysis, Origin, SalesCall
from recordings.models.call import SalesCallQuerySet
from recordings.pages.charts import line_path, read_course
from recordings.pages.formatting import clock, percent
from recordings.pages.labels import LANGUAGES, STAGES, label
from recordings.services import ANALYZE_TASK
from salesiq.jobs.models import Job

SPARK_WIDTH, SPARK_HEIGHT = 96.0, 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """An outcome and who says so."""

    key: str
    text: str
    by_person: bool
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a call in progress is. `percent` 0 to 100; `stage` in words, empty while it waits."""

    percent: int
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    id: str
    name: str
    company: str
    agent: str
    team: str
    started_at: datetime
    duration: str
    call_type: str
    language: str
    outcome: Badge | None
    spark: str
    score: float | None
    conversion: str
    status: str
    error: str
    progress: Progress | None


def list_columns(calls: SalesCallQuerySet) -> SalesCallQuerySet:
    """`calls` without what no row shows: waveforms and the larger measures stay in the database."""
    unseen = {field.name for field in CallAnalysis._meta.concrete_fields} - {"id", "call", "sentiment"}
    return calls.select_related("analysis").defer("recording__peaks", *(f"analysis__{name}" for name in unseen))


def call_rows(calls: Iterable[SalesCall]) -> list[CallRow]:
    """One row per call; one query for the progress of all that are under way, none when none is."""
    calls = list(calls)
    jobs = _jobs([call for call in calls if call.is_in_progress])
    return [_row(call, jobs.get(str(call.pk))) for call in calls]


def outcome_badge(call: SalesCall) -> Badge | None:
    if not call.outcome:
        return None
    return Badge(
        key=call.outcome,
        text=call.get_outcome_display(),
        by_person=call.outcome_origin == Origin.PERSON,
        origin=str(Origin(call.outcome_origin).label) if call.outcome_origin else "",
    )


def call_name(call: SalesCall) -> tuple[str, str]:
    """The call's headline and what stands below it: the customer and their company, else the title."""
    if call.customer:
        return call.customer.name, call.customer.company or call.title
    recording = getattr(call, "recording", None)
    return call.title or (recording.original_name if recording else "") or str(call), ""


def _jobs(calls: list[SalesCall]) -> dict[str, Job]:
    if not calls:
        return {}
    active = Job.objects.active().filter(task=ANALYZE_TASK, subject__in=[str(call.pk) for call in calls])
    return {job.subject: job for job in active}


def _row(call: SalesCall, job: Job | None) -> CallRow:
    name, company = call_name(call)
    analysis = getattr(call, "analysis", None)
    course = read_course(analysis.sentiment if analysis else {})
    return CallRow(
        id=str(call.pk),
        name=name,
        company=company,
        agent=call.agent.name if call.agent else "",
        team=call.agent.team.name if call.agent and call.agent.team else "",
        started_at=call.started_at,
        duration=clock(call.call_duration),
        call_type=call.get_call_type_display(),
        language=label(LANGUAGES, call.language) if call.language else "",
        outcome=outcome_badge(call),
        spark=line_path(course.customer, seconds=call.call_duration or 0.0, width=SPARK_WIDTH, height=SPARK_HEIGHT),
        score=None if call.quality_score is None else float(call.quality_score),
        conversion=percent(call.conversion_probability),
        status=call.status,
        error=call.error,
        progress=_progress(call, job),
    )


def _progress(call: SalesCall, job: Job | None) -> Progress | None:
    if not call.is_in_progress:
        return None
    if job is None:
        return Progress(percent=0, stage="")
    return Progress(percent=round(job.fraction * 100), stage=label(STAGES, job.stage) if job.stage else "")
