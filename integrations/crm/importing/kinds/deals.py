"""Deals with the stages they passed, and leads."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from integrations.crm.importing.converting import Unsaid
from integrations.crm.importing.customers import Who
from integrations.crm.importing.fields import ENTERED
from integrations.crm.importing.kinds.base import Kind, check_order
from integrations.crm.importing.names import plain
from integrations.crm.importing.rows import Context, Row
from integrations.crm.importing.stage_days import write_stages
from integrations.crm.importing.stages import stages_for
from integrations.crm.importing.survey import Survey
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.models import Deal, DealStatus, Lead, LeadStatus

_CLOSED = (DealStatus.WON.value, DealStatus.LOST.value)


class DealKind(Kind):
    model = Deal
    extra: ClassVar[tuple[str, ...]] = ("stage",)

    def __init__(self, context: Context, survey: Survey, *, dry: bool) -> None:
        super().__init__(context, survey, dry=dry)
        self._entered = {
            goal: goal.removeprefix(ENTERED) for goal in survey.mapping.values() if goal.startswith(ENTERED)
        }
        self._stages = stages_for(context, survey.stages, list(self._entered.values()), dry=dry)

    def check(self, row: Row) -> None:
        values = row.values
        pipeline = values["pipeline"] = values.get("pipeline") or self._stages.default
        of_stage = DealStatus.OPEN.value
        if values.get("stage"):
            values["stage"], of_stage = self._stages.find(pipeline, values["stage"])
        status = values["status"] = self._status(values, of_stage)
        closed = values.get("closed_on") or values.get("won_on") or values.get("lost_on")
        if status not in _CLOSED:
            # A close date of a deal that is open is when it is hoped to close.
            values["expected_close_on"] = values.get("expected_close_on") or closed
            closed = None
        values["closed_on"] = closed
        check_order(values.get("created_on"), closed, _("The deal was closed before it was created."))
        day = closed or values.get("created_on")
        values["money"] = self.money(row, "amount", day)

    @staticmethod
    def _status(values: dict[str, Any], of_stage: str) -> str:
        said = values.get("status")
        if isinstance(said, Unsaid):
            raise RefusedError(
                _("The status “%(status)s” is unknown. It must say open, won or lost.") % {"status": said.text[:60]}
            )
        if said:
            return str(said)
        if values.get("is_won"):
            return DealStatus.WON
        if of_stage != DealStatus.OPEN:
            return of_stage
        if values.get("is_closed") and values.get("is_won") is not None:
            return DealStatus.LOST
        return DealStatus.WON if values.get("won_on") else DealStatus.LOST if values.get("lost_on") else of_stage

    def link(self, rows: Sequence[Row]) -> None:
        self.link_agents(rows)
        self.link_people(rows)
        self.products.resolve(row.values.get("product") for row in rows)
        self.leads.resolve(row.values.get("lead") for row in rows)

    def columns(self, row: Row) -> dict[str, Any]:
        values = row.values
        columns = self.given(row, _DEAL_TEXTS) | self.given(row, {"created_on": "created_on"}, blank=None)
        columns["pipeline"], columns["status"] = values["pipeline"], values["status"]
        columns["closed_on"], columns["expected_close_on"] = values["closed_on"], values.get("expected_close_on")
        if self.has("amount"):
            columns["amount"], columns["currency"], columns["value"] = values["money"]
        if self.has("company"):
            columns["company_id"] = self.companies.get(values.get("company"))
        if self.has("product"):
            columns["product_id"] = self.products.get(values.get("product"))
        if self.has("owner"):
            columns["owner_id"] = self.agent(row)
        if self.has("lead"):
            columns["lead_id"] = self.linked(row, "lead")
        if any(self.has(field) for field in _WHO):
            columns["customer_id"] = row.values["customer"]
        return columns

    def written(self, new: Sequence[Row], changed: Sequence[Row]) -> None:
        """What is known of when deals entered stages: dated columns, the day of closing, and a change that is seen.

        What the file says of a stage replaces what earlier imports knew of it; changes made by hand stay.
        """
        says = {row.pk: self._says(row) for row in (*new, *changed)}
        seen: dict[tuple[Any, str], date] = {}
        for row in changed:
            before = row.known.extra[0] if row.known else ""
            stage = row.values.get("stage") or ""
            if stage and stage != before and not says[row.pk].get(stage):
                seen[row.pk, stage] = row.values["closed_on"] or self.context.today
        write_stages(says, seen, known=[row.pk for row in changed])

    def _says(self, row: Row) -> dict[str, date | None]:
        """{stage: the day the deal entered it, None for a dated column that is empty}."""
        says = {self._spelt(row, stage): row.values.get(goal) for goal, stage in self._entered.items()}
        if (day := row.values["closed_on"]) and self._is_closed_stage(row) and not says.get(row.values["stage"]):
            says[row.values["stage"]] = day
        return says

    def _spelt(self, row: Row, stage: str) -> str:
        return self._stages.known.get(row.values["pipeline"], {}).get(plain(stage), (stage, ""))[0]

    def _is_closed_stage(self, row: Row) -> bool:
        stage = row.values.get("stage") or ""
        return bool(stage) and self._stages.find(row.values["pipeline"], stage)[1] in _CLOSED


_WHO = ("customer_id", "customer_name", "customer_email", "customer_phone")
_DEAL_TEXTS: Mapping[str, str] = {
    name: name for name in ("name", "stage", "source", "region", "lost_reason")
}  # fmt: skip


class LeadKind(Kind):
    model = Lead

    def check(self, row: Row) -> None:
        values = row.values
        check_order(
            values.get("created_on"), values.get("converted_on"), _("The lead became a deal before it was created.")
        )

    def who(self, row: Row) -> Who:
        return person_of(row)

    def link(self, rows: Sequence[Row]) -> None:
        self.link_agents(rows)
        self.companies.resolve(row.values.get("company") for row in rows)
        self.customers.resolve(self.who(row) for row in rows)

    def columns(self, row: Row) -> dict[str, Any]:
        columns = self.given(row, {name: name for name in ("source", "campaign", "region")})
        columns |= self.given(row, {"created_on": "created_on", "converted_on": "converted_on"}, blank=None)
        columns["customer_id"] = self.customers.get(self.who(row))
        if self.has("company"):
            columns["company_id"] = self.companies.get(row.values.get("company"))
        if self.has("owner"):
            columns["owner_id"] = self.agent(row)
        if self.has("status"):
            columns["status"] = self.word(row, "status", LeadStatus.WORKING)
        elif row.values.get("converted_on"):
            columns["status"] = LeadStatus.CONVERTED
        else:
            columns["status"] = LeadStatus.NEW
        return columns


def person_of(row: Row, external_id: str = "") -> Who:
    """The person that a row of leads or contacts is about."""
    values = row.values
    parts = [values.get("first_name") or "", values.get("last_name") or ""]
    name = values.get("name") or " ".join(part for part in parts if part)
    return Who(
        external_id=external_id,
        email=values.get("email") or "",
        phone=values.get("phone") or "",
        name=name or values.get("email") or values.get("phone") or "",
        company=values.get("company") or "",
        region=values.get("region") or "",
    )
