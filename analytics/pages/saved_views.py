"""Keeping a view of a page under a name, and letting it go."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from analytics.models import SavedView
from analytics.pages.registry import is_page
from analytics.services import MOST_QUERY, delete_view, save_view
from recordings.pages.access import page, signed_in_user
from salesiq.people.roles import Capability


class ViewForm(forms.Form):
    name = forms.CharField(max_length=80)
    page = forms.CharField(max_length=40)
    query = forms.CharField(max_length=MOST_QUERY, required=False)
    is_shared = forms.BooleanField(required=False)

    def clean_page(self) -> str:
        name: str = self.cleaned_data["page"]
        if not is_page(name):
            raise forms.ValidationError(_("There is no such page."))
        return name


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.VIEW_ANALYTICS)
def views(request: HttpRequest) -> HttpResponse:
    """The views of a page, for its menu; or one more of them."""
    return _save(request) if request.method == "POST" else _list(request)


def _list(request: HttpRequest) -> HttpResponse:
    name = request.GET.get("page", "")
    entry = name if is_page(name) else "analytics-overview"
    found = SavedView.objects.visible_to_owner(signed_in_user(request)).filter(page=entry).select_related("user")
    return render(request, "analytics/_views.html", {"saved_views": found, "here": reverse(entry), "url_name": entry})


def _save(request: HttpRequest) -> HttpResponse:
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The view was not kept: give it a name of at most 80 characters."))
        return redirect(_back(form.cleaned_data.get("page", ""), request.POST.get("query", "")))
    values: dict[str, Any] = form.cleaned_data
    view = save_view(user=signed_in_user(request), **values)
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return redirect(address_of_view(view))


@require_POST
@page(Capability.VIEW_ANALYTICS)
def delete(request: HttpRequest, view_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    view = get_object_or_404(SavedView.objects.visible_to(user), user=user, pk=view_id)
    address = address_of_view(view)
    delete_view(view=view)
    messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
    return redirect(address)


def address_of_view(view: SavedView) -> str:
    return _back(view.page, view.query)


def _back(url_name: str, query: str) -> str:
    path = reverse(url_name if is_page(url_name) else "analytics-overview")
    encoded = QueryDict(query).urlencode()
    return f"{path}?{encoded}" if encoded else path
