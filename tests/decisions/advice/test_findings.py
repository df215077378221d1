"""Rules find what the corrected p bear, tell it once while it lasts, and close it when it has passed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from decisions.advice import wording
from decisions.advice.analysis import analyse
from decisions.advice.services import acknowledge_finding, dismiss_finding, snooze_finding
from decisions.models import (
    AlertRule,
    AnalysisRun,
    Anomaly,
    Audience,
    Finding,
    FindingStatus,
    RunKind,
    Worked,
)
from decisions.runs import audience_of
from decisions.tables.deals import today_of
from integrations.crm.models import Activity, CustomField
from salesiq.people.roles import Role
from tests.analytics.crm_rows import make_deal
from tests.decisions.advice.documents import group, make_winrate
from tests.decisions.factories import make_analysis, make_audience
from tests.factories import make_agent, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def audience(client_row):
    return make_audience(client=client_row)


def run(audience, *, days=0):
    """The advice of a day from today, over the same documents."""
    as_of = today_of(audience) + timedelta(days=days)
    AnalysisRun.objects.update(as_of=as_of)
    return analyse(audience, as_of=as_of, question={}, progress=lambda share: None).result


def said(audience, **wanted):
    return sorted(wording.sentence(row) for row in Finding.objects.filter(audience=audience, **wanted))


def apac(**values):
    return group({"region": "APAC"}, 70, 200, (94, 200), **{"q": 0.02, **values})


def test_a_group_that_dropped_is_told_and_noise_is_not(audience):
    quiet = group({"region": "EMEA"}, 60, 200, (80, 200), q=0.3, changed=False)
    small = group({"region": "LATAM"}, 2, 12, (9, 12), q=0.01)
    make_winrate(audience, [apac(), quiet, small])
    assert run(audience)["opened"] == 1
    [finding] = Finding.objects.all()
    assert wording.sentence(finding) == "APAC: Win rate dropped by 26 %, from 47.0 % to 35.0 %."
    assert finding.kind == "alert" and finding.certainty == pytest.approx(0.98)
    assert [row.label for row in wording.evidence(finding)][:2] == ["now", "before"]
    assert "region=APAC" in wording.evidence(finding)[0].query


def test_the_same_deals_under_the_name_of_another_field_are_told_once(audience):
    CustomField.objects.create(client=audience.client, kind="deals", key="battery", label="Battery")
    counts = {"won": 70, "closed": 200, "prior": (94, 200), "q": 0.02}
    other = group({"custom.deals.battery": "no"}, 60, 200, (94, 200), q=0.02)
    make_winrate(audience, [
        group({"product": "P1"}, **counts), group({"custom.deals.plan": "small"}, **counts),
        group({"product": "P2"}, **counts), other,
    ])  # fmt: skip
    run(audience)
    assert said(audience) == [
        "P1: Win rate dropped by 26 %, from 47.0 % to 35.0 %.",
        "P2: Win rate dropped by 26 %, from 47.0 % to 35.0 %.",
        "no (Battery): Win rate dropped by 36 %, from 47.0 % to 30.0 %.",
    ]


def test_money_at_stake_is_the_deals_lost_times_what_a_deal_there_is_worth(audience):
    for _ in range(6):
        make_deal(client=audience.client, status="won", region="APAC", value=1000)
        make_deal(client=audience.client, status="won", region="EMEA", value=9)
    make_winrate(audience, [apac()])
    run(audience)
    finding = Finding.objects.get()
    assert float(finding.money) == pytest.approx(24 * 1000, rel=0.01)
    assert finding.rank == pytest.approx(0.98 * 24_000, rel=0.01)


def test_sources_agents_and_the_whole_are_named_for_what_they_are(audience):
    agent = make_agent(client=audience.client, name="Ana")
    low = {"q": 0.5, "changed": False, "differs": True, "differs_q": 0.001}
    rows = [
        group({"source": "Webinar"}, 20, 100, (20, 100), **low),
        group({"agent": str(agent.pk)}, 15, 100, (20, 100), **low),
        group({"product_line": "Y"}, 80, 100, (70, 100), **low),
    ]
    make_winrate(audience, rows, overall=(350, 1000), changed=True, says="changed_mix")
    run(audience)
    assert said(audience) == [
        "Ana: coaching may help: 15.0 % of 100 deals are won, 37.2 % of those of the others.",
        "Webinar: lead source with low conversion: 20.0 % of its 100 deals are won, 36.7 % of all the others.",
        "Win rate went from 45.0 % to 35.0 % because other deals came, not because they are sold otherwise.",
        "Y: deals are won more often than elsewhere: 80.0 % of 100, 30.0 % of all the others.",
    ]


def test_the_same_thing_is_told_once_while_it_lasts(audience):
    make_winrate(audience, [apac()])
    assert [run(audience)["opened"], run(audience)["opened"], run(audience, days=1)["opened"]] == [1, 0, 0]
    finding = Finding.objects.get()
    assert (finding.last_seen_on - finding.first_seen_on).days == 1
    AnalysisRun.objects.update(result={**AnalysisRun.objects.get().result, "rows": []})
    assert [run(audience, days=day)["closed"] for day in (2, 7, 8)] == [0, 0, 1]
    finding.refresh_from_db()
    assert finding.status == FindingStatus.DONE
    make_winrate(audience, [apac()])
    assert run(audience, days=12)["opened"] == 0  # back within two weeks: not told again
    finding.refresh_from_db()
    assert finding.status == FindingStatus.OPEN
    assert [event.action for event in finding.events.all()] == ["opened", "passed", "returned"]


def test_a_finding_does_not_pass_because_an_analysis_is_missing(audience):
    make_winrate(audience, [apac()])
    run(audience)
    AnalysisRun.objects.all().delete()
    result = analyse(audience, as_of=today_of(audience) + timedelta(days=30), question={}, progress=lambda share: None)
    assert result.result["closed"] == 0
    reasons = {row["key"]: row["silent_because"] for row in result.result["rules"]}
    assert reasons["win-rate-changes"] == "no analysis: winrate"


def test_what_is_snoozed_wakes_and_what_is_dismissed_stays_away(audience):
    admin = make_user(client=audience.client)
    other = group({"region": "EMEA"}, 60, 200, (100, 200), q=0.01)
    make_winrate(audience, [apac(), other])
    run(audience)
    first, second = Finding.objects.order_by("key")
    snooze_finding(finding=first, actor=admin, until=today_of(audience) + timedelta(days=5))
    dismiss_finding(finding=second, actor=admin)
    run(audience, days=3)
    assert Finding.objects.get(pk=first.pk).status == FindingStatus.SNOOZED
    assert run(audience, days=5)["opened"] == 0
    assert Finding.objects.get(pk=first.pk).status == FindingStatus.OPEN
    assert run(audience, days=89)["opened"] == 0
    assert run(audience, days=92)["opened"] == 1


def test_rules_are_installed_once_and_obeyed(audience):
    make_winrate(audience, [apac()])
    AlertRule.objects.create(client=audience.client, key="own", name="Own", kind="change", metric="segment_changes",
                             parameters={"relative": 0.5})  # fmt: skip
    run(audience)
    assert AlertRule.objects.count() == 1
    assert not Finding.objects.exists()


def test_drivers_practices_anomalies_and_gaps_become_findings(audience):
    driver = {"feature": "source", "level": "Referral", "n": 300, "odds_ratio": 1.8, "low": 1.4, "high": 2.3,
              "p_value": 0.0001, "q_value": 0.001, "significant": True}  # fmt: skip
    weak = {**driver, "level": "Webinar", "odds_ratio": 1.05}
    noise = {**driver, "level": "Fair", "significant": False}
    document = {"drivers": [driver, weak, noise], "n": 900, "positives": 300}
    note = {"code": "field_missing", "severity": "warning", "n": 40, "of": 100, "figures": {"field": "region"}}
    quality = [note, {**note, "severity": "info", "figures": {}}, {**note, "n": 4, "figures": {"field": "source"}}]
    make_analysis(audience=audience, kind=RunKind.DRIVERS, result=document, quality=quality)
    contrast = {"feature": "talk_ratio", "won": 0.4, "lost": 0.6, "n_won": 100, "n_lost": 100, "odds_ratio": 0.5,
                "low": 0.3, "high": 0.8, "p_value": 0.001, "q_value": 0.01, "significant": True}  # fmt: skip
    make_analysis(audience=audience, kind=RunKind.PATTERNS, result={"contrasts": [contrast]})
    unusual = make_analysis(audience=audience, kind=RunKind.ANOMALIES, result={"kinds": []})
    agent = make_agent(client=audience.client, name="Ana")
    for q, kind in ((0.01, "day"), (0.02, "agent"), (0.2, "agent")):
        about = {"agent": agent} if kind == "agent" else {"day": today_of(audience)}
        Anomaly.objects.create(client=audience.client, audience=audience, run=unusual, kind=kind, measure="calls",
                               observed=90, expected=40, p_value=q / 2, q_value=q, **about)  # fmt: skip
    run(audience)
    assert sorted(Finding.objects.values_list("code", flat=True)) == [
        "data_gap", "driver_helps", "practice", "unusual_agent", "unusual_day"]  # fmt: skip
    assert all(wording.sentence(row) and wording.action(row) for row in Finding.objects.all())


def test_a_forecast_below_its_target_and_deals_at_risk_are_told(audience):
    today = today_of(audience)
    period = {"period": "this_quarter", "since": "2026-10-01", "until": "2026-12-31", "value": 80_000.0,
              "low80": 70_000.0, "high80": 90_000.0, "won_already": 50_000.0, "target": 100_000.0}  # fmt: skip
    sure = {**period, "period": "this_year", "target": 81_000.0, "since": "2026-01-01"}
    make_analysis(audience=audience, kind=RunKind.FORECAST, result={"periods": [period, sure]})
    make_deal(client=audience.client, status="open", value=5000, name="Big", created_on=today - timedelta(days=100),
              expected_close_on=today - timedelta(days=10))  # fmt: skip
    make_deal(client=audience.client, status="open", name="Worth nothing known", created_on=today - timedelta(days=100))
    won = make_deal(client=audience.client, status="won", value=5000, created_on=today, closed_on=today)
    Activity.objects.create(client=audience.client, deal=won, type="call", happened_at=timezone.now())
    run(audience)
    assert said(audience, code="forecast_below_target") == [
        "The forecast for this quarter is 80,000, the target 100,000: it is missed with a chance of >99 %."
    ]
    assert said(audience, code="deal_at_risk") == [
        "Deal at risk: Big, worth 5,000 (past its expected close, nothing was written down for long)."]  # fmt: skip


def test_a_manager_reads_findings_of_their_own_teams_alone(client_row):
    team = make_team(client=client_row)
    manager = make_user(client=client_row, role=Role.MANAGER)
    team.managers.add(manager)
    today = today_of(make_audience(client=client_row))
    late = {"status": "open", "value": 10, "created_on": today, "expected_close_on": today - timedelta(days=1)}
    make_deal(client=client_row, owner=make_agent(team=team), **late)
    make_deal(client=client_row, owner=make_agent(client=client_row), **late)
    alone = make_user(client=client_row, role=Role.MANAGER)  # manages nobody
    counts = []
    for whose in (make_audience(client=client_row), audience_of(manager), audience_of(alone)):
        run(whose)
        counts.append(Finding.objects.filter(audience=whose, code="deal_at_risk").count())
    assert counts == [2, 1, 0]
    assert Finding.objects.visible_to(manager).count() == 1
    assert Audience.objects.count() == 3


def test_what_was_done_about_a_deal_is_measured_by_its_end(audience):
    today = today_of(audience)
    deal = make_deal(client=audience.client, status="open", value=10, created_on=today,
                     expected_close_on=today - timedelta(days=1))  # fmt: skip
    run(audience)
    finding = Finding.objects.get(code="deal_at_risk")
    acknowledge_finding(finding=finding, actor=make_user(client=audience.client))
    run(audience)
    assert Finding.objects.get(pk=finding.pk).worked == Worked.UNKNOWN
    type(deal).objects.update(status="won", closed_on=today)
    run(audience, days=1)
    finding.refresh_from_db()
    assert (finding.worked, finding.outcome["after"]) == (Worked.YES, 1.0)
    assert wording.outcome(finding).startswith("It worked")
