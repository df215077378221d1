"""Running cases and deciding over their verdicts."""

from collections.abc import Sequence
from datetime import datetime

from prompts.models import PromptVersion
from recordings.language.types import Line
from recordings.models import SalesCall
from salesiq.people.models import Agent, User
from testcases.models import CaseBatch, CaseRun, CaseVersion, CriterionResult, PracticeSession, RunFeedback


def run_case(
    *,
    version: CaseVersion,
    user: User | None,
    call: SalesCall | None = None,
    lines: Sequence[Line] | None = None,
    session: PracticeSession | None = None,
    prompt_version: PromptVersion | None = None,
    agent: Agent | None = None,
    key: str = "",
    batch: CaseBatch | None = None,
    is_trial: bool = False,
    language: str = "",
    started: datetime | None = None,
) -> CaseRun:
    """Judge exactly one subject by `version` and keep the run. `key`: the same key again gives the same run.

    A subject that cannot be judged gives a run too: status unjudgeable, not passed, and `problem` says why. A prompt
    version as the agent takes minutes: its run is returned waiting, and a job plays and judges it.

    Raises:
        RunDeniedError: `user` may not run tests, or not see the call.
        RunError: there is not exactly one subject, or it belongs to another client.
    """
    raise NotImplementedError


def override_verdict(*, result: CriterionResult, user: User, verdict: str, reason: str) -> CriterionResult:
    """A person's verdict over the judge's, which is kept; an empty `verdict` takes an override back. The run's score
    and pass are made anew.

    Raises:
        RunDeniedError: `user` may not review, or not see the run.
        RunError: the verdict is none, or no reason is given.
    """
    raise NotImplementedError


def add_feedback(*, run: CaseRun, user: User, text: str) -> RunFeedback:
    """What a person writes to the agent about a run.

    Raises:
        RunDeniedError: `user` may not review, or not see the run.
        RunError: the text is empty or too long.
    """
    raise NotImplementedError
