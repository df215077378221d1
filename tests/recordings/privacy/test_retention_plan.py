"""The database finds exactly the calls over which the rules decide, and counts them."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recordings.models import Action, SalesCall
from recordings.privacy.holds import HoldScope, place_hold
from recordings.privacy.retention import Rule, decide
from recordings.privacy.retention_plan import SOON, count_reach, facts_of, reached_calls
from tests.factories import make_agent, make_client, make_team
from tests.recordings.privacy.rules import TEAMS, TODAY, facts, rules

pytestmark = pytest.mark.django_db
GONE = Rule(name="Gone", action=Action.DELETE, days=30)


@pytest.fixture
def tenant():
    client = make_client(time_zone="America/New_York")
    for team in TEAMS:
        make_agent(client=client, team=make_team(client=client, id=team), id=team)
    return client


def write(client, call, hour=12):
    return SalesCall(
        client=client,
        agent_id=call.team,
        started_at=datetime.combine(call.day, time(hour), tzinfo=ZoneInfo(client.time_zone)),
        disposal_level=call.done.level,
        **{name: getattr(call, name) for name in ("call_type", "outcome", "region", "source", "language")},
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(facts(held=st.just(False)), st.integers(0, 23)), min_size=1, max_size=20),
    st.lists(rules(), max_size=5, unique_by=lambda rule: rule.id),
)
def test_the_database_decides_as_the_rules_do(tenant, calls, known):
    SalesCall.objects.all().delete()
    SalesCall.objects.bulk_create([write(tenant, call, hour) for call, hour in calls])
    known = sorted(known, key=lambda rule: rule.order)
    found = {call.pk: known[call.rule_index] for call in reached_calls(tenant, known, TODAY)}
    expected, soon = {}, Counter()
    for call in SalesCall.objects.select_related("client", "agent"):
        decision, later = (decide(facts_of(call), known, day) for day in (TODAY, TODAY + SOON))
        if decision.action != Action.KEEP:
            expected[call.pk] = decision.rule
        elif later.action != Action.KEEP:
            soon[later.rule] += 1
    assert found == expected
    counted = {reach.rule: (reach.now, reach.soon) for reach in count_reach(tenant, known, TODAY)}
    of = Counter(expected.values())
    assert counted == {rule: (of[rule], soon[rule]) for rule in known if rule.action != Action.KEEP}


def test_days_end_at_midnight_of_the_clients_clock(tenant):
    evening = datetime(2026, 5, 2, 3, 30, tzinfo=UTC)  # 1 May, 23:30, in New York
    SalesCall.objects.create(client=tenant, started_at=evening)
    assert not reached_calls(tenant, [GONE], date(2026, 5, 31)).exists()
    assert reached_calls(tenant, [GONE], date(2026, 6, 1)).exists()


def test_held_calls_are_told_apart(tenant):
    held = SalesCall.objects.create(client=tenant, started_at=timezone.now() - timedelta(days=60))
    SalesCall.objects.create(client=tenant, started_at=timezone.now() - timedelta(days=61))
    scope = HoldScope(calls=SalesCall.objects.filter(pk=held.pk))
    until = timezone.localdate() + timedelta(days=9)
    place_hold(client=tenant, matter="M", reason="R", until=until, scope=scope, actor=None)
    today = timezone.localdate()
    assert [call.is_held for call in reached_calls(tenant, [GONE], today)] == [False, True]
    (reach,) = count_reach(tenant, [GONE], today)
    assert (reach.now, reach.held, reach.soon) == (1, 1, 0)


def test_calls_of_another_client_are_not_reached(tenant):
    SalesCall.objects.create(client=make_client(), started_at=timezone.now() - timedelta(days=60))
    assert not reached_calls(tenant, [GONE], timezone.localdate()).exists()


def test_counting_takes_one_query(tenant, django_assert_num_queries):
    known = sorted([GONE, Rule(name="Law", action=Action.KEEP, days=9)], key=lambda rule: rule.order)
    with django_assert_num_queries(1):
        count_reach(tenant, known, TODAY)
