"""Companies, products, contacts, and what a CRM says of agents."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from integrations.crm.importing.customers import Who
from integrations.crm.importing.kinds.base import Kind
from integrations.crm.importing.kinds.deals import person_of
from integrations.crm.importing.rows import Known, Row
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.models import AgentProfile, Company, Contact, Product, match_key
from salesiq.people.models import Agent, Customer

_KNOWN = ("pk", "row_hash", "created_at", "updated_at")


class _NamedKind(Kind):
    """Records that others name before they come in: a stub, or one made by hand, is taken over by its name."""

    naming = ("name",)

    def adopt(self, rows: Sequence[Row]) -> None:
        """Give rows that are new the record of the same name that is no system's."""
        new = {match_key(row.values["name"]): row for row in rows if row.known is None}
        manager: Any = self.model._default_manager
        stubs = manager.filter(client=self.context.client, external_id="", match_key__in=list(new)).order_by()
        for key, pk, _hash, created, updated in stubs.values_list("match_key", *_KNOWN):
            new[key].known = Known(pk, "", created, updated)

    def link(self, rows: Sequence[Row]) -> None:
        self.adopt(rows)

    def columns(self, row: Row) -> dict[str, Any]:
        # Named here for records that are taken over, too.
        name = row.values["name"]
        return {"name": name, "match_key": match_key(name)}


class CompanyKind(_NamedKind):
    model = Company

    def check(self, row: Row) -> None:
        parent = row.values.get("parent")
        if parent and match_key(parent) == match_key(row.values["name"]):
            row.values["parent"] = None

    def columns(self, row: Row) -> dict[str, Any]:
        columns = super().columns(row)
        columns |= self.given(row, {name: name for name in ("industry", "country", "region", "domain")})
        columns |= self.given(row, {"employees": "employees", "founded": "founded"}, blank=None)
        if self.has("annual_revenue"):
            money = row.values.get("annual_revenue")
            columns["annual_revenue"] = money.amount if money else None
        return columns

    def written(self, new: Sequence[Row], changed: Sequence[Row]) -> None:
        """Parents last: they may stand in the same file."""
        if not self.has("parent"):
            return
        children = [row for row in (*new, *changed) if row.values.get("parent")]
        self.companies.resolve(row.values["parent"] for row in children)
        without = [row.pk for row in changed if row.pk and not row.values.get("parent")]
        Company.objects.filter(pk__in=without).update(parent=None)
        for row in children:
            assert row.pk is not None
            Company.objects.filter(pk=row.pk).update(parent=self.companies.get(row.values["parent"]))


class ProductKind(_NamedKind):
    model = Product

    def columns(self, row: Row) -> dict[str, Any]:
        columns = super().columns(row) | self.given(row, {"series": "series"})
        if self.has("price"):
            price = row.values.get("price")
            columns["price"] = price.amount if price else None
        return columns


class ContactKind(Kind):
    model = Contact
    naming = ("email", "phone", "name", "first_name", "last_name")
    extra: ClassVar[tuple[str, ...]] = ("customer_id",)

    def natural_id(self, named: Mapping[str, str]) -> str:
        """Their address, else their number, else their name."""
        sure = named.get("email", "").casefold() or match_key(named.get("phone", ""))
        return sure or super().natural_id(named)

    def check(self, row: Row) -> None:
        if not self.who(row):
            raise RefusedError(_("The row names nobody: neither name nor e-mail nor phone."))

    def who(self, row: Row) -> Who:
        return person_of(row, row.external_id if self.survey.column_of("external_id") is not None else "")

    def link(self, rows: Sequence[Row]) -> None:
        self.companies.resolve(row.values.get("company") for row in rows)
        self.customers.resolve(self.who(row) for row in rows)
        new = {self.customers.get(self.who(row)): row for row in rows if row.known is None}
        taken = Contact.objects.filter(customer__in=[pk for pk in new if pk]).order_by()
        for customer, pk, _hash, created, updated in taken.values_list("customer_id", *_KNOWN):
            new[customer].known = Known(pk, "", created, updated, (customer,))

    def columns(self, row: Row) -> dict[str, Any]:
        customer = row.known.extra[0] if row.known else self.customers.get(self.who(row))
        columns = {"customer_id": customer, **self.given(row, {"job_title": "job_title"})}
        if self.has("company"):
            columns["company_id"] = self.companies.get(row.values.get("company"))
        return columns

    def written(self, new: Sequence[Row], changed: Sequence[Row]) -> None:
        """Name, phone and e-mail stand in the customer: what the CRM says now is written there."""
        by_customer = {row.known.extra[0]: row for row in changed if row.known}
        for customer in Customer.objects.filter(pk__in=list(by_customer)):
            who = self.who(by_customer[customer.pk])
            said = {
                "name": who.name,
                "company": who.company,
                "region": who.region,
                "phone": who.phone,
                "email": who.email,
            }
            different = [name for name, value in said.items() if value and getattr(customer, name) != value]
            for name in different:
                setattr(customer, name, said[name])
            if different:
                customer.save(update_fields=different)


class AgentKind(Kind):
    """An agent is of the house, not of a CRM: found by id or name; the CRM's own words stand in the profile."""

    model = AgentProfile
    naming = ("name",)

    def link(self, rows: Sequence[Row]) -> None:
        has_ids = self.survey.column_of("external_id") is not None
        found: dict[Any, Row] = {}
        for row in rows:
            external_id = row.external_id if has_ids else ""
            row.values["agent"] = self._agent(row, external_id)
            if row.known is None:
                found[row.values["agent"]] = row
        taken = AgentProfile.objects.filter(agent__in=list(found)).order_by()
        for agent, pk, _hash, created, updated in taken.values_list("agent_id", *_KNOWN):
            found[agent].known = Known(pk, "", created, updated)

    def _agent(self, row: Row, external_id: str) -> Any:
        values = row.values
        email = values.get("email")
        known = (self.agents.find(email) if email else None) or (self.agents.find(external_id) if external_id else None)
        agent = known or self.agents.find_or_make(values["name"], external_id=external_id, made_as="")
        changes: dict[str, Any] = {"name": values["name"]}
        if external_id:
            changes["external_id"] = external_id
        # The team of an agent is that of their manager where the file names no other.
        if team := values.get("team") or values.get("manager"):
            changes["team_id"] = self.agents.team(team)
        if values.get("is_active") is not None:
            changes["is_active"] = values["is_active"]
        Agent.objects.filter(pk=agent).update(**changes)
        return agent

    def columns(self, row: Row) -> dict[str, Any]:
        columns = {"agent_id": row.values["agent"], **self.given(row, {"region": "region", "manager": "manager"})}
        return columns | self.given(row, {"hired_on": "hired_on"}, blank=None)
