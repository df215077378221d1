"""The handbook's table and its adjustments are found in the record, shown one by one, and may be set by who may."""

from datetime import date

import pytest

from decisions.forecasting.adjusting import Evidence, Rule, Timing, adjusted, adjustments_of
from decisions.forecasting.adjustments import STANDARD, is_way_of_seeing
from decisions.forecasting.risks import Norms, Standing, confidence_of, risks_of, steps_of
from decisions.forecasting.stages import guess_kind
from decisions.models import Confidence, StageKind

RULES = [Rule(each.key, each.points, each.matches) for each in STANDARD]
NOWHEN = Timing(age=None, average=None, closes=None)
TODAY = date(2026, 3, 2)
NORMS = Norms(oldest=90.0, in_stage={("", "Offer"): 20.0}, keeps_activity=True, keeps_tasks=True,
              qualifying=frozenset({"budget"}), large=500.0)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Qualified", StageKind.QUALIFICATION), ("Site visit", StageKind.DISCOVERY), ("Offer sent", StageKind.PROPOSAL),
        ("Negociación", StageKind.NEGOTIATION), ("Договор", StageKind.CLOSING), ("Engaging", StageKind.DISCOVERY),
    ],
)  # fmt: skip
def test_stages_are_known_by_their_names(name, kind):
    assert guess_kind(name, place=0, of=5) == kind


def test_stages_without_a_telling_name_are_known_by_their_place():
    kinds = [guess_kind(f"Step {place}", place=place, of=5) for place in range(5)]
    assert kinds == list(StageKind)


def test_every_adjustment_of_the_handbook_is_seen_in_the_record():
    evidence = Evidence(
        activities={"email": TODAY, "demo": TODAY, "proposal": TODAY},
        texts=("contract review with their lawyer",),
        custom={"budget_ok": "yes", "authority": True, "need": "yes", "timeline": "Q3", "competition": "strong"},
    )
    timing = Timing(age=100, average=40.0, closes=date(2026, 12, 28))
    found = {each["key"]: each["points"] for each in adjustments_of(RULES, evidence, timing)}
    assert found == {
        "email_engagement": 5, "demo_completed": 15, "proposal_sent": 20, "contract_review": 25, "legal_involved": 30,
        "competition_strong": -10, "older_than_average": -20, "end_of_quarter": 10, "holidays": -5, "budget": 20,
        "authority": 15, "need": 10, "timeline": 10,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "key"),
    [("None", "competition_none"), ("weak", "competition_weak"), ("Incumbent to replace", "incumbent"), ("?", None)],
)
def test_of_competition_one_applies_at_most(said, key):
    found = adjustments_of(RULES, Evidence(custom={"competitors": said}), NOWHEN)
    assert [each["key"] for each in found] == ([key] if key else [])


def test_fields_are_known_in_whatever_letters_the_table_writes_them():
    rule = Rule("budget", 20, {"field": ["Budget"], "values": ["Yes"]})
    assert [each["key"] for each in adjustments_of([rule], Evidence(custom={"budget_ok": "yes"}), NOWHEN)] == ["budget"]


def test_no_is_not_yes():
    assert adjustments_of(RULES, Evidence(custom={"budget": "No", "need": False, "timeline": None}), NOWHEN) == []


def test_points_add_up_within_1_and_99_percent():
    assert adjusted(0.5, [{"points": 15}, {"points": -10}]) == pytest.approx(0.55)
    assert adjusted(0.9, [{"points": 30}]) == 0.99
    assert adjusted(0.1, [{"points": -20}]) == 0.01


def test_risks_are_told_with_their_figures_and_answered_by_steps():
    standing = Standing(stage=("", "Offer"), stage_known=True, days_in_stage=30, age=120, value=None, closes_low=None)
    evidence = Evidence(expected_on=date(2026, 2, 20), touched=date(2026, 2, 1), competitor_calls=2)
    risks = risks_of(standing, evidence, NORMS, TODAY)
    assert [risk["code"] for risk in risks] == [
        "overdue", "older_than_most", "stuck", "silent", "competitor_named", "no_next_step", "no_value",
    ]  # fmt: skip
    assert risks[0]["figures"] == {"days": 10, "day": "2026-02-20"}
    steps = [step["code"] for step in steps_of(risks, frozenset(), NORMS, 600.0)]
    assert steps == ["escalate", "agree_new_day", "decide_or_drop", "unblock"]
    assert confidence_of(behind=500, risks=risks) == Confidence.LOW


def test_a_deal_in_order_has_no_risk_and_asks_for_what_is_not_qualified():
    standing = Standing(("", "Offer"), True, 5, 20, 100.0, None)
    evidence = Evidence(expected_on=date(2026, 4, 1), touched=TODAY, open_tasks=1)
    assert risks_of(standing, evidence, NORMS, TODAY) == []
    assert [step["code"] for step in steps_of([], frozenset(), NORMS, 100.0)] == ["confirm_budget"]
    assert confidence_of(behind=500, risks=[]) == Confidence.HIGH
    assert confidence_of(behind=50, risks=[]) == Confidence.MEDIUM
    assert confidence_of(behind=5, risks=[]) == Confidence.LOW


@pytest.mark.parametrize(
    "matches", [[], {}, {"words": 5}, {"words": []}, {"holidays": ["12-20"]}, {"holidays": ["x", "y"]}, {"what": 1}]
)
def test_a_way_of_seeing_that_is_none_is_known_as_such(matches):
    assert not is_way_of_seeing(matches)
    assert all(is_way_of_seeing(each.matches) for each in STANDARD)
