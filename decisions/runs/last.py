"""What is served: of each kind the last finished analysis, and what has become of the newest one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Exists, OuterRef

from decisions.models import AnalysisRun, Audience, RunStatus

# The daily work may be late by a day before its results are called old.
FRESH_FOR = timedelta(days=2)


class State(StrEnum):
    """`NEVER`: nothing to serve and nothing under way. `WORKING` and `FAILED` tell of the newest run; what was worked
    before, if anything, is served meanwhile."""

    NEVER = "never"
    WORKING = "working"
    FAILED = "failed"
    STALE = "stale"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class LastRun:
    """`served` is the last finished one, `newest` the last begun, None where there is none."""

    kind: str
    served: AnalysisRun | None = None
    newest: AnalysisRun | None = None

    def state(self, today: date) -> State:
        if self.newest is not None and self.newest.status in (RunStatus.WAITING, RunStatus.RUNNING):
            return State.WORKING
        if self.newest is not None and self.newest.status == RunStatus.FAILED:
            return State.FAILED
        if self.served is None:
            return State.NEVER
        return State.STALE if today - self.served.as_of > FRESH_FOR else State.FRESH


def last_runs(audience: Audience, kinds: Iterable[str], *, question_key: str = "") -> dict[str, LastRun]:
    """The last analyses of the audience, by kind: two queries, however many kinds."""
    wanted = list(kinds)
    runs = AnalysisRun.objects.filter(audience=audience, kind__in=wanted, question_key=question_key)
    later = AnalysisRun.objects.filter(
        audience=OuterRef("audience"), kind=OuterRef("kind"), question_key=OuterRef("question_key")
    )
    finished = runs.filter(status=RunStatus.FINISHED).filter(
        ~Exists(later.filter(status=RunStatus.FINISHED, finished_at__gt=OuterRef("finished_at")))
    )
    newest = runs.defer("result", "quality").filter(~Exists(later.filter(created_at__gt=OuterRef("created_at"))))
    by_kind = {run.kind: run for run in finished}
    begun = {run.kind: run for run in newest}
    return {kind: LastRun(kind, by_kind.get(kind), begun.get(kind)) for kind in wanted}
