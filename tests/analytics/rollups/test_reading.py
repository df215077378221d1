"""Sums answer exactly as base rows do, whoever asks and whatever still waits to be counted."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from analytics.asking.asker import asker_of
from analytics.asking.base import read_base_sums
from analytics.metrics import MEASURES, Rows, Wanted
from analytics.questions import Filters, Grain
from analytics.rollups import reading
from analytics.rollups.backlog import at_one_moment
from analytics.rollups.refreshing import mark_client, refresh_rollups
from recordings.models import SalesCall
from salesiq.people.roles import Role
from tests.analytics.rollups.test_refreshing import log_call
from tests.factories import make_client, make_team, make_user
from tests.recordings.factories import make_call

BY = ("", "agent", "team", "region", "source", "call_type", "outcome", "language", "weekday", "hour", "weekday_hour")
PERIODS = (
    (None, None),
    (date(2026, 1, 1), date(2026, 1, 31)),
    (date(2025, 12, 31), date(2026, 2, 1)),
    (date(2026, 1, 31), date(2026, 2, 2)),
    (date(2025, 11, 5), None),
    (None, date(2026, 2, 1)),
)
ALL = {rows: tuple(m.key for m in MEASURES.values() if m.rows == rows) for rows in (Rows.CALLS, Rows.OBJECTIONS)}


@pytest.fixture
def calls(client_of_madrid, people):
    rng = random.Random(7)
    for number in range(30):
        values = {"started_at": date_of(rng)} if number % 3 else {}
        log_call(client_of_madrid, rng, agent=rng.choice([*people, None]), source=rng.choice(["web", ""]), **values)
    make_call(client=client_of_madrid, agent=people[0])
    log_call(make_client(), rng, status="logged")


def date_of(rng):
    return datetime(2025, 11, 1, tzinfo=UTC) + timedelta(hours=rng.randrange(24 * 110))


def askers(client, people):
    manager = make_user(role=Role.MANAGER, client=client)
    people[0].team.managers.add(manager)
    return [
        make_user(role=Role.ADMIN, client=client),
        manager,
        people[2].user or _login(people[2], client),
    ]


def _login(agent, client):
    agent.user = make_user(role=Role.AGENT, client=client)
    agent.save()
    return agent.user


def filters_of(rng, people):
    since, until = rng.choice(PERIODS)
    narrowing = rng.choice(
        [{}, {}, {"agents": (people[0].pk, "-")}, {"teams": (people[0].team_id,)}, {"teams": ("-",)},
         {"regions": ("Spain", "-")}, {"outcomes": ("converted",)}, {"regions": ("Kenya",), "agents": (people[0].pk,)}]
    )  # fmt: skip
    return Filters(since=since, until=until, **narrowing)


def approx(table):
    return {
        slot: {key: pytest.approx((s.n, float(s.total), float(s.squares))) for key, s in sums.items()}
        for slot, sums in table.items()
        if sums
    }


def plain(table):
    return {
        slot: {key: (s.n, float(s.total), float(s.squares)) for key, s in sums.items()}
        for slot, sums in table.items()
        if sums
    }


@pytest.mark.parametrize("waiting", [False, True])
def test_sums_answer_as_base_rows_do(client_of_madrid, people, calls, waiting):
    rng, read = random.Random(11), 0
    refresh_rollups()
    if waiting:
        for _call in range(3):
            log_call(client_of_madrid, rng, agent=people[1], status="logged")
        SalesCall.objects.filter(client=client_of_madrid, region="Kenya").update(outcome="qualified")
    users = askers(client_of_madrid, people)
    for _question in range(120):
        user, rows = rng.choice(users), rng.choice([Rows.CALLS, Rows.OBJECTIONS])
        wanted = Wanted(
            rows=rows,
            measures=ALL[rows],
            filters=filters_of(rng, people),
            by=rng.choice(BY),
            grain=rng.choice([None, None, *Grain]),
        )
        if not reading.can_read(wanted, user=user):
            continue
        read += 1
        base = read_base_sums(wanted, asker=asker_of(user, wanted.filters))
        assert plain(reading.read_sums(wanted, user=user)) == approx(base), wanted
    assert read > 25


def test_what_sums_do_not_know_is_left_to_base_rows(client_of_madrid, admin):
    refresh_rollups()

    def can(**values):
        measures = values.pop("measures", ("calls.all",))
        rows, by = values.pop("rows", Rows.CALLS), values.pop("by", "")
        return reading.can_read(Wanted(rows=rows, measures=measures, by=by, filters=Filters(**values)), user=admin)

    assert can()
    assert can(regions=("Spain",), by="region")
    assert not can(regions=("Spain",), sources=("web",))
    assert not can(regions=("Spain",), by="source")
    assert not can(by="script")
    assert not can(custom={"agents.grade": ("A",)})
    assert not can(rows=Rows.LEADS, measures=("leads.all",))
    assert not can(client=make_client().pk)


def test_sums_that_were_never_counted_are_not_read(client_of_madrid, admin):
    wanted = Wanted(rows=Rows.CALLS, measures=("calls.all",))
    mark_client(client_of_madrid.pk)
    assert not reading.can_read(wanted, user=admin)
    refresh_rollups()
    assert reading.can_read(wanted, user=admin)


def test_one_superuser_over_several_clients_reads_base_rows(client_of_madrid):
    root = make_user(is_superuser=True, client=client_of_madrid)
    wanted = Wanted(rows=Rows.CALLS, measures=("calls.all",))
    assert reading.can_read(wanted, user=root)
    make_team()
    assert not reading.can_read(wanted, user=root)


def test_a_request_looks_once_at_what_waits(client_of_madrid, admin, django_assert_num_queries):
    wanted = Wanted(rows=Rows.CALLS, measures=("calls.all",), by="region")
    with at_one_moment(), django_assert_num_queries(4):
        for _question in range(3):
            assert reading.can_read(wanted, user=admin)
            reading.read_sums(wanted, user=admin)
