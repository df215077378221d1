"""The ground of the screens of CRM records: who may see and change them, and the columns of the tenant's own."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline

from integrations.crm.admin.custom_forms import PREFIX, with_custom_fields
from integrations.crm.admin.display import custom_values
from integrations.crm.models import CustomField, RecordKind, Stage
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.roles import Capability

BY_CLIENT = ("client", ScopedRelatedFilter)
BY_OWNER = ("owner", ScopedRelatedFilter)
BY_TEAM = ("owner__team", ScopedRelatedFilter)


class CrmAdmin(ScopedModelAdmin):
    """Seen by those who see figures, row by row as in the figures; changed by those who manage the CRM."""

    view_capability = Capability.VIEW_ANALYTICS
    change_capability: ClassVar[Capability | None] = Capability.MANAGE_CRM
    add_capability: ClassVar[Capability | None] = Capability.MANAGE_CRM
    delete_capability: ClassVar[Capability | None] = Capability.MANAGE_CRM


class RecordAdmin(CrmAdmin):
    """A row of another system, or one written here. Where it came from is shown, not typed."""

    kind: ClassVar[RecordKind]
    own_fields: ClassVar[list[str]]
    shown_fields: ClassVar[list[str]] = []

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [*self.shown_fields, "custom_fields", "unnamed_fields", "system", "external_id", "updated_at"]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        client = [] if obj or self._tenant_id(request) else ["client"]
        own = (None, {"fields": [*client, *self.own_fields, *(self.shown_fields if obj else ())]})
        custom = self._custom_section(request, obj)
        sections = [own, *([(_("Custom fields"), {"fields": custom})] if custom else [])]
        if obj is None:
            return sections
        return [*sections, (_("Where it came from"), {"fields": ["system", "external_id", "updated_at"]})]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        if self._may_type(request, obj) and (fields := self._custom_fields(request, obj)):
            kwargs["form"] = with_custom_fields(self.form, fields, self.model)
        return super().get_form(request, obj, change=change, **kwargs)

    def _custom_section(self, request: HttpRequest, obj: Any) -> list[str]:
        """Fields that are typed by who may change the record; what is in it without being named, and for others all,
        is shown."""
        values = obj.custom if obj else {}
        if not self._may_type(request, obj):
            return ["custom_fields"] if values else []
        keys = [field.key for field in self._custom_fields(request, obj)]
        return [f"{PREFIX}{key}" for key in keys] + (["unnamed_fields"] if set(values) - set(keys) else [])

    def _may_type(self, request: HttpRequest, obj: Model | None) -> bool:
        return self.has_change_permission(request, obj) if obj else self.has_add_permission(request)

    def _custom_fields(self, request: HttpRequest, obj: Any) -> list[CustomField]:
        """Of the record's client; a new record of a superuser has none before it is saved."""
        client = obj.client_id if obj else self._tenant_id(request)
        return list(CustomField.objects.filter(client=client, kind=self.kind)) if client else []

    @admin.display(description=gettext_lazy("columns of your own"))
    def custom_fields(self, row: Any) -> str:
        return custom_values(row, self.kind)

    @admin.display(description=gettext_lazy("without a custom field"))
    def unnamed_fields(self, row: Any) -> str:
        return custom_values(row, self.kind, unnamed=True)


class PartInline(TabularInline):
    """Rows that belong to a record: seen with it, changed by those who manage the CRM."""

    extra = 0
    tab = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        visible: QuerySet[Any] = rows.visible_to(request.user)
        return visible

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return signed_in(request).can(Capability.VIEW_ANALYTICS)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return signed_in(request).can(Capability.MANAGE_CRM)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return signed_in(request).can(Capability.MANAGE_CRM)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return signed_in(request).can(Capability.MANAGE_CRM)


class StageFilter(SimpleListFilter):
    """Deals by the name of their stage: the stages are few, the deals' own column would have to be read whole."""

    title, parameter_name = gettext_lazy("stage"), "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        names = Stage.objects.visible_to(signed_in(request)).values_list("name", flat=True)
        return [(name, name) for name in dict.fromkeys(names)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(stage=self.value()) if self.value() else queryset
