"""Companies, contacts, products, and what the CRM says of agents."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from integrations.crm.admin.ground import BY_CLIENT, RecordAdmin
from integrations.crm.formatting import money
from integrations.crm.models import AgentProfile, Company, Contact, Product, RecordKind
from salesiq.people.backoffice import ScopedRelatedFilter


@admin.register(Company)
class CompanyAdmin(RecordAdmin):
    kind = RecordKind.COMPANIES
    own_fields = ["name", "industry", "country", "region", "domain", "employees", "annual_revenue", "founded", "parent"]
    list_display = ["name", "industry", "country", "region", "employees", "revenue", "client"]
    list_filter = ["updated_at", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["name", "industry", "country", "region", "domain", "external_id"]
    search_help_text = _("Name, industry, country, region, domain or id in the CRM")
    autocomplete_fields = ["parent"]

    @admin.display(description=_("annual revenue"), ordering="annual_revenue")
    def revenue(self, company: Company) -> str:
        return money(company.annual_revenue, "")


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    """Who may see a contact sees the customer behind it; phone and e-mail stand at the customer."""

    kind = RecordKind.CONTACTS
    own_fields = ["customer", "company", "job_title"]
    list_display = ["customer", "company", "job_title", "system", "client"]
    list_filter = ["updated_at", BY_CLIENT]
    list_select_related = ["customer", "company", "client"]
    search_fields = ["customer__name", "customer__company", "company__name", "job_title", "external_id"]
    search_help_text = _("Name, company, job title or id in the CRM")
    autocomplete_fields = ["customer", "company"]


@admin.register(Product)
class ProductAdmin(RecordAdmin):
    kind = RecordKind.PRODUCTS
    own_fields = ["name", "series", "price"]
    list_display = ["name", "series", "list_price", "system", "client"]
    list_filter = ["updated_at", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["name", "series", "external_id"]
    search_help_text = _("Name, product line or id in the CRM")

    @admin.display(description=_("list price"), ordering="price")
    def list_price(self, product: Product) -> str:
        return money(product.price, product.client.currency)


@admin.register(AgentProfile)
class AgentProfileAdmin(RecordAdmin):
    kind = RecordKind.AGENTS
    own_fields = ["agent", "region", "manager", "hired_on"]
    list_display = ["agent", "team", "region", "manager", "hired_on", "client"]
    list_filter = [("agent__team", ScopedRelatedFilter), BY_CLIENT]
    list_select_related = ["agent__team", "client"]
    search_fields = ["agent__name", "region", "manager", "external_id"]
    search_help_text = _("Name, region, manager or id in the CRM")
    autocomplete_fields = ["agent"]

    @admin.display(description=_("team"), ordering="agent__team__name")
    def team(self, profile: AgentProfile) -> Any:
        return profile.agent.team
