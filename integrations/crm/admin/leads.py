"""Leads in the back office."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from integrations.crm.admin.display import STATUS_COLOURS
from integrations.crm.admin.ground import BY_CLIENT, BY_OWNER, BY_TEAM, RecordAdmin
from integrations.crm.models import Lead, RecordKind

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy


@admin.register(Lead)
class LeadAdmin(RecordAdmin):
    kind = RecordKind.LEADS
    own_fields = [
        "customer", "company", "owner", "status", "source", "campaign", "region", "created_on", "converted_on",
    ]  # fmt: skip
    list_display = ["name", "owner", "status_badge", "source", "campaign", "created_on", "converted_on", "client"]
    list_filter = ["status", "created_on", BY_OWNER, BY_TEAM, BY_CLIENT]
    list_select_related = ["customer", "company", "owner", "client"]
    search_fields = ["customer__name", "company__name", "source", "campaign", "region", "external_id"]
    search_help_text = gettext_lazy("Name, company, source, campaign, region or id in the CRM")
    autocomplete_fields = ["customer", "company", "owner"]

    @admin.display(description=gettext_lazy("lead"), ordering="customer__name")
    def name(self, lead: Lead) -> str:
        return str(lead) or "–"

    @display(description=_lazy("status"), ordering="status", label=STATUS_COLOURS)
    def status_badge(self, lead: Lead) -> tuple[str, str]:
        return lead.status, lead.get_status_display()
