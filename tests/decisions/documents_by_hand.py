"""Documents as analyses write them, made by hand, for tests of what reads them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from decisions.models import (
    AlertRule,
    AnalysisRun,
    Anomaly,
    Audience,
    DealForecast,
    Finding,
    PredictiveModel,
    RunKind,
)
from decisions.tables.deals import today_of
from integrations.crm.models import Deal
from salesiq.people.models import Agent
from tests.analytics.crm_rows import make_deal
from tests.decisions.factories import make_analysis, make_finding


def rate(won: int, closed: int, half: float = 0.04) -> dict[str, Any]:
    if not closed:
        return {"won": 0, "closed": 0, "rate": None, "low": None, "high": None}
    share = won / closed
    return {"won": won, "closed": closed, "rate": share, "low": max(0.0, share - half), "high": min(1.0, share + half)}


def change(absolute: float | None, half: float = 0.05, q: float = 0.002) -> dict[str, Any]:
    if absolute is None:
        return {"absolute": None, "low": None, "high": None, "p_value": None, "q_value": None, "significant": False}
    return {"absolute": absolute, "low": absolute - half, "high": absolute + half, "p_value": q, "q_value": q,
            "significant": q <= 0.05}  # fmt: skip


def win_rate_document(*, agents: list[str] | None = None, moved: float = -0.083, q: float = 0.002) -> dict[str, Any]:
    """`moved`: the change of the rate; `agents`: keys of the rows by agent."""
    now, before = rate(212, 503), rate(251, 498)
    regions = [
        ("North", 84, 160, True),
        ("South", 70, 171, False),
        ("West", 50, 130, False),
        ("(missing)", 8, 42, False),
    ]
    rows = [
        {"groups": {"region": key}, "start": "", **rate(won, closed, 0.07), "p_value": 0.01 if real else 0.4,
         "q_value": 0.04 if real else 0.6, "significant": real, "enough": closed >= 30,
         "prior": rate(won + 12, closed), "change": change(-0.06, 0.1, 0.3)}
        for key, won, closed, real in regions
    ]  # fmt: skip
    rows += [
        {"groups": {"agent": key}, "start": "", **rate(20 + n, 52, 0.13), "p_value": 0.5, "q_value": 0.8,
         "significant": False, "enough": True}
        for n, key in enumerate(agents or [])
    ]  # fmt: skip
    course = [
        {"groups": {}, "start": f"{2025 + (month + 5) // 12}-{(month + 5) % 12 + 1:02}-01", **rate(won, 84, 0.1),
         "p_value": None, "q_value": None, "significant": False, "enough": True}
        for month, won in enumerate((40, 42, 45, 41, 43, 44, 42, 43, 40, 37, 35, 33))
    ]  # fmt: skip
    effects = [
        {"key": key, "mix": mix, "rate": own, "both": 0.001, "share_before": share, "share_after": share + 0.03,
         "rate_before": 0.5, "rate_after": 0.5 + own * 3}
        for key, mix, own, share in (("North", 0.004, -0.002, 0.3), ("South", -0.006, -0.052, 0.35),
                                     ("West", 0.001, -0.026, 0.3))
    ]  # fmt: skip
    parts = {"mix": -0.001, "rate": -0.08, "both": -0.002, "rate_low": -0.13, "rate_high": -0.03}
    if q > 0.05:
        parts = {"mix": 0.0, "rate": moved, "both": 0.0, "rate_low": -0.05, "rate_high": 0.05}
    keys = agents or []
    return {
        "since": "2026-01-01", "until": "2026-03-31", "grain": "", "by": ["region", "agent"], "overall": now,
        "prior": before, "change": change(moved, 0.06, q), "course": course, "rows": rows,
        "decompositions": [{"by": "region", "before": before, "after": now, "change": change(moved, 0.06, q), **parts,
                            "effects": effects, "says": "rate" if q <= 0.05 else "noise"}],
        "velocity": [
            {"by": "", "key": "", "score": 4210.0, "low": 3600.0, "high": 4900.0, "deals": 503, "rate": 0.42,
             "value": 5400.0, "cycle_days": 62.0, "enough": True},
            *({"by": "region", "key": key, "score": score, "low": score * 0.8, "high": score * 1.2, "deals": 150,
               "rate": 0.42, "value": 5400.0, "cycle_days": 60.0, "enough": True}
              for key, score in (("North", 1900.0), ("South", 1300.0), ("West", 900.0))),
        ],
        "consistency": [
            {"key": key, "index": 81.0 - 6 * n, "low": 60.0, "high": 92.0, "closed": 52, "periods": 6, "rate": 0.4,
             "shrunk_rate": 0.41, "enough": n == 0}
            for n, key in enumerate(keys)
        ],
        "conclusion": "changed" if q <= 0.05 else "noise",
    }  # fmt: skip


def driver(feature: str, level: str, odds: float, q: float) -> dict[str, Any]:
    return {"feature": feature, "level": level, "n": 160, "odds_ratio": odds, "low": odds * 0.75, "high": odds * 1.33,
            "p_value": q / 4, "q_value": q, "significant": q <= 0.05}  # fmt: skip


def drivers_document(conclusion: str = "drivers") -> dict[str, Any]:
    found = [driver("region", "North", 1.62, 0.004), driver("custom.deals.plan", "Trial", 0.61, 0.03)]
    tested = [*found, driver("source", "Web", 1.1, 0.5), driver("industry", "Finance", 0.93, 0.7)]
    if conclusion != "drivers":
        tested = [{**each, "significant": False, "q_value": 0.6, "odds_ratio": 1.04} for each in tested]
    has = conclusion in ("drivers", "nothing")
    return {
        "auc": 0.63 if conclusion == "drivers" else 0.507 if has else None,
        "auc_low": 0.58 if conclusion == "drivers" else 0.47 if has else None,
        "auc_high": 0.68 if conclusion == "drivers" else 0.545 if has else None,
        "n": 1001 if has else 8, "positives": 463 if has else 8, "conclusion": conclusion,
        "drivers": tested if has else [],
        "tested": [{"feature": name, "levels": 4, "kind": "group", "within": [], "lowest_q": 0.004, "untold": []}
                   for name in ("region", "custom.deals.plan", "source", "industry")] if has else [],
        "kept_out": [
            {"feature": "custom.deals.note", "why": "too_many_levels", "levels": 50_000},
            {"feature": "lost_reason", "why": "known_after"},
        ],
        "nonlinear": {"auc": 0.62, "low": 0.57, "high": 0.67, "gain": -0.01, "gain_low": -0.03, "gain_high": 0.01,
                      "says": "nothing_more"} if has else {},
        "interactions": [],
        "cycle": {"odds_ratio_per_doubling": 0.88, "low": 0.8, "high": 0.96, "p_value": 0.006,
                  "bands": [{**rate(120, 250), "from_days": 0, "to_days": 30},
                            {**rate(92, 253), "from_days": 31, "to_days": 60}],
                  "caveat": "known_at_end"} if has else {},
    }  # fmt: skip


def forecast_document(*, target: float | None = 2_400_000.0) -> dict[str, Any]:
    def period(name: str, since: str, until: str, won: float, value: float, wide: float) -> dict[str, Any]:
        return {"period": name, "since": since, "until": until, "method": "record", "won_already": won,
                "value": value, "low80": value * (1 - wide), "high80": value * (1 + wide),
                "low95": value * (1 - 1.6 * wide), "high95": value * (1 + 1.6 * wide), "n_open": 214,
                "target": target}  # fmt: skip

    months = [(f"2025-{month:02}-01", 500_000 + 40_000 * (month % 4)) for month in range(4, 13)]
    course: list[dict[str, Any]] = [
        {"start": start, "actual": value, "value": None, "low95": None, "high95": None} for start, value in months
    ]
    course += [
        {"start": f"2026-{month:02}-01", "actual": None, "value": 640_000.0, "low95": 640_000 - 90_000 * month,
         "high95": 640_000 + 95_000 * month}
        for month in range(1, 7)
    ]  # fmt: skip
    stages = [
        {"pipeline": "", "stage": name, "kind": kind, "chance": chance, "observed": rate(int(chance * 60), 60, 0.12),
         "deals": deals, "value": 90_000.0 * deals, "expected": 90_000.0 * deals * chance}
        for name, kind, chance, deals in (("Prospecting", "qualification", 0.1, 60), ("Demo", "discovery", 0.25, 80),
                                          ("Quote", "proposal", 0.5, 50), ("Contract", "negotiation", 0.75, 24))
    ]  # fmt: skip
    return {
        "as_of": "2026-01-15", "used": "record",
        "why": {"code": "better", "method": "record", "against": "last_year", "p_value": 0.01, "error": 0.09,
                "error_against": 0.17, "n": 18},
        "periods": [period("this_quarter", "2026-01-01", "2026-03-31", 812_000.0, 2_130_000.0, 0.14),
                    period("next_quarter", "2026-04-01", "2026-06-30", 0.0, 2_300_000.0, 0.24),
                    period("this_year", "2026-01-01", "2026-12-31", 812_000.0, 8_900_000.0, 0.2)],
        "methods": [{"period": "this_quarter", "method": method, "value": value, "low95": value * 0.8,
                     "high95": value * 1.2} for method, value in (("staged", 2_400_000.0), ("record", 2_130_000.0),
                                                                  ("seasonal", 2_050_000.0))],
        "course": course, "stages": stages,
        "deals": {"n": 214, "value": 19_260_000.0, "expected": 6_210_000.0,
                  "by_confidence": {"high": 31, "medium": 102, "low": 81}},
        "accuracy": [{"method": "record", "horizon": "this_quarter", "mape": 0.12, "n": 8},
                     {"method": "last_year", "horizon": "this_quarter", "mape": 0.19, "n": 8}],
    }  # fmt: skip


def patterns_document(conclusion: str = "patterns") -> dict[str, Any]:
    def contrast(feature: str, won: float, lost: float, odds: float, q: float, scale: str = "amount") -> dict[str, Any]:
        return {"feature": feature, "scale": scale, "unit": "share", "whose": "agent", "consequence": False,
                "won": won, "lost": lost, "n": 640, "n_won": 210, "n_lost": 430, "sd": 0.1, "odds_ratio": odds,
                "low": odds * 0.8, "high": odds * 1.25, "p_value": q / 3, "q_value": q, "significant": q <= 0.05,
                "same_length": None}  # fmt: skip

    contrasts = [contrast("talk_share", 0.46, 0.61, 0.55, 0.001), contrast("question", 0.8, 0.6, 1.7, 0.01, "presence"),
                 contrast("interruptions", 0.2, 0.21, 0.98, 0.7)]  # fmt: skip
    found = contrasts if conclusion == "patterns" else [{**each, "significant": False} for each in contrasts]
    practice = {"code": "less", "feature": "talk_share", "unit": "share", "won": 0.46, "lost": 0.61, "n": 640,
                "odds_ratio": 0.55, "low": 0.44, "high": 0.69, "q_value": 0.001}  # fmt: skip
    return {
        "n": 640, "won": 210, "since": "2025-07-01", "until": "2026-01-15", "basis": "said",
        "controlled_for": ["agent", "industry"], "conclusion": conclusion,
        "contrasts": found if conclusion in ("patterns", "nothing") else [],
        "practices": [practice] if conclusion == "patterns" else [],
        "left_out": [{"feature": "outcome", "why": "outcome", "n": 640}],
    }  # fmt: skip


def anomalies_document() -> dict[str, Any]:
    kinds = [{"kind": "call", "measure": "call_duration", "looked_at": 640, "found": 2, "false_alarms": 0.05},
             {"kind": "day", "measure": "calls", "looked_at": 90, "found": 1, "false_alarms": 0.05}]  # fmt: skip
    return {"since": "2025-10-15", "until": "2026-01-15", "kinds": kinds}


QUALITY = [
    {
        "code": "field_missing",
        "severity": "warning",
        "n": 42,
        "of": 503,
        "figures": {"field": "region"},
        "touches": ["region"],
    },
    {
        "code": "small_groups",
        "severity": "info",
        "n": 3,
        "of": 12,
        "figures": {"field": "agent", "groups": 3, "of_groups": 12},
        "touches": ["agent"],
    },
]


def make_model(*, audience: Audience, has_signal: bool = True, **values: Any) -> PredictiveModel:
    points = [
        {"predicted": 0.1 + 0.2 * n, "observed": 0.08 + 0.21 * n, "low": 0.02 + 0.2 * n, "high": 0.16 + 0.2 * n,
         "n": 200} for n in range(5)
    ]  # fmt: skip
    low, high = (0.66, 0.74) if has_signal else (0.47, 0.54)
    defaults: dict[str, Any] = {
        "client": audience.client, "target": "deal_win", "number": 1, "status": "serving",
        "form": "logistic" if has_signal else "base_rate", "has_signal": has_signal, "n": 1000, "positives": 463,
        "trained_since": date(2025, 1, 1), "trained_until": date(2026, 1, 15), "features": ["region", "source", "age"],
        "leaks": [{"field": "lost_reason", "why": "after_outcome"}],
        "metrics": {"n": 1000, "positives": 463, "base_rate": 0.463, "auc": (low + high) / 2, "auc_low": low,
                    "auc_high": high, "brier": 0.21, "brier_base": 0.249, "ece": 0.021, "log_loss": 0.61},
        "card": {"calibration": points, "split": "time", "folds": 5,
                 "drift": [{"feature": "region", "psi": 0.04, "says": "stable"},
                           {"feature": "source", "psi": 0.31, "says": "moved"}],
                 "fairness": [{"group": "region", "level": "North", "n": 320, "auc": 0.69, "observed": 0.5,
                               "predicted": 0.49}],
                 "compared": [{"form": "logistic", "auc": 0.7, "brier": 0.21},
                              {"form": "boosted", "auc": 0.7, "brier": 0.212}]},
    }  # fmt: skip
    return PredictiveModel.objects.create(**{**defaults, **values})


def make_deal_forecast(deal: Deal, **values: Any) -> DealForecast:
    """An open deal's forecast with every part of its breakdown."""
    today = date(2026, 1, 15)
    defaults: dict[str, Any] = {
        "method": "stages", "probability": 0.55, "expected_value": Decimal(49_500), "close_on": today + timedelta(40),
        "close_low": today + timedelta(12), "close_high": today + timedelta(95), "confidence": "medium",
        "breakdown": {"stage": {"name": "Quote", "chance": 0.5}, "staged": 0.55, "learned": None, "blended": None,
                      "adjustments": [{"key": "budget", "points": 10, "sure": True,
                                       "because": {"code": "field", "field": "budget", "value": "yes"}},
                                      {"key": "holidays", "points": -5, "sure": False,
                                       "because": {"code": "holidays", "day": "2025-12-24"}}],
                      "why": "no_signal"},
        "risks": [{"code": "silent", "figures": {"days": 21}}],
        "steps": [{"code": "reach_out", "figures": {}}], "as_of": today,
    }  # fmt: skip
    return DealForecast.objects.create(deal=deal, **{**defaults, **values})


def make_everything(audience: Audience, agent: Agent) -> dict[str, Any]:
    """Every kind of result of one audience: what each page has to show."""
    client, today = audience.client, today_of(audience)
    runs: dict[str, AnalysisRun] = {
        kind: make_analysis(audience=audience, kind=kind, result=result, quality=QUALITY, rows=1001,
                            finished_at=audience.created_at)
        for kind, result in (
            (RunKind.WINRATE, win_rate_document(agents=[str(agent.pk)])), (RunKind.DRIVERS, drivers_document()),
            (RunKind.PATTERNS, patterns_document()), (RunKind.ANOMALIES, anomalies_document()),
            (RunKind.FORECAST, forecast_document()),
            (RunKind.ADVICE, {"opened": 2, "kept": 1, "closed": 0, "rules": []}),
        )
    }  # fmt: skip
    rule = AlertRule.objects.create(
        client=client, key="win-rate-fell", name="Win rate fell", kind="change", metric="win_rate", by="region",
        parameters={"direction": "down", "relative": 0.1, "days": 90, "minimum": 30}, tells=["email"],
    )  # fmt: skip
    findings = make_findings(audience, rule)
    Anomaly.objects.create(
        client=client, audience=audience, run=runs[RunKind.ANOMALIES], kind="agent", agent=agent, day=today,
        measure="calls", observed=3, expected=18, low=10, high=27, p_value=0.0001, q_value=0.004,
    )  # fmt: skip
    deal = make_deal(client, owner=agent, status="open", stage="Quote", value=90_000, name="Fleet renewal")
    return {"runs": runs, "rule": rule, "findings": findings, "deal": make_deal_forecast(deal),
            "model": make_model(audience=audience)}  # fmt: skip


def make_findings(audience: Audience, rule: AlertRule | None = None) -> list[Finding]:
    """Three, in the order of their rank."""
    figures = {"groups": {"region": "South"}, "metric": "win_rate", "relative": -0.19, "before": 0.47, "after": 0.38,
               "rate": 0.38, "rest": 0.45, "n": 171}  # fmt: skip
    evidence = [
        {"label_code": "now", "value": 0.38, "low": 0.31, "high": 0.46, "n": 171, "url_query": "region=South"},
        {"label_code": "before", "value": 0.47, "low": 0.4, "high": 0.54, "n": 180, "url_query": ""},
    ]  # fmt: skip
    rows = [("rate_dropped", "look_at_segment", 310_000, 0.97), ("source_low", "review_source", 90_000, 0.92),
            ("loses", "review_fit", 45_000, 0.85)]  # fmt: skip
    return [
        make_finding(audience=audience, rule=rule if n == 0 else None, key=f"{code}-{n}", code=code, action=action,
                     money=Decimal(money), certainty=certainty, rank=money * certainty, evidence=evidence,
                     kind="alert" if n == 0 else "recommendation",
                     figures=figures)
        for n, (code, action, money, certainty) in enumerate(rows)
    ]  # fmt: skip
