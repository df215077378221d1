"""Whether what was done worked: the figure before and after, against what happened to everybody else meanwhile.

Decided once, ninety days after somebody took a finding on, or when its deal or period is over. `before` are the 182
days up to then: what was found is an extreme of its days, and a longer past keeps a return to the usual from passing
for success. From the change of the group that of all others is taken (difference in differences), so that a better
market is nobody's merit. Interval of the difference by MOVER (Zou and Donner 2008, Statistics in Medicine 27:1693).

It worked where the interval lies above no effect; it did not where it lies below half of what was lost; else there is
too little to tell. Before the ninety days are over the figures stand without a verdict. What still cannot be measured
thirty days after them (a pair of groups, a figure or a deal that is gone) is closed as too little to tell, instead of
being asked again every night.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from analytics.metrics import METRICS, Metric, Sums, can_be_asked_by
from analytics.metrics.estimates import figure_of
from decisions.advice.effect import change_of, effect_of, verdict
from decisions.advice.naming import groups_in
from decisions.advice.reading import Facts, FigureReader, SilentError
from decisions.models import Audience, Finding, FindingEvent, FindingStatus, Worked
from integrations.crm.models import Deal, DealStatus

BEFORE_DAYS = 182
AFTER_DAYS = 90
FIRST_LOOK_DAYS = 14
GIVEN_UP_AFTER_DAYS = AFTER_DAYS + 30
_TABLE = Mapping[str, Sums]


def measure_outcomes(audience: Audience, *, as_of: date) -> int:
    """Measure what was taken on and is not decided; how many were decided now."""
    rows = Finding.objects.filter(audience=audience, worked=Worked.UNKNOWN, acknowledged_at__isnull=False)
    facts, decided = Facts(audience, as_of), 0
    for finding in rows.exclude(status=FindingStatus.DISMISSED).iterator(200):
        try:
            outcome, worked = measure(finding, facts)
        except SilentError:
            outcome, worked = {}, Worked.UNKNOWN
        if not worked and _is_given_up(finding, facts):
            worked = Worked.UNCLEAR
        if worked or (outcome and outcome != finding.outcome):
            decided += bool(worked)
            _write(finding, outcome or finding.outcome, worked)
    return decided


def _is_given_up(finding: Finding, facts: Facts) -> bool:
    """Whether nothing is to come any more that could be measured; called where nothing could be."""
    assert finding.acknowledged_at is not None
    if (facts.as_of - finding.acknowledged_at.date()).days <= GIVEN_UP_AFTER_DAYS:
        return False
    if "deal" in finding.figures:
        return _deal_of(finding) is None
    period = _period_of(finding) if finding.code == "forecast_below_target" else None
    return period is None or period[1] <= facts.last_day


def measure(finding: Finding, facts: Facts) -> tuple[dict[str, Any], str]:
    """(outcome, verdict): ({}, "") where nothing can be said yet.

    Raises:
        SilentError: the figure cannot be asked.
    """
    if "deal" in finding.figures:
        return _of_deal(finding)
    if finding.code == "forecast_below_target":
        return _of_period(finding, facts)
    assert finding.acknowledged_at is not None
    began = finding.acknowledged_at.date()
    after_until = min(began + timedelta(days=AFTER_DAYS), facts.last_day)
    metric = METRICS.get(str(finding.figures.get("metric", "")))
    if metric is None or (after_until - began).days < FIRST_LOOK_DAYS:
        return {}, Worked.UNKNOWN
    return _of_figure(finding, facts, metric, (began, after_until))


def _of_figure(finding: Finding, facts: Facts, metric: Metric, days: tuple[date, date]) -> tuple[dict[str, Any], str]:
    began, until = days
    groups = groups_in(finding.figures)
    if len(groups) != 1:
        by, key = "", ""
        if groups:  # a pair: it cannot be asked as one group
            return {}, Worked.UNKNOWN
    else:
        ((by, key),) = groups.items()
        if not can_be_asked_by(metric, by):
            return {}, Worked.UNKNOWN
    reader = FigureReader.of(facts, metric.key, by)
    before_since = began - timedelta(days=BEFORE_DAYS - 1)
    before, after = reader.between(before_since, began), reader.between(began + timedelta(days=1), until)
    one, other = figure_of(metric, after.get(key, {})), figure_of(metric, before.get(key, {}))
    change = change_of(one, other)
    if change is None:
        return {}, Worked.UNKNOWN
    rest = change_of(*(figure_of(metric, _others(table, key)) for table in (after, before))) if by else None
    value, bounds = effect_of(change, rest)
    outcome = {
        "before": _plain(other.value), "after": _plain(one.value), "change": value, "low": bounds[0], "high": bounds[1],
        "rest_change": rest[0] if rest else None, "n_before": other.n, "n_after": one.n, "unit": metric.unit.value,
        "since": before_since.isoformat(), "until": until.isoformat(),
    }  # fmt: skip
    is_over = (until - began).days >= AFTER_DAYS
    return outcome, verdict(finding.figures, metric.better, bounds) if is_over else Worked.UNKNOWN


def _others(table: Mapping[str, _TABLE], key: str) -> dict[str, Sums]:
    """The sums of all groups but one."""
    found: dict[str, Sums] = {}
    for other, sums in table.items():
        if other == key:
            continue
        for measure, more in sums.items():
            found[measure] = found[measure] + more if measure in found else more
    return found


def _deal_of(finding: Finding) -> Deal | None:
    return Deal.objects.filter(pk=finding.figures["deal"], client=finding.client_id).first()


def _of_deal(finding: Finding) -> tuple[dict[str, Any], str]:
    deal = _deal_of(finding)
    if deal is None or deal.status == DealStatus.OPEN:
        return {}, Worked.UNKNOWN
    won = deal.status == DealStatus.WON
    outcome = {"before": finding.figures.get("chance"), "after": 1.0 if won else 0.0, "low": None, "high": None,
               "unit": "share", "n_before": 1, "n_after": 1}  # fmt: skip
    return outcome, Worked.YES if won else Worked.NO


def _of_period(finding: Finding, facts: Facts) -> tuple[dict[str, Any], str]:
    figures, period = finding.figures, _period_of(finding)
    if period is None or period[1] > facts.last_day:
        return {}, Worked.UNKNOWN
    since, until = period
    sums = FigureReader.of(facts, "revenue").between(since, until).get("", {})
    reached = float(figure_of(METRICS["revenue"], sums).value or 0)
    outcome = {"before": figures.get("value"), "after": reached, "low": None, "high": None, "unit": "money",
               "since": since.isoformat(), "until": until.isoformat()}  # fmt: skip
    return outcome, Worked.YES if reached >= float(figures.get("target") or 0) else Worked.NO


def _period_of(finding: Finding) -> tuple[date, date] | None:
    try:
        since, until = (date.fromisoformat(str(finding.figures[name])) for name in ("since", "until"))
    except (KeyError, ValueError):
        return None
    return since, until


def _write(finding: Finding, outcome: dict[str, Any], worked: str) -> None:
    with transaction.atomic():
        row = Finding.objects.filter(pk=finding.pk, worked=Worked.UNKNOWN)
        if row.update(outcome=outcome, worked=worked) and worked:
            FindingEvent.objects.create(finding=finding, action="measured", note=worked)


def _plain(value: Any) -> float | None:
    return None if value is None else float(value)
