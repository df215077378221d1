"""Scripts and scorecards in the back office: written as JSON, checked in words, versioned once used."""

import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from recordings.admin.filters import LanguageFilter
from recordings.models import Scorecard, Script
from recordings.quality.criteria import read_criteria
from recordings.quality.errors import QualityError
from recordings.quality.script import read_stages
from recordings.standards import add_standard, is_used, revise_standard
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, TenantForm, signed_in
from salesiq.people.roles import Capability


class ReadableJSON(forms.JSONField):
    """JSON laid out for people to edit, in their own letters."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 28, "spellcheck": "false", "class": "font-mono"})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _checked(read: Callable[[Any], object], value: Any) -> Any:
    try:
        read(value)
    except QualityError as error:
        raise ValidationError(error.message, code=error.code) from error
    return value


class ScriptForm(TenantForm):
    stages = ReadableJSON(
        label=gettext_lazy("Stages"),
        help_text=gettext_lazy(
            "A list of stages, each with key, name, weight and lines: required, optional, forbidden. "
            "“|” parts wordings of one line; {agent}, {customer}, {company}, {product}, {date} stand for anything."
        ),
    )

    class Meta:
        model = Script
        fields = ("client", "name", "language", "stages", "status")

    def clean_stages(self) -> Any:
        return _checked(read_stages, self.cleaned_data["stages"])


class ScorecardForm(TenantForm):
    criteria = ReadableJSON(
        label=gettext_lazy("Criteria"),
        help_text=gettext_lazy("A list of criteria, each with key, name, weight and rule; parameters if need be."),
    )

    class Meta:
        model = Scorecard
        fields = ("client", "name", "criteria", "status")

    def clean_criteria(self) -> Any:
        return _checked(read_criteria, self.cleaned_data["criteria"])


class StandardAdmin(ScopedModelAdmin):
    """Everybody who works in the back office reads what calls are measured by; administrators write it."""

    view_capability = Capability.VIEW_CALLS
    change_capability = Capability.MANAGE_STANDARDS
    add_capability = Capability.MANAGE_STANDARDS
    delete_capability = Capability.MANAGE_STANDARDS
    content: ClassVar[str]
    identity: ClassVar[Sequence[str]]

    list_select_related = ["client"]
    search_fields = ["name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [*self.identity, "version"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        names = [*self.identity, *(["version"] if obj else []), "status", self.content]
        return [name for name in names if not (name == "client" and self._tenant_id(request))]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and not (isinstance(obj, Script | Scorecard) and is_used(obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor = signed_in(request)
        if not change:
            add_standard(standard=obj, actor=actor)
            return
        before = obj.version
        saved = revise_standard(standard=obj, content=form.cleaned_data[self.content], status=obj.status, actor=actor)
        obj.pk = saved.pk
        obj.refresh_from_db()
        if saved.version != before:
            text = _("Calls were measured by version %(before)d, so it stays as it was. Version %(after)d was made.")
            self.message_user(request, text % {"before": before, "after": saved.version}, messages.INFO)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the audit trail."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the audit trail."""


@admin.register(Script)
class ScriptAdmin(StandardAdmin):
    form = ScriptForm
    content = "stages"
    identity = ("client", "name", "language")
    list_display = ["name", "language", "version", "status", "client"]
    list_filter = [LanguageFilter, "status", ("client", ScopedRelatedFilter)]


@admin.register(Scorecard)
class ScorecardAdmin(StandardAdmin):
    form = ScorecardForm
    content = "criteria"
    identity = ("client", "name")
    list_display = ["name", "version", "status", "client"]
    list_filter = ["status", ("client", ScopedRelatedFilter)]
