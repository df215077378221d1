"""The button "Work it out now"."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.pages.registry import PAGES, Group
from decisions.models import RunKind
from decisions.pages.frame import address, clients_of
from decisions.runs import start_analysis
from decisions.runs.audiences import audience_of
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability


@require_POST
@page(Capability.VIEW_DECISIONS)
def work(request: HttpRequest) -> HttpResponse:
    """Begin the kinds of analysis that were asked for, in their order; all of them where none was named."""
    user = signed_in_user(request)
    _clients, client = clients_of(request)
    audience = audience_of(user, client) if client else None
    if client is None or audience is None:
        messages.error(request, _("Choose a client first: an analysis rests on the rows of one."))
        return redirect("analytics-decisions")
    asked = request.POST.getlist("kind")
    for kind in [kind for kind in RunKind.values if kind in asked] or RunKind.values:
        start_analysis(audience=audience, kind=kind, user=user)
    messages.success(request, _("It is being worked out. The page shows it as soon as it is there."))
    names = {each.url_name for each in PAGES if each.group == Group.DECISIONS}
    back = request.POST.get("page", "")
    return redirect(address(back if back in names else "analytics-decisions", user=user, client=client))
