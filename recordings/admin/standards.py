"""Scripts and scorecards in the back office: written as JSON, checked in words, versioned once used."""

import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.formats.base_formats import JSON
from unfold.widgets import UnfoldAdminTextareaWidget

from recordings.admin.filters import LanguageFilter
from recordings.admin.standards_files import ScorecardResource, ScriptResource
from recordings.models import Scorecard, Script, StandardStatus
from recordings.quality.criteria import read_criteria
from recordings.quality.errors import QualityError
from recordings.quality.script import read_stages
from recordings.standards import (
    StandardError,
    add_standard,
    begin_version,
    publish_standard,
    retire_standard,
    revise_standard,
)
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, TenantForm, signed_in
from salesiq.people.exchange import ExchangeMixin
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
        fields = ("client", "name", "language", "stages")

    def clean_stages(self) -> Any:
        return _checked(read_stages, self.cleaned_data["stages"])


class ScorecardForm(TenantForm):
    criteria = ReadableJSON(
        label=gettext_lazy("Criteria"),
        help_text=gettext_lazy("A list of criteria, each with key, name, weight and rule; parameters if need be."),
    )

    class Meta:
        model = Scorecard
        fields = ("client", "name", "criteria")

    def clean_criteria(self) -> Any:
        return _checked(read_criteria, self.cleaned_data["criteria"])


_KNOWN = ("version", "status", "published_at", "published_by", "open_editor")


class StandardAdmin(ExchangeMixin, ScopedModelAdmin):  # type: ignore[misc]
    """Everybody who works in the back office reads what calls are measured by; who manages standards writes drafts."""

    view_capability = Capability.VIEW_CALLS
    change_capability = Capability.MANAGE_STANDARDS
    add_capability = Capability.MANAGE_STANDARDS
    delete_capability = Capability.MANAGE_STANDARDS
    formats = [JSON]
    content: ClassVar[str]
    identity: ClassVar[Sequence[str]]

    list_select_related = ["client"]
    search_fields = ["name"]
    actions = ["publish", "begin_new_version", "retire"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without what is long: it is read when one is opened."""
        return super().get_queryset(request).defer(self.content)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        if obj is None:
            return []
        locked = [] if _is_draft(obj) else [self.content]
        return [*self.identity, *_KNOWN, *locked]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        names = [*self.identity, *(_KNOWN if obj else ()), self.content]
        return [name for name in names if not (name == "client" and self._tenant_id(request))]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (obj is None or _is_draft(obj))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset.filter(status=StandardStatus.DRAFT))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor = signed_in(request)
        if not change:
            add_standard(standard=obj, actor=actor)
            return
        if self.content in form.cleaned_data:  # a published one shows its content and keeps it
            revise_standard(standard=obj, content=form.cleaned_data[self.content], actor=actor)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the audit trail."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the audit trail."""

    @admin.display(description=gettext_lazy("editor"))
    def open_editor(self, row: Script | Scorecard) -> str:
        name = "script" if isinstance(row, Script) else "scorecard"
        return format_html('<a class="text-link" href="{}">{}</a>', reverse(name, args=[row.pk]), _("Open"))

    def has_manage_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.MANAGE_STANDARDS)

    @admin.action(description=gettext_lazy("Publish"), permissions=["manage"])
    def publish(self, request: HttpRequest, queryset: Any) -> None:
        self._carry_out(request, queryset, publish_standard, _("%(standard)s is in use from now on."))

    @admin.action(description=gettext_lazy("Begin a new version"), permissions=["manage"])
    def begin_new_version(self, request: HttpRequest, queryset: Any) -> None:
        self._carry_out(request, queryset, begin_version, _("%(standard)s is a draft: write it, then publish it."))

    @admin.action(description=gettext_lazy("Retire"), permissions=["manage"])
    def retire(self, request: HttpRequest, queryset: Any) -> None:
        self._carry_out(request, queryset, retire_standard, _("%(standard)s is out of use."))

    def _carry_out(self, request: HttpRequest, queryset: Any, service: Any, done: str) -> None:
        for row in queryset:
            try:
                row = service(standard=row, actor=signed_in(request))
                self.message_user(request, done % {"standard": row}, messages.SUCCESS)
            except StandardError as error:
                self.message_user(request, f"{row}: {' '.join(error.messages)}", messages.WARNING)


def _is_draft(row: object) -> bool:
    return isinstance(row, Script | Scorecard) and row.status == StandardStatus.DRAFT


@admin.register(Script)
class ScriptAdmin(StandardAdmin):
    form = ScriptForm
    resource_classes = [ScriptResource]
    content = "stages"
    identity = ("client", "name", "language")
    list_display = ["name", "language", "version", "status", "published_at", "open_editor", "client"]
    list_filter = [LanguageFilter, "status", ("client", ScopedRelatedFilter)]


@admin.register(Scorecard)
class ScorecardAdmin(StandardAdmin):
    form = ScorecardForm
    resource_classes = [ScorecardResource]
    content = "criteria"
    identity = ("client", "name")
    list_display = ["name", "version", "status", "published_at", "open_editor", "client"]
    list_filter = ["status", ("client", ScopedRelatedFilter)]
