"""Targets, advertising costs and industry standards in the back office."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from integrations.crm.admin.ground import BY_CLIENT, RecordAdmin
from integrations.crm.admin.record_forms import AdCostForm
from integrations.crm.formatting import money
from integrations.crm.models import AdCost, IndustryStandard, RecordKind, Target
from salesiq.people.backoffice import ScopedRelatedFilter, signed_in
from salesiq.people.roles import Role


@admin.register(Target)
class TargetAdmin(RecordAdmin):
    kind = RecordKind.TARGETS
    own_fields = ["metric", "agent", "team", "since", "until", "value"]
    list_display = ["metric", "of", "since", "until", "value", "client"]
    list_filter = ["since", ("agent", ScopedRelatedFilter), ("team", ScopedRelatedFilter), BY_CLIENT]
    list_select_related = ["agent", "team", "client"]
    search_fields = ["metric", "agent__name", "team__name", "external_id"]
    search_help_text = _("Metric, agent, team or id in the CRM")
    autocomplete_fields = ["agent", "team"]

    @admin.display(description=_("of"))
    def of(self, target: Target) -> Any:
        return target.agent or target.team or _("Everybody")


@admin.register(AdCost)
class AdCostAdmin(RecordAdmin):
    """What was paid for advertising is for those who steer, not for those who are measured."""

    form = AdCostForm
    kind = RecordKind.AD_COSTS
    own_fields = ["source", "campaign", "since", "until", "amount", "currency"]
    shown_fields = ["value"]
    list_display = ["source", "campaign", "since", "until", "cost", "client"]
    list_filter = ["since", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["source", "campaign", "external_id"]
    search_help_text = _("Source, campaign or id in the CRM")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        user = signed_in(request)
        return super().has_view_permission(request, obj) and (
            user.is_superuser or user.role in (Role.ADMIN, Role.MANAGER)
        )

    @admin.display(description=_("amount"), ordering="amount")
    def cost(self, row: AdCost) -> str:
        return money(row.amount, row.currency or row.client.currency)


@admin.register(IndustryStandard)
class IndustryStandardAdmin(RecordAdmin):
    kind = RecordKind.STANDARDS
    own_fields = ["metric", "industry", "value", "published_by", "year"]
    list_display = ["metric", "industry", "value", "published_by", "year", "client"]
    list_filter = ["year", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["metric", "industry", "published_by"]
    search_help_text = _("Metric, industry or who published it")
