"""Findings out of the forecast: the target that will be missed, the deals that may be lost."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import QuerySet
from scipy.special import ndtr

from analytics.rows import KINDS, list_rows
from analytics.rows.kinds import SILENT_DAYS
from decisions.advice.drafts import Draft, evidence_row, key_of
from decisions.advice.parameters import parameters_of
from decisions.advice.reading import Facts, audience_filters, reader_of, rows_in
from decisions.models import AlertRule, Confidence, DealForecast, FindingKind, RunKind
from decisions.tables.deals import deals_of
from integrations.crm.models import Activity, Deal, DealStatus

_Z80 = 1.2815515655446004
_CERTAINTY = {Confidence.HIGH: 0.9, Confidence.MEDIUM: 0.7, Confidence.LOW: 0.5}
_UNSURE = 0.5
LOOKED_AT = 500
WRITTEN_DAYS = 90


def target(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """Periods whose target is missed with at least the rule's limit of chance, by the forecast's own interval."""
    run = facts.run(RunKind.FORECAST)
    for row in rows_in(run.result, "periods"):
        wanted, value = row.get("target"), row.get("value")
        if not wanted or value is None or value >= wanted:
            continue
        chance = chance_of_missing(row)
        if chance < float(parameters_of(rule)["limit"]):
            continue
        period = str(row.get("period"))
        figures = {"period": period, "value": value, "target": wanted, "chance": chance, "until": row.get("until"),
                   "since": row.get("since"), "metric": "revenue"}  # fmt: skip
        yield Draft(
            kind=FindingKind.ALERT, code="forecast_below_target",
            key=key_of("target", {}, f"{row.get('since')}..{row.get('until')}"), action="close_gap", figures=figures,
            evidence=[
                evidence_row("forecast", value, low=row.get("low80"), high=row.get("high80"), n=row.get("n_open"),
                             unit="money"),
                evidence_row("target", wanted, unit="money"),
                evidence_row("won_already", row.get("won_already"), unit="money"),
                evidence_row("chance", chance, unit="share"),
            ],
            certainty=chance, money=round(wanted - value, 2), run=run.pk,
        )  # fmt: skip


def chance_of_missing(row: Mapping[str, Any]) -> float:
    """That revenue stays below the target, of a normal distribution with the forecast's 80 percent interval: each side
    by its own width, for intervals are seldom even."""
    value, wanted, high = float(row["value"]), float(row["target"]), row.get("high80")
    spread = (float(high) - value) / _Z80 if high is not None else 0.0
    return 1.0 if spread <= 0 else float(ndtr((wanted - value) / spread))


def deals_at_risk(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """The open deals with the most expected value that are late or silent, or that the forecast sees a risk in; as
    many as the rule's limit says. Deals whose value nobody knows are not told one by one."""
    most = max(0, int(parameters_of(rule)["limit"]))
    risks = _risks(facts)
    open_deals = deals_of(facts.audience).filter(status=DealStatus.OPEN, value__gt=0, pk__in=list(risks))
    told = open_deals.select_related("forecast").order_by("-value", "pk")[:LOOKED_AT]
    usual = _usual_chance(facts)
    yield from sorted((_at_risk(deal, risks[deal.pk], facts, usual) for deal in told), key=lambda row: -row.rank)[:most]


def _risks(facts: Facts) -> dict[Any, list[str]]:
    """Codes of risks by deal: of the record, then those that the forecast names."""
    filters, reader = audience_filters(facts.audience), reader_of(facts.audience)
    found: dict[Any, list[str]] = {}
    for name in ("late", "silent") if _is_written_down(facts) else ("late",):
        rows: QuerySet[Deal] = list_rows(KINDS["deals"], KINDS["deals"].sets[name], filters, user=reader)
        for key in rows.order_by().values_list("pk", flat=True):
            found.setdefault(key, []).append(name)
    forecasts = DealForecast.objects.filter(deal__in=deals_of(facts.audience).values("pk")).exclude(risks=[])
    for key, named in forecasts.values_list("deal", "risks"):
        codes = [str(risk.get("code")) for risk in named if isinstance(risk, Mapping)]
        known = found.setdefault(key, [])
        known += [code for code in codes if code not in known]
    return found


def _is_written_down(facts: Facts) -> bool:
    """Whether anybody writes activities down at all: where nobody does, silence says nothing about a deal."""
    since = facts.as_of - timedelta(days=WRITTEN_DAYS)
    return Activity.objects.filter(
        deal__in=deals_of(facts.audience).values("pk"), happened_at__date__gte=since
    ).exists()


def _at_risk(deal: Deal, risks: list[str], facts: Facts, usual: float) -> Draft:
    forecast = getattr(deal, "forecast", None)
    chance = forecast.probability if forecast else usual
    value = float(deal.value or 0)
    late = (facts.as_of - deal.expected_close_on).days if deal.expected_close_on else None
    evidence = [
        evidence_row("value", value, unit="money"), evidence_row("probability", chance, unit="share"),
        *([evidence_row("days_late", late, unit="count")] if late and late > 0 else []),
        *([evidence_row("days_silent", SILENT_DAYS, unit="count")] if "silent" in risks else []),
    ]  # fmt: skip
    return Draft(
        kind=FindingKind.RECOMMENDATION, code="deal_at_risk", key=key_of("deal", {}, str(deal.pk)), action="save_deal",
        figures={"deal": str(deal.pk), "value": value, "risks": risks, "chance": chance}, evidence=evidence,
        certainty=_CERTAINTY.get(Confidence(forecast.confidence), _UNSURE) if forecast else _UNSURE,
        money=round(value * chance, 2),
    )  # fmt: skip


def _usual_chance(facts: Facts) -> float:
    """The share of all decided deals that were won, where no forecast was made of a deal."""
    decided = facts.deals.decided()
    return float(np.mean(decided.won)) if len(decided) else 0.0
