"""The start page: each to where their work is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from recordings.pages.access import signed_in_user
from salesiq.people.models import User
from salesiq.people.roles import Capability, Role


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Agents to their own page, who sees calls to these; privacy officers, who see none, to their own pages."""
    if not request.user.is_authenticated:
        return redirect("login")
    return redirect(_start_of(signed_in_user(request)))


def _start_of(user: User) -> str:
    if user.role == Role.AGENT and not user.is_superuser:
        return reverse("my")
    if user.can(Capability.VIEW_CALLS):
        return reverse("calls")
    if user.can(Capability.ANSWER_PERSONS):
        try:
            return reverse("privacy")
        except NoReverseMatch:
            pass
    return reverse("admin:index" if user.is_staff else "account")
