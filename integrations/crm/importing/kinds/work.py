"""Activities, tasks, purchases."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from integrations.crm.importing.kinds.base import Kind, check_order
from integrations.crm.importing.rows import Row
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.models import Activity, ActivityType, Purchase, Task

_WHO = ("customer_id", "customer_name", "customer_email", "customer_phone")
_MOST = Decimal(10) ** 11


class ActivityKind(Kind):
    model = Activity

    def link(self, rows: Sequence[Row]) -> None:
        self.link_agents(rows)
        self.link_people(rows)
        self.deals.resolve(row.values.get("deal") for row in rows)
        self.leads.resolve(row.values.get("lead") for row in rows)

    def columns(self, row: Row) -> dict[str, Any]:
        values = row.values
        columns: dict[str, Any] = {
            "type": self.word(row, "type", ActivityType.OTHER),
            "happened_at": values["happened_at"],
            **self.given(row, {"subject": "subject", "outcome": "outcome"}),
        }
        if self.has("seconds"):
            columns["seconds"] = None if values.get("seconds") is None else round(values["seconds"])
        if self.has("owner"):
            columns["owner_id"] = self.agent(row)
        if self.has("deal"):
            columns["deal_id"] = self.linked(row, "deal")
        if self.has("lead"):
            columns["lead_id"] = self.linked(row, "lead")
        if self.has("company"):
            columns["company_id"] = self.companies.get(values.get("company"))
        if any(self.has(field) for field in _WHO):
            columns["customer_id"] = row.values["customer"]
        return columns


class TaskKind(Kind):
    model = Task

    def check(self, row: Row) -> None:
        values = row.values
        created = values["created_on"] = values.get("created_on") or values.get("due_on")
        if created is None:
            raise RefusedError(_("The task has neither a day on which it was created nor one on which it is due."))
        if values.get("is_done") and not values.get("done_on"):
            # Done, and nobody says when: when it was due, as far as is known.
            values["done_on"] = values.get("due_on") or created
        if values.get("is_done") is False:
            values["done_on"] = None
        check_order(created, values.get("done_on"), _("The task was done before it was created."))

    def link(self, rows: Sequence[Row]) -> None:
        self.link_agents(rows)
        self.link_customers(rows)
        self.deals.resolve(row.values.get("deal") for row in rows)

    def columns(self, row: Row) -> dict[str, Any]:
        values = row.values
        columns: dict[str, Any] = {name: values.get(name) for name in ("subject", "created_on", "done_on")}
        columns |= self.given(row, {"due_on": "due_on"}, blank=None)
        if self.has("owner"):
            columns["owner_id"] = self.agent(row)
        if self.has("deal"):
            columns["deal_id"] = self.linked(row, "deal")
        if any(self.has(field) for field in _WHO):
            columns["customer_id"] = row.values["customer"]
        return columns


class PurchaseKind(Kind):
    model = Purchase

    def check(self, row: Row) -> None:
        quantity = row.values.get("quantity")
        if quantity is not None and quantity < 0:
            raise RefusedError(_("The quantity is negative."))
        if quantity is not None and quantity >= _MOST:
            raise RefusedError(_("The quantity is too large."))
        row.values["money"] = self.money(row, "amount", row.values["bought_on"])

    def link(self, rows: Sequence[Row]) -> None:
        self.link_people(rows)
        self.products.resolve(row.values.get("product") for row in rows)

    def columns(self, row: Row) -> dict[str, Any]:
        values = row.values
        columns: dict[str, Any] = {"bought_on": values["bought_on"]}
        if self.has("quantity"):
            quantity = values.get("quantity")
            columns["quantity"] = Decimal(1) if quantity is None else quantity.quantize(Decimal("0.001"))
        if self.has("amount"):
            columns["amount"], columns["currency"], columns["value"] = values["money"]
        if self.has("company"):
            columns["company_id"] = self.companies.get(values.get("company"))
        if self.has("product"):
            columns["product_id"] = self.products.get(values.get("product"))
        if any(self.has(field) for field in _WHO):
            columns["customer_id"] = row.values["customer"]
        return columns
