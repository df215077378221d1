"""What CRM records are read with: stages, custom fields, exchange rates."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from integrations.crm.admin.ground import BY_CLIENT, CrmAdmin
from integrations.crm.models import CustomField, ExchangeRate, Stage


@admin.register(Stage)
class StageAdmin(CrmAdmin):
    list_display = ["name", "pipeline", "position", "status", "client"]
    list_filter = ["status", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["name", "pipeline"]
    search_help_text = _("Name or pipeline")
    fields = ["client", "pipeline", "name", "position", "status"]


@admin.register(CustomField)
class CustomFieldAdmin(CrmAdmin):
    """Imports make them; people give them better names. Key and type are what the stored values rest on."""

    add_capability = None
    list_display = ["label", "kind", "type", "key", "client"]
    list_filter = ["kind", "type", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["label", "key"]
    search_help_text = _("Label or key")
    fields = ["label", "kind", "type", "key"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["kind", "type", "key"]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(CrmAdmin):
    list_display = ["currency", "since", "rate", "client"]
    list_filter = ["since", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["currency"]
    search_help_text = _("Currency")
    fields = ["client", "currency", "since", "rate"]
