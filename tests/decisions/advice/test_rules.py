"""Rules over figures: what passes a limit, changed or is unusual, asked of an audience's rows alone."""

from datetime import timedelta

import numpy as np
import pytest

from analytics.metrics import Better
from decisions.advice.effect import verdict
from decisions.advice.reading import Facts, SilentError
from decisions.advice.rules.asking import hear_rule
from decisions.advice.sources.pairs import contrasts, pairs
from decisions.advice.wording import outcome as outcome_in_words
from decisions.advice.worked import GIVEN_UP_AFTER_DAYS, measure, measure_outcomes
from decisions.models import AlertRule, Audience, Finding, RuleKind, Worked
from decisions.tables.deals import load_deals, today_of
from integrations.crm.models import Deal
from tests.decisions.advice.documents import make_winrate
from tests.decisions.factories import make_audience, make_finding
from tests.factories import make_agent, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def audience(client_row):
    return make_audience(client=client_row)


def make_deals(audience, won, n, *, days_ago, **values):
    """`n` closed deals, `won` of them won, on one day."""
    day = today_of(audience) - timedelta(days=days_ago)
    Deal.objects.bulk_create(
        Deal(client=audience.client, system="t", external_id=f"{days_ago}-{values}-{place}",
             status="won" if place < won else "lost", created_on=day, closed_on=day, value=100, **values)
        for place in range(n)
    )  # fmt: skip


def hear(audience, **values):
    rule = AlertRule(client=audience.client, key="r", name="R", **values)
    return hear_rule(rule, Facts(audience, today_of(audience)))


def test_a_group_below_its_limit_is_told_only_when_it_is_more_than_chance(audience):
    make_deals(audience, 10, 100, days_ago=5, region="North")
    make_deals(audience, 5, 20, days_ago=5, region="South")
    make_deals(audience, 60, 100, days_ago=5, region="West")
    asked = {"metric": "win_rate", "by": "region", "kind": RuleKind.LIMIT,
             "parameters": {"direction": "down", "limit": 0.3, "days": 30, "minimum": 10}}  # fmt: skip
    [found] = hear(audience, **asked)
    assert (found.code, found.figures["groups"]) == ("below_limit", {"region": "North"})
    assert found.certainty > 0.99


def test_a_total_above_its_limit_is_a_fact(audience):
    make_deals(audience, 10, 10, days_ago=5)
    asked = {"metric": "revenue", "kind": RuleKind.LIMIT, "parameters": {"direction": "up", "limit": 999, "days": 30}}
    [found] = hear(audience, **asked)
    assert (found.code, found.figures["value"], found.certainty) == ("above_limit", 1000.0, 1.0)


def test_a_change_is_told_by_its_corrected_p(audience):
    for region, before, after in (("North", 50, 25), ("South", 50, 42)):
        make_deals(audience, before, 100, days_ago=120, region=region)
        make_deals(audience, after, 100, days_ago=20, region=region)
    asked = {"metric": "win_rate", "by": "region", "kind": RuleKind.CHANGE, "parameters": {"direction": "both"}}
    [found] = hear(audience, **asked)
    assert (found.code, found.figures["groups"]) == ("dropped", {"region": "North"})
    assert found.figures["q"] < 0.01
    assert hear(audience, **{**asked, "parameters": {"direction": "up"}}) == []
    with pytest.raises(SilentError):
        hear(audience, metric="revenue", kind=RuleKind.CHANGE)


def test_an_unusual_week_is_told_and_a_usual_one_is_not(audience):
    rng = np.random.default_rng(1)
    for week, n in enumerate(rng.poisson(30, 40)):
        make_deals(audience, int(n), int(n), days_ago=2 + 7 * week + 8)
    make_deals(audience, 29, 29, days_ago=3)
    asked = {"metric": "deals_won", "kind": RuleKind.UNUSUAL, "parameters": {}}
    assert hear(audience, **asked) == []
    make_deals(audience, 50, 50, days_ago=4)
    [found] = hear(audience, **asked)
    assert (found.code, found.figures["value"]) == ("unusually_high", 79.0)
    assert found.figures["expected"] == pytest.approx(30, abs=5)


def test_a_rule_reads_the_rows_of_its_audience_alone(client_row):
    team = make_team(client=client_row)
    whole, mine = make_audience(client=client_row), Audience.objects.create(client=client_row, key="mine")
    mine.teams.add(team)
    nobody = Audience.objects.create(client=client_row, key="nobody")
    make_deals(whole, 5, 5, days_ago=5, owner=make_agent(team=team))
    make_deals(whole, 5, 5, days_ago=6, owner=make_agent(client=client_row))
    asked = {"metric": "deals_won", "kind": RuleKind.LIMIT, "parameters": {"limit": 1}}
    assert [hear(each, **asked)[0].figures["value"] for each in (whole, mine)] == [10.0, 5.0]
    with pytest.raises(SilentError):
        hear(nobody, **asked)


def test_a_pair_that_loses_more_than_its_parts_is_told(audience):
    for region in ("North", "South"):
        for industry in ("A", "B", "C"):
            won = 15 if (region, industry) == ("North", "B") else 50
            make_deals(audience, won, 100, days_ago=9, region=region, source=industry)
    make_winrate(audience, [])
    rule = AlertRule(
        client=audience.client, key="r", name="R", kind="change", metric="pairs", parameters={"minimum": 30}
    )
    [found] = pairs(rule, Facts(audience, today_of(audience)))
    assert found.figures["groups"] == {"region": "North", "source": "B"}
    assert found.money and found.money > 0


def test_pairs_of_a_bad_group_are_not_told_one_by_one(audience):
    for region, won in (("North", 20), ("South", 50)):
        for industry in ("A", "B", "C"):
            make_deals(audience, won, 100, days_ago=9, region=region, source=industry)
    assert min(row.p for row in contrasts(load_deals(audience), fewest=30)) > 0.05


def test_what_was_done_is_held_against_what_happened_to_the_others(audience):
    for region, before, after in (("North", 30, 60), ("South", 50, 50)):
        make_deals(audience, before, 100, days_ago=120, region=region)
        make_deals(audience, after, 100, days_ago=40, region=region)
    figures = {"metric": "win_rate", "groups": {"region": "North"}, "before": 0.5, "after": 0.3}
    began = today_of(audience) - timedelta(days=92)
    finding = make_finding(audience=audience, figures=figures, acknowledged_at=f"{began}T12:00Z")
    finding.refresh_from_db()
    outcome, worked = measure(finding, Facts(audience, today_of(audience)))
    assert (worked, outcome["before"], outcome["after"]) == (Worked.YES, 0.3, 0.6)
    assert outcome["low"] > 0 and outcome["rest_change"] == 0.0
    later = make_finding(audience=audience, key="later", figures=figures,
                         acknowledged_at=f"{began + timedelta(days=40)}T12:00Z")  # fmt: skip
    later.refresh_from_db()
    assert measure(later, Facts(audience, today_of(audience)))[1] == Worked.UNKNOWN


def test_what_cannot_be_measured_is_not_asked_for_ever(audience):
    today = today_of(audience)
    deal = Deal.objects.create(client=audience.client, external_id="1", system="t", name="Open", status="open")
    pair = {"metric": "win_rate", "groups": {"region": "North", "source": "Web"}}
    waits = {
        "pair": {"figures": pair},
        "gone": {"figures": {"deal": str(audience.pk)}},
        "open": {"figures": {"deal": str(deal.pk)}},
        "over": {"figures": {"since": "no day"}, "code": "forecast_below_target"},
        "to come": {
            "figures": {"since": str(today), "until": str(today + timedelta(days=9))}, "code": "forecast_below_target"
        },
    }  # fmt: skip
    taken = f"{today - timedelta(days=GIVEN_UP_AFTER_DAYS)}T12:00Z"
    for key, values in waits.items():
        make_finding(audience=audience, key=key, acknowledged_at=taken, **values)
    assert measure_outcomes(audience, as_of=today) == 0
    assert measure_outcomes(audience, as_of=today + timedelta(days=1)) == 3
    decided = Finding.objects.exclude(worked=Worked.UNKNOWN)
    assert set(decided.values_list("key", "worked")) == {(key, Worked.UNCLEAR) for key in ("pair", "gone", "over")}
    assert outcome_in_words(decided[0]) == "Too little to tell"
    assert measure_outcomes(audience, as_of=today + timedelta(days=2)) == 0


def test_it_did_not_work_only_where_half_of_what_was_lost_is_ruled_out():
    figures = {"before": 0.5, "after": 0.3}
    says = [verdict(figures, Better.HIGHER, bounds) for bounds in ((0.01, 0.2), (-0.1, 0.05), (-0.1, 0.15))]
    assert says == [Worked.YES, Worked.NO, Worked.UNCLEAR]
