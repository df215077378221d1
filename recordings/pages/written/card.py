"""The card with what models wrote about a call, each text marked by whom and beside what rules wrote."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from prompts.models import Family, HumanRating, PromptRun
from recordings.models import SalesCall
from recordings.pages.formatting import clock
from recordings.pages.places import Place
from recordings.pages.written.layout import Entry, entries_of, title_of
from recordings.writing.answerer import line_of
from recordings.writing.choosing import families_in_production, uses_models
from recordings.writing.services import AUTOMATIC, SUGGESTED, TASKS, may_ask, written_about
from salesiq.jobs.models import Job, JobStatus
from salesiq.people.models import User
from salesiq.people.roles import Capability


@dataclass(frozen=True, slots=True)
class Written:
    """One kind of text: what was written, or that it can be. `thumb` is the reader's own, 1 or -1 or 0."""

    family: str
    title: str
    run: PromptRun | None
    entries: list[Entry]
    prompt_url: str
    thumb: int
    waits: bool
    error: str
    may_ask: bool

    @property
    def is_shown(self) -> bool:
        return bool(self.run or self.waits or self.error)


class WrittenCard:
    """For one reader of one call. `call.utterances` may be prefetched."""

    def __init__(self, call: SalesCall, user: User) -> None:
        self.call, self.user = call, user
        runs = {} if call.anonymised_at or call.is_held_back else written_about(call)
        may = may_ask(user, call) and uses_models(call.client)
        ready = families_in_production(call.client) if may else set()
        hidden = set() if user.can(Capability.COACH) else {Family.COACHING.value}
        families = [each for each in (*AUTOMATIC, *SUGGESTED) if each not in hidden]
        self._lines = {row.position: row for row in call.utterances.all()} if runs else {}
        jobs = _jobs(call) if may or runs else {}
        thumbs = dict(HumanRating.objects.filter(run__in=runs.values(), person=user).values_list("run", "thumb"))
        self.texts = [
            self._written(family, runs.get(family), jobs.get(family), thumbs, may=family in ready)
            for family in families
        ]

    @property
    def is_empty(self) -> bool:
        return not any(text.is_shown or text.may_ask for text in self.texts)

    @property
    def waits(self) -> bool:
        return any(text.waits for text in self.texts)

    @property
    def shown(self) -> list[Written]:
        return [text for text in self.texts if text.is_shown]

    @property
    def offered(self) -> list[Written]:
        """What is not written yet and may be asked for."""
        return [text for text in self.texts if text.may_ask and not text.is_shown]

    def has(self, family: str) -> bool:
        return any(text.run for text in self.texts if text.family == family)

    def _written(
        self, family: str, run: PromptRun | None, job: Job | None, thumbs: dict[UUID, int | None], *, may: bool
    ) -> Written:
        may_open = run is not None and self.user.can(Capability.VIEW_PROMPTS)
        lost = job is not None and job.status in (JobStatus.FAILED, JobStatus.QUARANTINED)
        newer = job is not None and (run is None or run.created_at < job.created_at)
        return Written(
            family=str(family),
            title=title_of(family),
            run=run,
            entries=entries_of(run.parsed, run.answer, self._place) if run else [],
            prompt_url=reverse("prompt", args=[run.prompt_id]) if may_open and run else "",
            thumb=(thumbs.get(run.pk) or 0) if run else 0,
            waits=job is not None and job.status in (JobStatus.QUEUED, JobStatus.RUNNING),
            error=job.error if job is not None and lost and newer else "",
            may_ask=may,
        )

    def _place(self, quote: str) -> Place | None:
        at = line_of(quote, {position: row.text for position, row in self._lines.items()})
        return None if at is None else Place(f"u{at}", clock(self._lines[at].start), self._lines[at].start)


def _jobs(call: SalesCall) -> dict[str, Job]:
    """The newest job of each family."""
    families = {task: family for family, task in TASKS.items()}
    rows = Job.objects.filter(task__in=list(families), subject=str(call.pk)).order_by("created_at")
    return {families[job.task]: job for job in rows}
