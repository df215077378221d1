"""Targets, advertising costs, industry standards."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from integrations.crm.importing.kinds.base import Kind, check_order
from integrations.crm.importing.rows import Row
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.models import AdCost, IndustryStandard, Target


class _PeriodKind(Kind):
    def check(self, row: Row) -> None:
        values = row.values
        first, last = values.get("period") or (None, None)
        values["since"] = values.get("since") or first
        values["until"] = values.get("until") or last or values["since"]
        if values["since"] is None:
            raise RefusedError(_("The row does not say for which period it is: a period, or from and to."))
        check_order(values["since"], values["until"], _("The period ends before it begins."))


class TargetKind(_PeriodKind):
    model = Target
    naming = ("metric", "agent", "team", "since", "until", "period")

    def link(self, rows: Sequence[Row]) -> None:
        self.link_agents(rows, "agent")
        self._teams = {name: self.agents.team(name) for name in {row.values.get("team") for row in rows} if name}

    def columns(self, row: Row) -> dict[str, Any]:
        values = row.values
        team = values.get("team")
        columns: dict[str, Any] = {
            "metric": "_".join((values.get("metric") or "revenue").casefold().split()),
            "since": values["since"],
            "until": values["until"],
            "value": values["value"].amount,
        }
        if self.has("agent"):
            columns["agent_id"] = self.agent(row, "agent")
        if self.has("team"):
            columns["team_id"] = self._teams.get(team)
        return columns


class AdCostKind(_PeriodKind):
    model = AdCost
    naming = ("source", "campaign", "since", "until", "period")

    def check(self, row: Row) -> None:
        super().check(row)
        row.values["money"] = self.money(row, "amount", row.values["since"])

    def columns(self, row: Row) -> dict[str, Any]:
        amount, currency, value = row.values["money"]
        return {
            "source": row.values["source"],
            "since": row.values["since"],
            "until": row.values["until"],
            "amount": amount,
            "currency": currency,
            "value": value,
            **self.given(row, {"campaign": "campaign"}),
        }


class StandardKind(Kind):
    model = IndustryStandard
    naming = ("metric", "industry", "published_by", "year")

    def columns(self, row: Row) -> dict[str, Any]:
        columns = {name: row.values[name] for name in ("metric", "value", "published_by")}
        columns["metric"] = "_".join(columns["metric"].casefold().split())
        return columns | self.given(row, {"industry": "industry"}) | self.given(row, {"year": "year"}, blank=None)
