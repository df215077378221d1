"""A new experiment, with the number of units it takes reckoned while it is being planned."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from salesiq.people.models import Agent, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.experiments import Baseline, Draft, ExperimentError, baseline_of, create_experiment, reckon
from testcases.experiments.planning import FACTORS, Reckoned
from testcases.models import ExperimentMetric, ExperimentUnit
from testcases.pages.managing.loading import client_of
from testcases.pages.measuring.plan_form import PlanForm
from testcases.pages.measuring.wording import decimal, percent, whole
from testcases.statistics.power import PlanError, detectable


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_TESTS)
def new_experiment(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    client = client_of(user)
    if request.method == "POST":
        form = PlanForm(request.POST, user=user)
        if form.is_valid():
            try:
                made = create_experiment(client=client, user=user, draft=form.draft())
            except ExperimentError as error:
                form.add_error(_place(error.code, form), str(error))
            else:
                messages.success(request, _("The plan is kept. Start it when everything is ready."))
                return redirect("test-experiment", made.pk)
    else:
        form = PlanForm(user=user, initial=_initial(user))
        form.cleaned_data = {}
    reckoned = _reckoned(user, _draft(form))
    context = {"tc": "experiments", "form": form, **reckoned}
    return render(request, "testcases/measuring/experiment_new.html", context, status=400 if form.errors else 200)


@require_safe
@page(Capability.MANAGE_TESTS)
def reckon_plan(request: HttpRequest) -> HttpResponse:
    """What the plan takes as it stands in the form, for htmx."""
    user = signed_in_user(request)
    form = PlanForm(request.GET, user=user)
    form.is_valid()
    return render(request, "testcases/measuring/_reckoned.html", _reckoned(user, form.draft()))


def _draft(form: PlanForm) -> Draft:
    if form.is_bound:
        return form.draft()
    form.cleaned_data = {name: field.initial for name, field in form.fields.items()} | dict(form.initial)
    form.cleaned_data |= {"cases": [], "teams": []}
    return form.draft()


def _initial(user: User) -> dict[str, Any]:
    """What it is now, where it is known; a difference of a tenth of the scale."""
    known = baseline_of(user, unit=ExperimentUnit.AGENT, metric=ExperimentMetric.SCORE)
    return {
        "baseline": round(known.mean, 1) if known.mean is not None else 60.0,
        "spread": round(known.spread, 1) if known.spread else 10.0, "effect": 8.0,
    }  # fmt: skip


def _reckoned(user: User, draft: Draft) -> dict[str, Any]:
    """For the template: the numbers, or the sentence that says why there are none."""
    known = baseline_of(user, unit=draft.unit, metric=draft.metric, cases=draft.cases)
    context: dict[str, Any] = {"known": _known(known), "draft": draft}
    try:
        found = reckon(draft)
    except ExperimentError as error:
        return {**context, "problem": str(error)}
    agents = _agents(user, draft) if draft.unit == ExperimentUnit.AGENT else None
    return {
        **context, "per_arm": whole(found.size.per_arm), "total": whole(found.total), "arms": found.arms,
        "looks": ", ".join(whole(look) for look in found.looks), "achieved": percent(found.size.achieved),
        "standardised": decimal(abs(found.size.standardised), 2), "agents": agents,
        "is_short": agents is not None and agents < found.total, "least": _least(draft, found, agents),
    }  # fmt: skip


def _known(known: Baseline) -> dict[str, str] | None:
    if known.mean is None:
        return None
    spread = decimal(known.spread, 1) if known.spread is not None else ""
    return {"mean": decimal(known.mean, 1), "spread": spread, "units": whole(known.units)}


def _agents(user: User, draft: Draft) -> int:
    agents = Agent.objects.visible_to(user).filter(client=user.client_id, is_active=True)
    return (agents.filter(team__in=list(draft.teams)) if draft.teams else agents).count()


def _least(draft: Draft, found: Reckoned, agents: int | None) -> str:
    """The smallest difference that the agents who are there could find."""
    if agents is None:
        return ""
    per_arm = int(agents / found.arms / FACTORS[draft.rule])
    try:
        least = detectable(
            scale="mean", baseline=draft.baseline, per_arm=per_arm, spread=draft.spread,
            alpha=draft.alpha / max(1, len(draft.arms) - 1), power=draft.power,
        )  # fmt: skip
    except (PlanError, ValueError):
        return ""
    return decimal(least, 1) if least is not None else ""


def _place(code: str, form: PlanForm) -> str | None:
    place = {"no_change": "gets_1"}.get(code, code)
    return place if place in form.fields else None
