"""Who is to practise what: giving it, seeing who has done it, taking it back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from salesiq.people.models import Agent, Team, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.models import Assignment, AssignmentReason, Suite, TestCase, Training
from testcases.pages.managing.loading import client_of, one_of
from testcases.services import CaseError, assign, cancel_assignment
from testcases.skills import SKILLS, name_of

A_PAGE = 50
OPEN, LATE, DONE, CANCELLED = "open", "late", "done", "cancelled"
STATES = {
    "": gettext_lazy("All but taken back"), OPEN: gettext_lazy("To do"), LATE: gettext_lazy("Overdue"),
    DONE: gettext_lazy("Done"), CANCELLED: gettext_lazy("Taken back"),
}  # fmt: skip


class AssignmentFilters(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=list(STATES.items()))
    agent = forms.ChoiceField(label=gettext_lazy("Agent"), required=False)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), required=False,
        choices=[("", gettext_lazy("Every reason")), *AssignmentReason.choices],
    )  # fmt: skip

    def __init__(self, data: Any, agents: Sequence[Agent]) -> None:
        super().__init__(data, auto_id="filter-%s")
        field = self.fields["agent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Every agent")), *((str(agent.pk), agent.name) for agent in agents)]

    @property
    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrow(self, rows: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
        chosen, today = self.chosen, timezone.localdate()
        states = {
            "": Q(cancelled_at=None), OPEN: Q(cancelled_at=None, done_at=None), DONE: Q(done_at__isnull=False),
            LATE: Q(cancelled_at=None, done_at=None, due_on__lt=today), CANCELLED: Q(cancelled_at__isnull=False),
        }  # fmt: skip
        rows = rows.filter(states[chosen.get("state", "")])
        if "agent" in chosen:
            rows = rows.filter(agent_id=chosen["agent"])
        return rows.filter(reason=chosen["reason"]) if "reason" in chosen else rows


@require_safe
@page(Capability.VIEW_TESTS)
def assignments(request: HttpRequest) -> HttpResponse:
    """What was given to the agents whom the reader sees, what is due first at the top."""
    user = signed_in_user(request)
    filters = AssignmentFilters(request.GET, list(Agent.objects.visible_to(user).order_by("name")))
    rows = filters.narrow(Assignment.objects.visible_to(user))
    case = one_of(TestCase.objects.visible_to(user), request.GET.get("case", ""))
    if case is not None:
        rows = rows.filter(case=case)
    rows = rows.select_related("agent__team", "training", "case", "suite", "assigned_by")
    cut = Paginator(rows.order_by("done_at", "due_on", "-created_at"), A_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "tc": "assignments", "rows": [_row(each) for each in cut], "cut": cut, "filters": filters, "case": case,
        "kept": kept.urlencode(), "may_write": user.manages_tests and user.client_id is not None,
    }  # fmt: skip
    return render(request, "testcases/managing/assignments.html", context)


def _row(assignment: Assignment) -> dict[str, Any]:
    late = bool(assignment.due_on and assignment.due_on < timezone.localdate())
    is_open = assignment.done_at is None and assignment.cancelled_at is None
    return {
        "assignment": assignment, "skill": name_of(assignment.skill) if assignment.skill else "",
        "is_open": is_open, "is_late": is_open and late,
        "kind": _("Training") if assignment.training_id else _("Suite") if assignment.suite_id else _("Test case"),
    }  # fmt: skip


class AssignForm(forms.Form):
    """`what` is `case:ID`, `suite:ID` or `training:ID`."""

    what = forms.ChoiceField(label=gettext_lazy("What"))
    skill = forms.ChoiceField(
        label=gettext_lazy("For which skill"), required=False,
        choices=[("", gettext_lazy("None in particular")), *((slug, each.name) for slug, each in SKILLS.items())],
    )  # fmt: skip
    due_on = forms.DateField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(
        label=gettext_lazy("A word to them"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rows: dict[str, QuerySet[Any]] = {
            "case": TestCase.objects.visible_to(user).filter(is_active=True, current__isnull=False),
            "suite": Suite.objects.visible_to(user),
            "training": Training.objects.visible_to(user).filter(is_active=True).defer("material"),
        }
        titles = {"case": _("Test cases"), "suite": _("Suites"), "training": _("Trainings")}
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (titles[kind], [(f"{kind}:{row.pk}", row.title) for row in rows.order_by("title")])
            for kind, rows in self._rows.items()
        ]

    def clean_due_on(self) -> Any:
        due = self.cleaned_data["due_on"]
        if due is not None and due < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        return due

    @property
    def thing(self) -> dict[str, Any]:
        """After validation: the one thing, by its kind."""
        kind, _colon, key = self.cleaned_data["what"].partition(":")
        return {kind: self._rows[kind].get(pk=key)}


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_TESTS)
def give(request: HttpRequest) -> HttpResponse:
    """Assign one thing to agents, or to all of a team."""
    user = signed_in_user(request)
    client = client_of(user)
    agents = list(Agent.objects.visible_to(user).filter(client=client).select_related("team").order_by("name"))
    first = next((f"{kind}:{request.GET[kind]}" for kind in ("case", "suite", "training") if kind in request.GET), "")
    chosen, teams = set(request.GET.getlist("agents")), set()
    form = AssignForm(user=user, initial={"what": first, "skill": request.GET.get("skill", "")})
    if request.method == "POST":
        form = AssignForm(request.POST, user=user)
        chosen, teams = set(request.POST.getlist("agents")), set(request.POST.getlist("teams"))
        wanted = [each for each in agents if str(each.pk) in chosen or str(each.team_id) in teams]
        if form.is_valid() and _given(request, user, form, wanted):
            return redirect("test-assignments")
    own_teams = {agent.team_id for agent in agents if agent.team_id is not None}
    context = {
        "tc": "assignments", "form": form, "agents": agents, "chosen": chosen, "chosen_teams": teams,
        "teams": Team.objects.filter(client=client, pk__in=own_teams).order_by("name"),
    }  # fmt: skip
    return render(request, "testcases/managing/assign.html", context, status=400 if form.errors else 200)


def _given(request: HttpRequest, user: User, form: AssignForm, agents: Sequence[Agent]) -> bool:
    said = form.cleaned_data
    try:
        made = assign(
            agents=agents, user=user, skill=said["skill"], due_on=said["due_on"], note=said["note"], **form.thing
        )
    except CaseError as error:
        form.add_error(None, error.sentence)
        return False
    words = ngettext("%(n)d agent has it to do now.", "%(n)d agents have it to do now.", len(made))
    messages.success(request, words % {"n": len(made)})
    return True


@require_POST
@page(Capability.MANAGE_TESTS)
def cancel(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = get_object_or_404(Assignment.objects.visible_to(user).select_related("agent"), pk=assignment_id)
    try:
        cancel_assignment(assignment=found, user=user)
    except CaseError as error:
        messages.warning(request, error.sentence)
    else:
        messages.success(request, _("Taken back. %(name)s need not do it any more.") % {"name": found.agent.name})
    return redirect("test-assignments")
