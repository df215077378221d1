"""A call becomes a case that can be practised, and is given to whom it helps."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from recordings.models import SalesCall
from recordings.selectors import list_calls
from salesiq.people.models import Agent, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.pages.managing.loading import client_of
from testcases.scenarios import make_scenario, why_not
from testcases.services import CaseError


class ScenarioForm(forms.Form):
    due_on = forms.DateField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(
        label=gettext_lazy("A word to them"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_due_on(self) -> Any:
        due = self.cleaned_data["due_on"]
        if due is not None and due < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        return due


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_TESTS)
def scenario(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Choose whom it is for; POST makes the case of the call, or gives the one that is there."""
    user = signed_in_user(request)
    client_of(user)
    call = get_object_or_404(list_calls(user), pk=call_id)
    agents = list(Agent.objects.visible_to(user).filter(client=call.client_id).select_related("team").order_by("name"))
    chosen = {str(call.agent_id)} if call.agent_id else set()
    form = ScenarioForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        chosen = set(request.POST.getlist("agents"))
        wanted = [agent for agent in agents if str(agent.pk) in chosen]
        if form.is_valid() and (done := _make(request, user, call, form, wanted)):
            return done
    context = {
        "tc": "cases", "call": call, "form": form, "agents": agents, "chosen": chosen, "problem": why_not(call),
    }  # fmt: skip
    return render(request, "testcases/managing/scenario.html", context, status=400 if form.errors else 200)


def _make(
    request: HttpRequest, user: User, call: SalesCall, form: ScenarioForm, agents: list[Agent]
) -> HttpResponse | None:
    """The page of the case, or None with what is wrong at the form."""
    try:
        case = make_scenario(call=call, user=user, assign_to=agents, **form.cleaned_data)
    except CaseError as error:
        form.add_error(None, error.sentence)
        return None
    messages.success(request, _("The scenario is made. Read it, and play it once yourself."))
    if agents:
        words = ngettext("%(n)d agent has it to do now.", "%(n)d agents have it to do now.", len(agents))
        messages.success(request, words % {"n": len(agents)})
    return redirect("test-case", case.pk)
