"""How old results are and what has become of the newest run, in words."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from decisions.models import RunKind
from decisions.runs.last import LastRun, State


@dataclass(frozen=True, slots=True)
class Served:
    """`says` is what a reader must know before the result; "" where it is fresh. `error` of a run that failed."""

    kind: str
    label: str
    state: State
    has_result: bool
    says: str
    error: str = ""
    finished_at: datetime | None = None
    as_of: date | None = None
    rows: int = 0

    @property
    def is_problem(self) -> bool:
        return self.state == State.FAILED


def served_in_words(last: LastRun, today: date) -> Served:
    state = last.state(today)
    failed = last.newest if state == State.FAILED else None
    run = last.served
    return Served(
        kind=last.kind,
        label=str(RunKind(last.kind).label),
        state=state,
        has_result=run is not None,
        says=_says(state, has_result=run is not None),
        error=failed.error if failed else "",
        finished_at=run.finished_at if run else None,
        as_of=run.as_of if run else None,
        rows=run.rows if run else 0,
    )


def _says(state: State, *, has_result: bool) -> str:
    match state:
        case State.FAILED if has_result:
            return _("The newest analysis failed. What you see is the one before.")
        case State.FAILED:
            return _("The analysis failed.")
        case State.WORKING if has_result:
            return _("A new analysis is being worked out. What you see is the one before.")
        case State.WORKING:
            return _("The analysis is being worked out. It appears here by itself.")
        case State.STALE:
            return _("This analysis is more than two days old.")
        case State.NEVER:
            return _("Nothing was worked out yet.")
        case _:
            return ""
