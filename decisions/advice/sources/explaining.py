"""Findings out of the analyses that explain: drivers of the win rate, patterns of won calls, what is unusual."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import log
from typing import Any

from decisions.advice.drafts import Draft, evidence_row, key_of, sure
from decisions.advice.parameters import parameters_of
from decisions.advice.reading import Facts, rows_in
from decisions.advice.sources.worth import worth_of
from decisions.models import AlertRule, Anomaly, AnomalyKind, FindingKind, RunKind
from decisions.statistics.shares import ALPHA

MOST = 10


def drivers(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """Levels of fields that move the odds of winning by at least the rule's limit (an odds ratio), all else equal."""
    run = facts.run(RunKind.DRIVERS)
    for row in _strong(rows_in(run.result, "drivers"), rule):
        feature, level = str(row.get("feature")), str(row.get("level", ""))
        hurts = row["odds_ratio"] < 1
        if feature in ("agent", "team"):  # coaching tells of people, by their own rates
            continue
        figures = {"metric": "win_rate", "groups": {feature: level}, "feature": feature, "n": row.get("n"),
                   "odds_ratio": row["odds_ratio"], "low": row.get("low"), "high": row.get("high"),
                   "q": row.get("q_value")}  # fmt: skip
        yield Draft(
            kind=FindingKind.RECOMMENDATION, code="driver_hurts" if hurts else "driver_helps",
            key=key_of("driver", {feature: level}), action="watch_driver" if hurts else "use_driver", figures=figures,
            evidence=_odds(row), certainty=sure(row.get("q_value")), money=_at_stake(facts, row, run.result),
            run=run.pk,
        )  # fmt: skip


def _at_stake(facts: Facts, row: Mapping[str, Any], document: Mapping[str, Any]) -> float | None:
    """Deals that would be won more or less, were the odds those of the average deal: n · r (1 - r) · |log odds|."""
    n, positives = document.get("n") or 0, document.get("positives") or 0
    if not n or not document.get("since"):
        return None
    rate = positives / n
    deals = (row.get("n") or 0) * rate * (1 - rate) * abs(log(row["odds_ratio"]))
    return worth_of(facts, {str(row["feature"]): str(row.get("level", ""))}, deals, document)


def practices(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """What won calls have that lost ones lack, and the other way round."""
    run = facts.run(RunKind.PATTERNS)
    for row in _strong(rows_in(run.result, "contrasts"), rule):
        figures = {"feature": row.get("feature"), "odds_ratio": row["odds_ratio"], "low": row.get("low"),
                   "high": row.get("high"), "q": row.get("q_value"), "won": row.get("won"), "lost": row.get("lost"),
                   "n": (row.get("n_won") or 0) + (row.get("n_lost") or 0)}  # fmt: skip
        yield Draft(
            kind=FindingKind.RECOMMENDATION, code="practice", key=key_of("practice", {}, str(row.get("feature"))),
            action="train_practice", figures=figures,
            evidence=[
                evidence_row("won", row.get("won"), n=row.get("n_won"), unit="ratio"),
                evidence_row("lost", row.get("lost"), n=row.get("n_lost"), unit="ratio"), *_odds(row),
            ],
            certainty=sure(row.get("q_value")), run=run.pk,
        )  # fmt: skip


def anomalies(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """Unusual days and agents one by one, unusual calls by what they are unusual in."""
    run = facts.run(RunKind.ANOMALIES)
    rows = Anomaly.objects.filter(run=run, q_value__lte=ALPHA).order_by("q_value")
    for row in rows.filter(kind__in=(AnomalyKind.DAY, AnomalyKind.AGENT))[:MOST]:
        yield _one(row)
    calls: dict[str, list[Anomaly]] = defaultdict(list)
    for row in rows.filter(kind=AnomalyKind.CALL):
        calls[row.measure].append(row)
    for measure, found in calls.items():
        worst = found[0]
        yield Draft(
            kind=FindingKind.ALERT, code="unusual_calls", key=key_of("anomaly", {}, "call", measure),
            action="listen_unusual", figures={"measure": measure, "n": len(found)},
            evidence=[evidence_row("rows", len(found), unit="count"), evidence_row("q_value", worst.q_value)],
            certainty=sure(worst.q_value), run=run.pk,
        )  # fmt: skip


def _one(row: Anomaly) -> Draft:
    is_day = row.kind == AnomalyKind.DAY
    groups = {} if is_day else {"agent": str(row.agent_id)}
    day = row.day.isoformat() if row.day else ""
    figures = {"measure": row.measure, "observed": row.observed, "expected": row.expected, "day": day, "groups": groups,
               "q": row.q_value}  # fmt: skip
    evidence = [
        evidence_row("now", row.observed, unit="ratio"),
        evidence_row("expected", row.expected, low=row.low, high=row.high, unit="ratio"),
        evidence_row("q_value", row.q_value),
    ]
    return Draft(
        kind=FindingKind.ALERT, code="unusual_day" if is_day else "unusual_agent",
        key=key_of("anomaly", groups, row.kind, row.measure, *([day] if is_day else [])), action="check_unusual",
        figures=figures, evidence=evidence, certainty=sure(row.q_value), run=row.run_id,
    )  # fmt: skip


def _strong(rows: list[dict[str, Any]], rule: AlertRule) -> list[dict[str, Any]]:
    """Significant ones with an odds ratio that is far enough from 1, the surest first."""
    least = abs(log(max(float(parameters_of(rule)["limit"]), 1.0)))
    found = [
        row for row in rows
        if row.get("significant") and (row.get("odds_ratio") or 0) > 0 and abs(log(row["odds_ratio"])) >= least
    ]  # fmt: skip
    return sorted(found, key=lambda row: row.get("q_value") or 0.0)[:MOST]


def _odds(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        evidence_row("odds_ratio", row.get("odds_ratio"), low=row.get("low"), high=row.get("high"), n=row.get("n"),
                     unit="ratio"),
        evidence_row("q_value", row.get("q_value")),
    ]  # fmt: skip
