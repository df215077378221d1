"""Experiments planned, started and ended by people, and units dealt to their arms."""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.models import PromptVersion
from recordings.models import Script
from salesiq.audit.services import record_event
from salesiq.people.models import Agent, Client, User
from salesiq.people.roles import Capability
from testcases.experiments.dealing import arm_of, deal
from testcases.experiments.errors import ExperimentError
from testcases.experiments.planning import FACTORS, MOST_ARMS, Arm, Draft, plan_of, reckon
from testcases.experiments.results import experiment_result
from testcases.models import (
    ArmKind,
    AssignmentReason,
    CaseExperiment,
    ExperimentArm,
    ExperimentMember,
    ExperimentMetric,
    ExperimentStatus,
    ExperimentUnit,
    PracticeSession,
    TestCase,
    Training,
)
from testcases.services import assign

REFERENCED: dict[ArmKind, Any] = {ArmKind.SCRIPT: Script, ArmKind.PROMPT: PromptVersion, ArmKind.TRAINING: Training}


def create_experiment(*, client: Client, user: User | None, draft: Draft) -> CaseExperiment:
    """Keep a plan; nothing is assigned yet. Equal shares where the arms name none.

    Raises:
        PermissionDenied: `user` may not run experiments.
        ExperimentError: see its codes.
    """
    _may(user)
    _check(client, draft)
    reckoned = reckon(draft)
    with transaction.atomic():
        experiment = CaseExperiment.objects.create(
            client=client, title=draft.title.strip(), hypothesis=draft.hypothesis.strip(), unit=draft.unit,
            metric=draft.metric, plan=plan_of(draft, reckoned), salt=secrets.token_hex(16), created_by=user,
        )  # fmt: skip
        experiment.cases.set(_cases(client, draft.cases))
        shares = _shares(draft.arms)
        ExperimentArm.objects.bulk_create(
            ExperimentArm(
                experiment=experiment, position=position, name=arm.name.strip(), kind=arm.kind,
                reference=arm.reference, share=share,
            )
            for position, (arm, share) in enumerate(zip(draft.arms, shares, strict=True))
        )  # fmt: skip
        record_event(action="created", target=experiment, actor=user, details=experiment.plan)
    return experiment


def start_experiment(*, experiment: CaseExperiment, user: User | None) -> CaseExperiment:
    """Begin: agents get their arms, by team; who is in an arm with a training is assigned it.

    Raises:
        PermissionDenied: `user` may not run experiments.
        ExperimentError: it runs or ended already (not_draft); an arm would be without agents (too_few).
    """
    _may(user)
    now = timezone.now()
    with transaction.atomic():
        drafts = CaseExperiment.objects.filter(pk=experiment.pk, status=ExperimentStatus.DRAFT)
        if not drafts.update(status=ExperimentStatus.RUNNING, started_at=now, updated_at=now):
            raise ExperimentError(_("This experiment was started already."), code="not_draft")
        experiment.refresh_from_db()
        agents = _enrol(experiment, user) if experiment.unit == ExperimentUnit.AGENT else 0
        record_event(action="experiment_started", target=experiment, actor=user, details={"agents": agents})
    return experiment


def stop_experiment(*, experiment: CaseExperiment, user: User | None, reason: str = "") -> CaseExperiment:
    """End it and keep its result as it stands now.

    Raises:
        PermissionDenied: `user` may not run experiments.
        ExperimentError: it does not run (not_running).
    """
    _may(user)
    now = timezone.now()
    with transaction.atomic():
        row = CaseExperiment.objects.select_for_update().get(pk=experiment.pk)
        if row.status != ExperimentStatus.RUNNING:
            raise ExperimentError(_("This experiment does not run."), code="not_running")
        row.ended_at = now
        result = experiment_result(row)
        row.result, row.status, row.end_reason = result.as_json(), ExperimentStatus.STOPPED, reason.strip()[:500]
        row.save(update_fields=["result", "status", "ended_at", "end_reason", "updated_at"])
        # The reason stands in the row: the trail, which can never be corrected, takes no free text.
        record_event(action="experiment_stopped", target=row, actor=user, details={"decision": result.says})
    return row


def delete_draft(*, experiment: CaseExperiment, user: User | None) -> None:
    """Throw a plan away that never began.

    Raises:
        PermissionDenied: `user` may not run experiments.
        ExperimentError: it began (not_draft).
    """
    _may(user)
    with transaction.atomic():
        row = CaseExperiment.objects.select_for_update().get(pk=experiment.pk)
        if row.status != ExperimentStatus.DRAFT:
            raise ExperimentError(_("What was started is kept: stop it instead."), code="not_draft")
        record_event(action="deleted", target=row, actor=user, details={"title": row.title})
        row.delete()


def assign_unit(
    *, experiment: CaseExperiment, unit: str, agent: Agent | None = None, stratum: str = ""
) -> ExperimentArm | None:
    """The arm of a unit, given once and for good; None where the experiment does not run and it has none."""
    member = ExperimentMember.objects.filter(experiment=experiment, unit=unit).select_related("arm").first()
    if member is None:
        if experiment.status != ExperimentStatus.RUNNING:
            return None
        arms = list(experiment.arms.order_by("position"))
        arm = arms[arm_of(unit, shares=[each.share for each in arms], salt=experiment.salt)]
        member, _made = ExperimentMember.objects.get_or_create(
            experiment=experiment, unit=unit, defaults={"arm": arm, "agent": agent, "stratum": stratum[:100]}
        )
    return member.arm


def arm_of_session(session: PracticeSession) -> ExperimentArm | None:
    """The arm that a role-play has in the experiment that runs over its case: whose script or coaching is shown
    beside it. None for trials, and where none runs."""
    if session.is_trial:
        return None
    running = CaseExperiment.objects.filter(
        client=session.client_id, status=ExperimentStatus.RUNNING, unit=ExperimentUnit.SESSION,
        cases=session.version.case_id, started_at__lte=session.created_at,
    ).first()  # fmt: skip
    if running is None:
        return None
    return assign_unit(experiment=running, unit=str(session.pk), agent=session.agent)


def _enrol(experiment: CaseExperiment, user: User | None) -> int:
    agents = Agent.objects.filter(client=experiment.client_id, is_active=True).select_related("team")
    if user is not None:
        agents = agents.filter(pk__in=Agent.objects.visible_to(user).values("pk"))
    if experiment.plan.get("teams"):
        agents = agents.filter(team__in=experiment.plan["teams"])
    by_unit = {str(agent.pk): agent for agent in agents}
    strata: dict[str, list[str]] = {}
    for unit, agent in by_unit.items():
        strata.setdefault(agent.team.name if agent.team else "", []).append(unit)
    arms = list(experiment.arms.order_by("position"))
    dealt = deal(strata, shares=[arm.share for arm in arms], salt=experiment.salt)
    if {arm.position for arm in arms} - set(dealt.values()):
        sentence = _("There are too few agents for the arms: %(n)s. Take in more teams.")
        raise ExperimentError(sentence % {"n": len(by_unit)}, code="too_few")
    ExperimentMember.objects.bulk_create(
        ExperimentMember(
            experiment=experiment, unit=unit, agent=agent, arm=arms[dealt[unit]],
            stratum=(agent.team.name if agent.team else "")[:100],
        )
        for unit, agent in by_unit.items()
    )  # fmt: skip
    _give_trainings(experiment, arms, {unit: arms[number] for unit, number in dealt.items()}, by_unit, user)
    return len(by_unit)


def _give_trainings(
    experiment: CaseExperiment,
    arms: Sequence[ExperimentArm],
    dealt: dict[str, ExperimentArm],
    agents: dict[str, Agent],
    user: User | None,
) -> None:
    for arm in arms:
        if arm.kind != ArmKind.TRAINING:
            continue
        training = Training.objects.get(client=experiment.client_id, pk=arm.reference)
        own = [agents[unit] for unit, given in dealt.items() if given.pk == arm.pk]
        assign(
            agents=own, user=user, training=training, reason=AssignmentReason.EXPERIMENT, note=experiment.title,
            evidence={"experiment": str(experiment.pk)},
        )  # fmt: skip


def _check(client: Client, draft: Draft) -> None:
    problems = (
        (not draft.title.strip() or len(draft.title) > 200, _("Give it a title of at most 200 characters."), "title"),
        (not draft.hypothesis.strip(), _("Write down what you expect, before you look."), "hypothesis"),
        (draft.unit not in ExperimentUnit.values, _("Choose what is assigned."), "unit"),
        (draft.metric not in ExperimentMetric.values, _("Choose what decides."), "metric"),
        (draft.rule not in FACTORS, _("Choose when it may be stopped."), "rule"),
        (not 2 <= len(draft.arms) <= MOST_ARMS, _("An experiment has two to five arms."), "arms"),
        (len({arm.name.strip() for arm in draft.arms} - {""}) < len(draft.arms),
         _("Give each arm a name of its own."), "names"),
        (all(arm.kind == ArmKind.CONTROL for arm in draft.arms),
         _("All arms stay as before. Choose what at least one of them gets."), "no_change"),
        (draft.metric.startswith("call_") and draft.unit != ExperimentUnit.AGENT,
         _("Real calls are compared by agents. Choose agents as what is assigned."), "unit_metric"),
        (draft.unit == ExperimentUnit.RUN and any(arm.kind != ArmKind.PROMPT for arm in draft.arms),
         _("Runs compare prompts: choose a prompt's version for every arm."), "run_arms"),
    )  # fmt: skip
    for wrong, sentence, code in problems:
        if wrong:
            raise ExperimentError(sentence, code=code)
    for arm in draft.arms:
        _check_arm(client, arm)


def _check_arm(client: Client, arm: Arm) -> None:
    if arm.kind not in ArmKind.values:
        raise ExperimentError(_("Choose what each arm is."), code="kind")
    model = REFERENCED.get(ArmKind(arm.kind))
    if model is None:
        return
    try:
        found = model._default_manager.filter(client=client, pk=UUID(arm.reference)).exists()
    except ValueError:
        found = False
    if not found:
        raise ExperimentError(_("Choose what the arm “%(name)s” gets.") % {"name": arm.name}, code="reference")


def _shares(arms: Sequence[Arm]) -> list[float]:
    total = sum(arm.share for arm in arms)
    if total <= 0 or any(arm.share <= 0 for arm in arms):
        return [1 / len(arms)] * len(arms)
    return [arm.share / total for arm in arms]


def _cases(client: Client, wanted: Sequence[UUID]) -> list[TestCase]:
    found = list(TestCase.objects.filter(client=client, pk__in=list(wanted)))
    if len(found) < len(set(wanted)):
        raise ExperimentError(_("A test case is not there any more. Choose again."), code="cases")
    return found


def _may(user: User | None) -> None:
    if user is not None and not user.can(Capability.MANAGE_TESTS):
        raise PermissionDenied(_("You may not run experiments. Ask an administrator for the right."))
