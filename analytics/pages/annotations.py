"""Marking a day in the trends, and taking the mark away."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.models import Annotation
from analytics.pages.fields import DayField
from analytics.services import add_annotation, delete_annotation
from recordings.pages.access import page, signed_in_user
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability


class AnnotationForm(forms.Form):
    day = DayField(label=_("Day"))
    text = forms.CharField(max_length=120, strip=True)
    client = forms.ModelChoiceField(Client.objects.none(), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.fields["day"].required = True
        clients: Any = self.fields["client"]
        clients.queryset = Client.objects.visible_to(user)


def may_annotate(user: User) -> bool:
    """Whether they may mark days for everybody of the client."""
    return user.can(Capability.ANNOTATE_TRENDS)


@require_POST
@page(Capability.ANNOTATE_TRENDS)
def add(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    form = AnnotationForm(request.POST, user=user)
    client = (form.is_valid() and form.cleaned_data.get("client")) or user.client
    if not form.is_valid() or client is None:
        messages.error(request, _("The day was not marked: give a day and a few words (at most 120 characters)."))
    else:
        add_annotation(client=client, user=user, day=form.cleaned_data["day"], text=form.cleaned_data["text"])
        messages.success(request, _("The day is marked in all trends."))
    return redirect(_back(request))


@require_POST
@page(Capability.ANNOTATE_TRENDS)
def delete(request: HttpRequest, annotation_id: UUID) -> HttpResponse:
    """Their own; administrators take away anybody's."""
    user = signed_in_user(request)
    annotation = get_object_or_404(Annotation.objects.visible_to(user), pk=annotation_id)
    if annotation.created_by_id != user.pk and not user.can(Capability.MANAGE_PEOPLE):
        raise PermissionDenied
    delete_annotation(annotation=annotation)
    messages.success(request, _("The mark is gone."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The trends as they were looked at; only their query is taken over from what was sent."""
    query = urlsplit(request.POST.get("query", "")).path[:4000]
    return reverse("analytics-trends") + (f"?{query}" if query else "")
