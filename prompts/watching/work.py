"""The jobs of watching; each may be killed anywhere and run again."""

from prompts.watching.drifting import prompts_in_production, tell_of_drift
from prompts.watching.live import score_due
from prompts.watching.spending import tell_of_budgets, tell_of_resting
from salesiq.jobs.services import Lease


def watch_answers(subject: str, lease: Lease) -> None:
    """Every day: answers of what is in production against those after its release."""
    prompts = prompts_in_production()
    for done, prompt in enumerate(prompts):
        lease.report("drift", done / len(prompts))
        tell_of_drift(prompt=prompt)


def watch_spending(subject: str, lease: Lease) -> None:
    """Every few minutes: budgets and resting endpoints."""
    tell_of_budgets()
    tell_of_resting()


def score_live_answers(subject: str, lease: Lease) -> None:
    """Every few minutes: sampled production answers, by the judge."""
    score_due(lease)
