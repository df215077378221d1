"""Plans of samples: written, previewed, drawn once per period, and their calls given to reviewers by load."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from recordings.models import (
    Cadence,
    Review,
    SalesCall,
    SamplingPlan,
    SamplingRun,
    SamplingStrategy,
)
from recordings.models.review import UNFINISHED
from recordings.privacy.retention_plan import zone_of
from recordings.reviewing.errors import ReviewError
from recordings.reviewing.services import assign_review
from recordings.sampling.drawing import Drawing, count, draw
from recordings.sampling.periods import Period, due_after, period_at
from recordings.sampling.population import MAY_REVIEW, chosen_or_all, reviewers_of, teams_of
from recordings.sampling.selection import CallToGive, ReviewerLoad, seed_of, share_among
from salesiq.audit.services import record_event
from salesiq.jobs.models import Job
from salesiq.jobs.services import enqueue
from salesiq.people.models import User
from salesiq.people.roles import Role

DRAW_TASK = "recordings.tasks.draw_sample"
_LIMITS = {"size": (1, 500), "look_back_days": (1, 366), "due_days": (0, 90)}
# What decides which calls are drawn and who gets them; told in the trail before and after.
_DECIDING = (
    "strategy", "stratify_by", "size", "threshold", "look_back_days", "filters", "scorecard_id", "due_days", "cadence",
    "is_active",
)  # fmt: skip


def save_plan(*, plan: SamplingPlan, reviewers: list[User], actor: User) -> SamplingPlan:
    """Write a new or changed plan; `reviewers` empty: everybody whose role is reviewer.

    Raises:
        ValidationError: by field, where the plan contradicts itself or names what it may not.
    """
    check_plan(plan, reviewers)
    with transaction.atomic():
        known = SamplingPlan.objects.select_for_update().filter(pk=plan.pk).first()
        before = _deciding(known) if known else {}
        if known is None:
            plan.created_by = actor
        plan.save()
        plan.reviewers.set(reviewers)
        after = _deciding(plan)
        changed = {name: value for name, value in after.items() if before.get(name) != value}
        details = {"before": {name: before[name] for name in changed if name in before}, "after": changed}
        record_event(action="changed" if known else "added", target=plan, actor=actor, details=details)
    return plan


def check_plan(plan: SamplingPlan, reviewers: list[User]) -> None:
    """Raise ValidationError by field unless the plan can be drawn."""
    errors: dict[str, str] = {}
    if plan.strategy == SamplingStrategy.STRATIFIED and not plan.stratify_by:
        errors["stratify_by"] = _("Choose what the groups are.")
    if plan.strategy == SamplingStrategy.BELOW_THRESHOLD and plan.threshold is None:
        errors["threshold"] = _("Say below which score calls are drawn.")
    for name, (least, most) in _LIMITS.items():
        if not least <= (getattr(plan, name) or 0) <= most:
            errors[name] = _("Choose a number from %(least)d to %(most)d.") % {"least": least, "most": most}
    if any(user.client_id != plan.client_id or user.role not in MAY_REVIEW for user in reviewers):
        errors["reviewers"] = _("Choose people of the client who review calls.")
    if plan.scorecard is not None and plan.scorecard.client_id != plan.client_id:
        errors["scorecard"] = _("Choose a scorecard of the same client.")
    same = SamplingPlan.objects.filter(client_id=plan.client_id, name=plan.name).exclude(pk=plan.pk)
    if same.exists():
        errors["name"] = _("There is a plan of this name. Choose another name.")
    if errors:
        raise ValidationError({name: [sentence] for name, sentence in errors.items()})


def _deciding(plan: SamplingPlan) -> dict[str, Any]:
    return {name: str(value) if name == "threshold" else value for name in _DECIDING for value in [getattr(plan, name)]}


def switch_plan(*, plan: SamplingPlan, active: bool, actor: User) -> SamplingPlan:
    """Let a plan be drawn by the clock, or not any more; what was drawn stays."""
    with transaction.atomic():
        row = SamplingPlan.objects.select_for_update().get(pk=plan.pk)
        if row.is_active != active:
            row.is_active = active
            row.save(update_fields=["is_active", "updated_at"])
            details = {"before": {"is_active": not active}, "after": {"is_active": active}}
            record_event(action="changed", target=row, actor=actor, details=details)
    return row


def may_change_plan(plan: SamplingPlan, user: User) -> bool:
    """Administrators change every plan; managers their own, which draw from the calls of their teams."""
    return user.is_superuser or user.role == Role.ADMIN or plan.created_by_id == user.pk


def preview_plan(
    plan: SamplingPlan, *, reviewers: list[User] | None = None, now: datetime | None = None
) -> Drawing:  # fmt: skip
    """How many calls a drawing made now would have to choose from, and would choose, per group; writes nothing.

    `plan` need not be saved; `reviewers` are those on its form (None: as they are saved).
    """
    who = reviewers_of(plan) if reviewers is None else chosen_or_all(plan, reviewers)
    return count(plan, until=now or timezone.now(), reviewers=who)


def draw_sample(*, plan: SamplingPlan, period: Period, actor: User | None = None) -> SamplingRun:
    """Choose the calls of `period` and give each to a reviewer; a period that was drawn is returned as it is.

    All of it is one transaction: a worker that is killed leaves nothing, and the next one draws the same, since the
    seed follows from plan and period. Each call goes to who has the fewest open reviews of those who see it and did
    not lead it; where nobody does, it waits for somebody to take it.
    """
    with transaction.atomic():
        locked = SamplingPlan.objects.select_for_update(of=("self",)).select_related("client", "scorecard")
        plan = locked.get(pk=plan.pk)
        run, is_new = SamplingRun.objects.get_or_create(
            plan=plan, period=period.name, defaults={"seed": seed_of(plan.pk, period.name)}
        )
        if not is_new:
            return run
        with translation.override(plan.client.language or settings.LANGUAGE_CODE):
            drawing = draw(plan, until=period.until, seed=run.seed, reviewers=reviewers_of(plan))
            run.chosen = _give_out(run, drawing)
        run.population = drawing.population
        run.groups = [group.as_json() for group in drawing.groups]
        run.save()
        details = {"period": period.name.replace(" ", "T"), "population": run.population, "chosen": run.chosen}
        record_event(action="sample_drawn", target=plan, actor=actor, details=details)
    return run


def _give_out(run: SamplingRun, drawing: Drawing) -> int:
    plan = run.plan
    reasons = dict(drawing.chosen)
    calls = SalesCall.objects.select_related("client", "agent").in_bulk(list(reasons))
    reviewers = reviewers_of(plan)
    by_key = {user.pk: user for user in reviewers}
    wanted = [CallToGive(pk, call.agent.team_id, call.agent.user_id) for pk, call in calls.items() if call.agent]
    given = share_among(wanted, _loads(reviewers), run.seed)
    due = due_after(plan.due_days, timezone.now(), zone_of(plan.client))
    number = 0
    for pk, reviewer in given.items():
        try:
            assign_review(
                call=calls[pk], reviewer=by_key[reviewer] if reviewer else None, assigned_by=None,
                scorecard=plan.scorecard, due_at=due, reason=reasons[pk], run=run,
            )  # fmt: skip
        except ReviewError:  # it was anonymised or is analysed anew since it was chosen
            continue
        number += 1
    return number


def _loads(reviewers: list[User]) -> list[ReviewerLoad]:
    waiting = open_reviews(reviewers)
    teams = teams_of(reviewers)
    return [ReviewerLoad(user.pk, teams[user.pk], waiting.get(user.pk, 0)) for user in reviewers]


def open_reviews(reviewers: list[User]) -> dict[UUID, int]:
    """How many unfinished reviews wait for each; one query."""
    rows = Review.objects.filter(reviewer__in=reviewers, status__in=UNFINISHED).order_by()
    return dict(rows.values_list("reviewer").annotate(number=Count("pk")))


def start_drawing(*, plan: SamplingPlan, actor: User) -> Job:
    """Have `plan` drawn now, beside its standing order; the work is done in the background."""
    now = period_at(Cadence.BY_HAND, timezone.now(), zone_of(plan.client))
    return enqueue(task=DRAW_TASK, subject=f"{plan.pk} {now.name}", client=plan.client, created_by=actor)


def start_due_drawings(now: datetime | None = None) -> list[Job]:
    """Queue a drawing of each active plan whose day, week or month has begun and was not drawn."""
    now = now or timezone.now()
    started = []
    plans = SamplingPlan.objects.filter(is_active=True).exclude(cadence=Cadence.BY_HAND).select_related("client")
    for plan in plans.order_by("pk"):
        period = period_at(plan.cadence, now, zone_of(plan.client))
        if not SamplingRun.objects.filter(plan=plan, period=period.name).exists():
            started.append(enqueue(task=DRAW_TASK, subject=f"{plan.pk} {period.name}", client=plan.client))
    return started


@dataclass(frozen=True, slots=True)
class DrawingOrder:
    """The subject of a drawing's job: `<plan> <period>`."""

    plan: str
    period: str

    @classmethod
    def read(cls, subject: str) -> "DrawingOrder":
        plan, _space, period = subject.partition(" ")
        return cls(plan, period)


def carry_out_drawing(*, subject: str, actor: User | None) -> SamplingRun | None:
    """What the job of `subject` does; None where the plan is gone, or its period is over."""
    order = DrawingOrder.read(subject)
    plan = SamplingPlan.objects.select_related("client").filter(pk=order.plan).first()
    if plan is None:
        return None
    now, zone = timezone.now(), zone_of(plan.client)
    period = period_at(plan.cadence, now, zone)
    if period.name != order.period or plan.cadence == Cadence.BY_HAND:
        # By hand: everything until now; also for a period that ended while the job waited.
        period = Period(order.period, now)
    return draw_sample(plan=plan, period=period, actor=actor)
