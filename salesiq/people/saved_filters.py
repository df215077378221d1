"""Keeping a list of the back office with its filters under a name, and letting it go."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from salesiq.people.models import SavedFilter, User
from salesiq.people.roles import Capability

MOST_QUERY = 4000
# What belongs to a moment and not to a filter.
_PASSING = (PAGE_VAR, "_changelist_filters", "e")


class SavedFilterForm(forms.Form):
    screen = forms.CharField(max_length=80)
    name = forms.CharField(max_length=80)
    query = forms.CharField(max_length=MOST_QUERY, required=False)
    is_shared = forms.BooleanField(required=False)


@transaction.atomic
def save_filter(*, user: User, screen: str, name: str, query: str, is_shared: bool) -> SavedFilter:
    """Keep a list's filters under `name`; one of that name of the same user is replaced.

    Only who belongs to a client has somebody to share with. Raises ValueError for a query that is too long.
    """
    if len(query) > MOST_QUERY:
        raise ValueError(f"A filter may hold {MOST_QUERY} characters.")
    saved, _created = SavedFilter.objects.update_or_create(
        user=user,
        screen=screen,
        name=name,
        defaults={
            "client": user.client,
            "query": without_page(query),
            "is_shared": is_shared and user.client_id is not None,
        },
    )
    return saved


@transaction.atomic
def delete_filter(*, saved: SavedFilter) -> None:
    saved.delete()


def without_page(query: str) -> str:
    """The query without the place in the list."""
    return urlencode([pair for pair in QueryDict(query).items() if pair[0] not in _PASSING], doseq=True)


def filters_of(request: HttpRequest, screen: str) -> list[dict[str, Any]]:
    """The saved filters of a list as links, and which one is open. One query."""
    here = sorted(QueryDict(without_page(request.GET.urlencode())).items())
    found = SavedFilter.objects.usable_by(request.user).filter(screen=screen).select_related("user")
    return [
        {
            "saved": saved,
            "link": f"?{saved.query}",
            "is_open": sorted(QueryDict(saved.query).items()) == here,
            "is_own": saved.user_id == request.user.pk,
        }
        for saved in found
    ]


@require_POST
@login_required
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the filters of a list that the user may open."""
    user = _of_back_office(request)
    form = SavedFilterForm(request.POST)
    screen = _address(request, request.POST.get("screen", ""))
    if not form.is_valid():
        messages.error(request, _("The filter was not kept: give it a name of at most 80 characters."))
        return HttpResponseRedirect(screen)
    values: dict[str, Any] = form.cleaned_data
    saved = save_filter(user=user, **values)
    messages.success(request, _("The filter “%(name)s” is kept.") % {"name": saved.name})
    return HttpResponseRedirect(f"{screen}?{saved.query}" if saved.query else screen)


@require_POST
@login_required
def forget(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    """Delete a filter of one's own."""
    user = _of_back_office(request)
    saved = get_object_or_404(SavedFilter.objects.visible_to(user), user=user, pk=filter_id)
    screen = _address(request, saved.screen)
    delete_filter(saved=saved)
    messages.success(request, _("The filter “%(name)s” is gone.") % {"name": saved.name})
    return HttpResponseRedirect(screen)


def _of_back_office(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    if not user.can(Capability.USE_ADMIN):
        raise PermissionDenied
    return user


def _address(request: HttpRequest, screen: str) -> str:
    """Where the list is; 404 for what is no list of the back office, 403 for one that the user may not open."""
    known = {model._meta.label_lower: screen for model, screen in admin.site._registry.items()}
    if screen not in known:
        raise Http404
    if not known[screen].has_view_permission(request):
        raise PermissionDenied
    return reverse(f"admin:{screen.replace('.', '_')}_changelist")
