"""Who falls short in which skill, and what to give them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from salesiq.people.models import Agent
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.insights.gaps import SkillGap, skill_gaps
from testcases.insights.recommending import Recommendation, assign_for_gap, recommend
from testcases.insights.runs import RunFilter
from testcases.models import TestCase, Training
from testcases.pages.managing.loading import one_of
from testcases.pages.measuring.filters import filters_of
from testcases.pages.measuring.wording import Figure, Moved, gap_moved, percent, share_figure, whole
from testcases.services import CaseError
from testcases.skills import name_of

A_PAGE = 30


@dataclass(frozen=True, slots=True)
class GapRow:
    gap: SkillGap
    skill: str
    own: Figure
    team: str
    against: Moved
    top: str
    history: Moved
    benchmark: str
    recommended: Recommendation | None


@require_safe
@page(Capability.VIEW_TESTS)
def gaps(request: HttpRequest) -> HttpResponse:
    """Gaps to the team, the surest first; a page of them at a time."""
    user = signed_in_user(request)
    filters = filters_of(request, user)
    found = skill_gaps(user, filters.narrowing)
    skill = request.GET.get("skill", "")
    skills = sorted({each.skill for each in found}, key=name_of)
    below = [each for each in found if each.falls_short and (not skill or each.skill == skill)]
    cut = Paginator(below, A_PAGE).get_page(request.GET.get("page"))
    recommended = recommend(user, list(cut))
    rows = [gap_row(each.gap, each) for each in recommended]
    kept = request.GET.copy()
    kept.pop("page", None)
    context: dict[str, Any] = {
        "tc": "insights", "part": "gaps", "filters": filters, "rows": rows, "cut": cut, "kept": kept.urlencode(),
        "skills": [(each, name_of(each)) for each in skills], "skill": skill if skill in skills else "",
        "sure": sum(each.is_sure for each in below), "any": bool(found), "may_write": user.manages_tests,
    }  # fmt: skip
    return render(request, "testcases/measuring/gaps.html", context)


def gap_row(gap: SkillGap, recommended: Recommendation | None) -> GapRow:
    benchmark = gap.benchmark
    words = ""
    if benchmark is not None:
        words = _("%(value)s: %(source)s") % {"value": whole(benchmark.value), "source": benchmark.source}
    return GapRow(
        gap, name_of(gap.skill), share_figure(gap.own, mark=gap.team.share), percent(gap.team.share),
        gap_moved(gap.gap, sure=gap.is_sure), percent(gap.top), gap_moved(gap.history), words, recommended,
    )  # fmt: skip


@require_POST
@page(Capability.MANAGE_TESTS)
def assign(request: HttpRequest) -> HttpResponse:
    """Give an agent what is recommended for a gap, with the figures that it rests on."""
    user = signed_in_user(request)
    agent = one_of(Agent.objects.visible_to(user), request.POST.get("agent", ""))
    if agent is None:
        raise Http404
    skill = request.POST.get("skill", "")[:60]
    training = one_of(Training.objects.visible_to(user), request.POST.get("training", ""))
    case = one_of(TestCase.objects.visible_to(user), request.POST.get("case", "")) if training is None else None
    gap = next(
        (each for each in skill_gaps(user, RunFilter()) if each.agent.pk == agent.pk and each.skill == skill), None
    )
    if gap is None or (training is None and case is None):
        messages.warning(request, _("This gap is not there any more. Look again."))
        return redirect(_back(request))
    try:
        assign_for_gap(user=user, agent=agent, gap=gap, training=training, case=case)
    except CaseError as error:
        messages.warning(request, str(error))
    else:
        told = {"what": training or case, "name": agent.name}
        messages.success(request, _("“%(what)s” is assigned to %(name)s.") % told)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("test-gaps")
