"""Calls that were chosen in the back office's list, as a file."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from analytics.questions import QuestionError
from analytics.reports.asked import CALLS
from analytics.reports.exports import request_export
from analytics.reports.formats import TABLES
from analytics.reports.making import NotAllowedError
from recordings.admin.bulk import Bulk, Fact, register_bulk
from recordings.admin.bulk_forms import BulkForm
from recordings.bulk.services import keep_selection
from recordings.models import BulkAction
from recordings.models.call import SalesCallQuerySet
from salesiq.people.backoffice import signed_in
from salesiq.people.models import User


class ExportForm(BulkForm):
    file_format = forms.ChoiceField(
        label=_("Format"), choices=[(each.value, each.label) for each in TABLES], widget=UnfoldAdminSelectWidget
    )


def _facts(calls: SalesCallQuerySet, user: User) -> Sequence[Fact]:
    return []


def _begin(calls: SalesCallQuerySet, form: BulkForm, request: HttpRequest) -> str:
    user, chosen = signed_in(request), form.cleaned_data["file_format"]
    values: dict[str, Any] = {"format": str(chosen)}
    change = keep_selection(calls=calls, action=BulkAction.EXPORT, values=values, actor=user, request=request)
    try:
        request_export(
            client=change.client,
            user=user,
            kind=CALLS,
            query=f"chosen={change.pk}",
            file_format=chosen,
            request=request,
        )
    except (QuestionError, NotAllowedError) as error:
        raise ValidationError(str(error)) from error
    return reverse("analytics-exports")


register_bulk(
    "export_calls",
    Bulk(
        title=_("Export"),
        says=_("A file with a row for each call, made in the background and kept for some days."),
        button=_("Export"),
        form=ExportForm,
        facts=_facts,
        begin=_begin,
    ),
)
