"""Open deals with what is expected of each, and why: the stage, every adjustment, the learned model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from analytics.charts import Numbers
from analytics.metrics import Unit
from decisions.forecasting.wording import adjustment_name
from decisions.models import Confidence, DealForecast, RunKind
from decisions.pages.frame import Reading, decision_page
from decisions.pages.methods import method_name, reason_of_adjustment, risk_name, step_name

PAGE_SIZE, MOST_PAGES = 25, 400


@dataclass(frozen=True, slots=True)
class DealRow:
    """One deal; `parts` are (what, points, why) from the stage on to the probability."""

    name: str
    owner: str
    stage: str
    value: str
    probability: str
    expected: str
    close: str
    close_range: str
    confidence: str
    tone: str
    method: str
    why: str
    parts: list[tuple[str, str, str]]
    risks: list[str]
    steps: list[str]


@decision_page("forecast", kinds=(RunKind.FORECAST,), template="forecast_deals")
def forecast_deals(reading: Reading) -> dict[str, Any]:
    asked = reading.request.GET
    number = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 5 else 1
    number = max(1, min(number, MOST_PAGES))
    rows = DealForecast.objects.visible_to(reading.user).filter(deal__client=reading.client)
    confidence = asked.get("confidence", "")
    if confidence in Confidence.values:
        rows = rows.filter(confidence=confidence)
    if owner := _owner(asked.get("agent", "")):
        rows = rows.filter(deal__owner=owner)
    start = (number - 1) * PAGE_SIZE
    ordered = rows.select_related("deal__owner", "deal__company", "deal__customer").order_by(
        F("expected_value").desc(nulls_last=True), "pk"
    )
    found = list(ordered[start : start + PAGE_SIZE + 1])
    query = {name: value for name, value in (("confidence", confidence), ("agent", asked.get("agent", ""))) if value}
    here = "analytics-forecast-deals"
    return {
        "title": _("Open deals"),
        "deals": [_row(each, reading.numbers) for each in found[:PAGE_SIZE]],
        "confidences": [
            (label, reading.url(here, **({"confidence": value} if value else {})), value == confidence)
            for value, label in [("", _("All")), *Confidence.choices]
        ],
        "older": reading.url(here, **query, page=number + 1) if len(found) > PAGE_SIZE else "",
        "newer": reading.url(here, **query, page=number - 1) if number > 1 else "",
    }


def _owner(text: str) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, ValidationError):
        return None


def _row(each: DealForecast, numbers: Numbers) -> DealRow:
    deal, breakdown = each.deal, each.breakdown
    tones = {Confidence.HIGH: "converted", Confidence.MEDIUM: "qualified", Confidence.LOW: "callback"}
    low, high = each.close_low, each.close_high
    return DealRow(
        name=str(deal) or str(deal.company or deal.customer or _("A deal without a name")),
        owner=deal.owner.name if deal.owner else _("nobody"),
        stage=deal.stage,
        value=numbers.value(Unit.MONEY, deal.value),
        probability=numbers.value(Unit.SHARE, each.probability),
        expected=numbers.value(Unit.MONEY, each.expected_value),
        close=numbers.day(each.close_on) if each.close_on else "–",
        close_range=f"{numbers.day(low)} – {numbers.day(high)}" if low and high else "",
        confidence=each.get_confidence_display(),
        tone=tones[Confidence(each.confidence)],
        method=method_name(each.method),
        why=_why(str(breakdown.get("why") or "")),
        parts=_parts(breakdown, numbers),
        risks=[risk_name(risk["code"], risk.get("figures", {}), numbers) for risk in each.risks],
        steps=[step_name(step["code"]) for step in each.steps],
    )


def _parts(breakdown: Mapping[str, Any], numbers: Numbers) -> list[tuple[str, str, str]]:
    stage = breakdown.get("stage") or {}
    parts = []
    if stage.get("name"):
        name = _("Stage: %(stage)s") % {"stage": stage["name"]}
        parts.append((name, numbers.value(Unit.SHARE, stage.get("chance")), ""))
    for each in breakdown.get("adjustments") or []:
        because = reason_of_adjustment(each.get("because"), numbers)
        points = each["points"]
        sign = "+" if points > 0 else "\N{MINUS SIGN}" if points < 0 else "±"
        words = _("%(points)s points") % {"points": f"{sign}{numbers.count(abs(points))}"}
        parts.append((adjustment_name(each["key"]), words, because))
    for key, label in (("staged", _("By the table of stages")), ("record", method_name("record")),
                       ("learned", _("By the learned model, as the deal began")),
                       ("blended", _("Record and learned model together"))):  # fmt: skip
        if breakdown.get(key) is not None:
            parts.append((label, numbers.value(Unit.SHARE, breakdown[key]), ""))
    return parts


def _why(code: str) -> str:
    return {
        "no_signal": _("The learned model has no signal and is not used."),
        "no_model": _("There is no learned model yet."),
        "learned_better": _("The learned model was closer to the truth in past deals."),
    }.get(code, "")
