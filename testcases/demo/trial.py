"""The demo's experiment: role-plays with and without a card of questions beside them, and what came of it.

Which of the agents' role-plays got the card was drawn once, for good, so that each demo shows the same.
"""

from datetime import datetime, timedelta
from uuid import UUID

from salesiq.people.models import Client, User
from testcases.demo.practice import Exercise, practise, skilled
from testcases.experiments.planning import Arm, Draft
from testcases.experiments.services import create_experiment, start_experiment, stop_experiment
from testcases.models import (
    ArmKind,
    CaseExperiment,
    ExperimentMember,
    ExperimentMetric,
    ExperimentStatus,
    ExperimentUnit,
    TestCase,
)

TITLE = "A card with three questions"
HYPOTHESIS = (
    "Who has three questions about today's costs beside the talk asks before answering the price, and scores at least "
    "30 points more."
)
KEYS = ("en/price-oven-service", "en/timing-yoga-software")
AGENTS = ("tom", "daniel", "grace")
# 1: with the card.
DRAWN = (1, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0)
BEGAN_DAYS_AGO, DAYS = 54.0, 24.0
_WITHOUT, _WITH = skilled(0.7, 0.2, 0.2, 0.5), skilled(0.85, 0.95, 0.8, 0.85)


def build_trial(client: Client, manager: User, *, now: datetime) -> None:
    """Make what is not there yet."""
    experiment = CaseExperiment.objects.filter(client=client, title=TITLE).first() or _start(client, manager, now)
    if experiment.status != ExperimentStatus.RUNNING:
        return
    arms = list(experiment.arms.order_by("position"))
    for number, drawn in enumerate(DRAWN):
        days = BEGAN_DAYS_AGO - 0.3 - DAYS * number / len(DRAWN)
        exercise = Exercise(AGENTS[number % 3], round(days, 2), KEYS[number // 3 % 2], _WITH if drawn else _WITHOUT)
        session = practise(client, exercise, now=now)
        if session is not None:
            defaults = {"arm": arms[drawn], "agent": session.agent}
            ExperimentMember.objects.get_or_create(experiment=experiment, unit=str(session.pk), defaults=defaults)
    stop_experiment(experiment=experiment, user=manager, reason="The planned number of role-plays was reached.")
    CaseExperiment.objects.filter(pk=experiment.pk).update(ended_at=now - timedelta(days=BEGAN_DAYS_AGO - DAYS))


def _start(client: Client, manager: User, now: datetime) -> CaseExperiment:
    draft = Draft(
        title=TITLE, hypothesis=HYPOTHESIS, unit=ExperimentUnit.SESSION, metric=ExperimentMetric.SCORE,
        arms=(Arm("Without the card", ArmKind.CONTROL), Arm("With the card", ArmKind.COACHING)), baseline=55.0,
        effect=30.0, spread=25.0, cases=tuple(_cases(client)),
    )  # fmt: skip
    experiment = create_experiment(client=client, user=manager, draft=draft)
    start_experiment(experiment=experiment, user=manager)
    CaseExperiment.objects.filter(pk=experiment.pk).update(started_at=now - timedelta(days=BEGAN_DAYS_AGO))
    experiment.refresh_from_db()
    return experiment


def _cases(client: Client) -> list[UUID]:
    return list(TestCase.objects.filter(client=client, library_key__in=KEYS).values_list("pk", flat=True))
