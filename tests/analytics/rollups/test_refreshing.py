"""Whatever happens to calls, by whatever way, sums are what a plain recount gives."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from analytics.models import AgentSums, ClientSums, DirtyDay
from analytics.rollups.refreshing import mark_client, refresh_month, refresh_rollups
from analytics.rollups.triggers import MANY_ROWS, lift_triggers, missing_triggers, set_triggers
from recordings.models import CallAnalysis, FollowUp, Objection, SalesCall
from salesiq.people.models import Agent, Client
from tests.analytics.rollups.plain import rows_of, stored
from tests.factories import make_agent, make_client, make_team
from tests.recordings.factories import make_call

FIRST = datetime(2026, 1, 30, 20, tzinfo=UTC)


def log_call(client, rng=random, **values):
    """A call as an import leaves it, near the turn of a month and of a day."""
    return SalesCall.objects.create(
        client=client,
        **{
            "started_at": FIRST + timedelta(hours=rng.randrange(96)),
            "status": rng.choice(["logged", "logged", "logged", "published", "received", "held_back"]),
            "outcome": rng.choice(["converted", "qualified", "no_answer", "callback", ""]),
            "region": rng.choice(["Spain", "Kenya", ""]),
            "call_type": rng.choice(["inbound", "outbound"]),
            "call_duration": rng.choice([None, 12.5, 310.0]),
            "quality_score": rng.choice([None, Decimal("71.25"), Decimal(40)]),
            "csat": rng.choice([None, 1, 4.5]),
            **values,
        },
    )


def assert_equal_to_recount(client):
    refresh_rollups()
    assert not DirtyDay.objects.exists()
    expected, found = rows_of(client), stored(client)
    assert found.keys() == expected.keys()
    for place, sums in expected.items():
        assert found[place] == pytest.approx(sums), place


@pytest.mark.parametrize("seed", range(4))
def test_any_sequence_of_changes_leaves_the_sums_of_a_recount(client_of_madrid, people, seed):
    rng = random.Random(seed)
    for _round in range(3):
        for _step in range(8):
            change_something(client_of_madrid, people, rng)
        assert_equal_to_recount(client_of_madrid)
        mark_client(client_of_madrid.pk)  # whole months are counted in another way
        assert_equal_to_recount(client_of_madrid)


def test_a_statement_of_many_calls_marks_their_days_and_is_counted_as_any_other(client_of_madrid, people):
    calls = [
        SalesCall(
            client=client_of_madrid, agent=people[n % 3], status="logged", started_at=FIRST + timedelta(hours=n % 96)
        )
        for n in range(MANY_ROWS + 1)
    ]
    SalesCall.objects.bulk_create(calls, batch_size=MANY_ROWS + 1)
    if connection.vendor == "postgresql":
        days = {call.started_at.date() for call in calls}
        assert set(DirtyDay.objects.values_list("agent_id", "day", "is_of_all")) == {(None, day, True) for day in days}
    refresh_rollups()
    SalesCall.objects.filter(client=client_of_madrid, agent=people[0]).update(outcome="converted")
    SalesCall.objects.filter(client=client_of_madrid).update(outcome="qualified")
    assert_equal_to_recount(client_of_madrid)
    SalesCall.objects.filter(client=client_of_madrid).delete()
    assert_equal_to_recount(client_of_madrid)


def change_something(client, people, rng):
    calls = list(SalesCall.objects.filter(client=client).order_by("pk"))
    if len(calls) < 6 or rng.random() < 0.3:
        log_call(client, rng, agent=rng.choice([*people, None]))
        return
    call, others = rng.choice(calls), SalesCall.objects.filter(client=client)
    rng.choice(
        [
            lambda: call.delete(),
            lambda: others.filter(agent=call.agent).update(agent=rng.choice(people), region="Peru"),
            lambda: others.filter(pk=call.pk).update(started_at=call.started_at + timedelta(days=rng.choice([-31, 1]))),
            lambda: others.filter(region="Spain").update(status=rng.choice(["held_back", "logged"])),
            lambda: others.filter(region="Kenya").delete(),
            lambda: FollowUp.objects.create(call=call, position=rng.randrange(10**6), text="I call", confidence=1),
            lambda: Objection.objects.create(call=call, kind="price", handled=rng.random() < 0.5, moved_on=False,
                                             confidence=1),
            lambda: Objection.objects.filter(call=call).update(handled=True),
            lambda: CallAnalysis.objects.update_or_create(
                call=call, defaults={"talk": {"roles": {"agent": {"ratio": rng.random()}}}, "script": {"adherence": 60}}
            ),
            lambda: CallAnalysis.objects.filter(call=call).delete(),
            lambda: Objection.objects.filter(call=call).delete(),
        ]
    )()  # fmt: skip


def test_an_analysed_call_counts_with_all_that_was_heard(client_of_madrid):
    make_call(client=client_of_madrid, started_at=FIRST)
    assert_equal_to_recount(client_of_madrid)
    row = ClientSums.objects.get(grain="month", dimension="")
    assert (row.published, row.talk_n, row.adherence_n, row.follow_up) == (1, 1, 1, 1)
    assert row.objections > 0


def test_raw_sql_is_noticed(client_of_madrid, people):
    call = log_call(client_of_madrid, agent=people[0], status="logged", region="Spain")
    refresh_rollups()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE recordings_salescall SET region = 'Peru', started_at = %s", [FIRST - timedelta(days=40)])
    assert_equal_to_recount(client_of_madrid)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM recordings_salescall")
    assert call.pk
    assert_equal_to_recount(client_of_madrid)
    assert not AgentSums.objects.exists()
    assert not ClientSums.objects.exists()


def test_what_the_sums_do_not_depend_on_makes_nothing_dirty(client_of_madrid, people):
    call = log_call(client_of_madrid, agent=people[0], status="logged")
    held = log_call(client_of_madrid, agent=people[0], status="received")
    refresh_rollups()
    Agent.objects.update(team=make_team(client=client_of_madrid), name="Somebody else")
    SalesCall.objects.filter(pk=call.pk).update(title="Another", notes="Words")
    SalesCall.objects.filter(pk=held.pk).update(region="Peru")
    Client.objects.update(name="Another name")
    assert not DirtyDay.objects.exists()


def test_another_time_zone_moves_calls_to_other_days(client_of_madrid):
    log_call(client_of_madrid, started_at=datetime(2026, 3, 1, 2, tzinfo=UTC), status="logged")
    refresh_rollups()
    client_of_madrid.time_zone = "America/Lima"
    client_of_madrid.save()
    assert_equal_to_recount(client_of_madrid)
    assert set(ClientSums.objects.values_list("start", flat=True)) == {
        datetime(2026, 2, 28).date(),
        datetime(2026, 2, 1).date(),
    }


def test_an_agent_and_a_client_that_go_take_their_sums(client_of_madrid, people):
    other = make_client()
    log_call(other, status="logged", agent=make_agent(client=other))
    log_call(client_of_madrid, status="logged", agent=people[0])
    refresh_rollups()
    people[0].delete()
    assert_equal_to_recount(client_of_madrid)
    other.delete()
    refresh_rollups()
    assert not AgentSums.objects.filter(client=other.pk).exists()
    assert not DirtyDay.objects.exists()


def test_counting_again_changes_nothing(client_of_madrid, people):
    for _call in range(5):
        log_call(client_of_madrid, agent=people[0], status="logged")
    refresh_rollups()
    once = stored(client_of_madrid)
    SalesCall.objects.update(region="X")
    SalesCall.objects.update(region="Spain")
    refresh_rollups()
    refresh_rollups()
    assert stored(client_of_madrid).keys() <= once.keys() | rows_of(client_of_madrid).keys()
    assert_equal_to_recount(client_of_madrid)


def test_a_count_that_fails_leaves_keys_and_sums_as_they_were(client_of_madrid, monkeypatch):
    log_call(client_of_madrid, status="logged", started_at=FIRST)
    refresh_rollups()
    before = stored(client_of_madrid)
    log_call(client_of_madrid, status="logged", started_at=FIRST)

    def break_down(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("analytics.rollups.refreshing.store_client_month", break_down)
    with pytest.raises(RuntimeError):
        refresh_month(client=client_of_madrid.pk, month=FIRST.date().replace(day=1))
    monkeypatch.undo()
    assert stored(client_of_madrid) == before
    assert_equal_to_recount(client_of_madrid)


def test_triggers_that_a_migration_dropped_come_back_and_everything_is_counted(client_of_madrid):
    log_call(client_of_madrid, status="logged")
    refresh_rollups()
    lift_triggers(using="default", plan=["something"])
    if connection.vendor == "postgresql":
        assert not missing_triggers()  # nothing rebuilds tables there
        return
    assert missing_triggers()
    SalesCall.objects.update(region="Unnoticed")
    set_triggers(using="default")
    assert not missing_triggers()
    assert_equal_to_recount(client_of_madrid)
