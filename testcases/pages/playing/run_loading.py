"""Runs that a reviewer may see. What shows a call's words is for those who may see that call."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from recordings.language.types import Line
from salesiq.people.models import User
from testcases.models import CaseRun
from testcases.runs.results import readable_runs
from testcases.runs.subjects import subject_of


def load_run(user: User, run_id: UUID) -> CaseRun:
    """The run, or 404."""
    rows = readable_runs(user).select_related(
        "version__case", "agent", "call", "session", "prompt_version__prompt", "batch", "reviewed_by", "started_by"
    )
    return get_object_or_404(rows, pk=run_id)


def lines_of(run: CaseRun) -> tuple[Line, ...]:
    """What was judged, as judges read it where it lies: a call's lines masked, a session's turns, or the run's own."""
    return subject_of(run).lines


def traces_of(run: CaseRun) -> Mapping[int, Mapping[str, Any]]:
    """How the customer took what was said, by the line of their answer; only of role-plays."""
    if run.session is None:
        return {}
    found: dict[int, dict[str, Any]] = {}
    understood: dict[str, Any] = {}
    for place, turn in enumerate(turn for turn in run.session.turns.order_by("position") if turn.text):
        if turn.role == "agent":
            understood = turn.trace
        elif turn.trace:
            found[place] = {**understood, **turn.trace}
            understood = {}
    return found
