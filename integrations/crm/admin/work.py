"""Activities, tasks and purchases in the back office."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.utils.translation import gettext_lazy as _

from integrations.crm.admin.ground import BY_CLIENT, BY_OWNER, BY_TEAM, RecordAdmin
from integrations.crm.admin.record_forms import PurchaseForm
from integrations.crm.formatting import money
from integrations.crm.models import Activity, Purchase, RecordKind, Task
from salesiq.people.backoffice import ScopedRelatedFilter


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    kind = RecordKind.ACTIVITIES
    own_fields = [
        "type", "subject", "owner", "happened_at", "seconds", "outcome", "deal", "lead", "customer", "company",
    ]  # fmt: skip
    list_display = ["__str__", "type", "owner", "happened_at", "about", "outcome", "client"]
    list_filter = ["type", "happened_at", BY_OWNER, BY_TEAM, BY_CLIENT]
    list_select_related = ["owner", "deal", "customer", "company", "client"]
    search_fields = ["subject", "deal__name", "customer__name", "company__name", "external_id"]
    search_help_text = _("Subject, deal, customer, company or id in the CRM")
    autocomplete_fields = ["owner", "deal", "lead", "customer", "company"]

    @admin.display(description=_("about"))
    def about(self, activity: Activity) -> Any:
        return activity.deal or activity.customer or activity.company


@admin.register(Task)
class TaskAdmin(RecordAdmin):
    kind = RecordKind.TASKS
    own_fields = ["subject", "owner", "deal", "customer", "created_on", "due_on", "done_on"]
    list_display = ["subject", "owner", "deal", "created_on", "due_on", "done_on", "client"]
    list_filter = [("done_on", EmptyFieldListFilter), "due_on", BY_OWNER, BY_TEAM, BY_CLIENT]
    list_select_related = ["owner", "deal", "client"]
    search_fields = ["subject", "deal__name", "customer__name", "external_id"]
    search_help_text = _("Subject, deal, customer or id in the CRM")
    autocomplete_fields = ["owner", "deal", "customer"]


@admin.register(Purchase)
class PurchaseAdmin(RecordAdmin):
    form = PurchaseForm
    kind = RecordKind.PURCHASES
    own_fields = ["customer", "company", "product", "bought_on", "quantity", "amount", "currency"]
    shown_fields = ["value"]
    list_display = ["product", "customer", "company", "bought_on", "quantity", "worth", "client"]
    list_display_links = ["product", "bought_on"]
    list_filter = ["bought_on", ("product", ScopedRelatedFilter), BY_CLIENT]
    list_select_related = ["product", "customer", "company", "client"]
    search_fields = ["product__name", "customer__name", "company__name", "external_id"]
    search_help_text = _("Product, customer, company or id in the CRM")
    autocomplete_fields = ["customer", "company", "product"]

    @admin.display(description=_("value"), ordering="value")
    def worth(self, purchase: Purchase) -> str:
        if purchase.value is None:
            return money(purchase.amount, purchase.currency)
        return money(purchase.value, purchase.client.currency)
