"""The stage table and its adjustments, to look at and to set; what was said about revenue on earlier days."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from decisions.forecasting import wording
from decisions.forecasting.services import check_matches, save_adjustment, save_chance
from decisions.models import ForecastAdjustment, ForecastSnapshot, StageChance
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, TenantForm, signed_in
from salesiq.people.roles import Capability


@admin.register(StageChance)
class StageChanceAdmin(ScopedModelAdmin):
    """Stages come from the pipelines; what they count as is guessed until somebody says so. The service writes the
    audit trail."""

    view_capability = Capability.VIEW_DECISIONS
    change_capability = Capability.MANAGE_DECISIONS
    list_display = ["stage", "pipeline", "kind", "chance", "is_guessed", "client"]
    list_filter = ["kind", "is_guessed", ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    search_fields = ["stage", "pipeline"]
    search_help_text = _("Stage or pipeline")
    ordering = ["pipeline", "chance"]
    fields = ["pipeline", "stage", "kind", "chance"]
    readonly_fields = ["pipeline", "stage"]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        assert isinstance(obj, StageChance)
        save_chance(row=obj, user=signed_in(request), kind=obj.kind, chance=obj.chance)


class AdjustmentForm(TenantForm):
    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "matches" in values:
            check_matches(values["matches"])
        return values


@admin.register(ForecastAdjustment)
class ForecastAdjustmentAdmin(ScopedModelAdmin):
    """The service writes the audit trail."""

    form = AdjustmentForm
    view_capability = Capability.VIEW_DECISIONS
    change_capability = Capability.MANAGE_DECISIONS
    list_display = ["name", "points", "is_active", "client"]
    list_filter = ["is_active", ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    ordering = ["key"]
    fields = ["name", "points", "is_active", "matches"]
    readonly_fields = ["name"]

    @admin.display(description=_("adjustment"), ordering="key")
    def name(self, row: ForecastAdjustment) -> str:
        return wording.adjustment_name(row.key)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        assert isinstance(obj, ForecastAdjustment)
        save_adjustment(row=obj, user=signed_in(request))


@admin.register(ForecastSnapshot)
class ForecastSnapshotAdmin(ScopedModelAdmin):
    view_capability = Capability.VIEW_DECISIONS
    list_display = ["as_of", "method", "since", "until", "value", "low", "high", "actual", "client"]
    list_filter = ["method", ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    ordering = ["-as_of"]
    fields = ["as_of", "method", "since", "until", "value", "low", "high", "actual"]
