"""Metrics of calls equal a plain recount, by any dimension, step and period, in the client's time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics import METRICS
from analytics.metrics.of_calls import OF_CALLS
from recordings.models import CallAnalysis, FollowUp, Objection, SalesCall
from salesiq.people.roles import Role
from tests.analytics.slowly import FEW, GRAINS, PERIODS, compare, happened, mean, share
from tests.factories import make_agent, make_client, make_team, make_user

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/New_York")
COUNTED = ("published", "logged")
MOMENTS = st.datetimes(datetime(2026, 1, 20), datetime(2026, 4, 10)).map(lambda time: time.replace(tzinfo=UTC))
SHARES = st.one_of(st.none(), st.floats(0, 1).map(lambda number: round(number, 3)))

CALLS = st.fixed_dictionaries({
    "started_at": MOMENTS,
    "status": st.sampled_from(["published", "published", "logged", "failed", "held_back", "received"]),
    "outcome": st.sampled_from(["", "converted", "qualified", "not_qualified", "no_answer", "callback"]),
    "call_duration": st.one_of(st.none(), st.integers(0, 3600).map(float)),
    "quality_score": st.one_of(st.none(), st.integers(0, 100)),
    "conversion_probability": SHARES,
    "csat": st.one_of(st.none(), st.integers(1, 5).map(float)),
    "region": st.sampled_from(["", "North", "South"]),
    "source": st.sampled_from(["", "Web"]),
    "call_type": st.sampled_from(["", "inbound", "outbound"]),
    "language": st.sampled_from(["en", "es"]),
    "agent": st.sampled_from([None, 0, 1, 2]),
    "talk": SHARES,
    "adherence": st.one_of(st.none(), st.integers(0, 100)),
    "promises": st.integers(0, 2),
    "objections": st.lists(st.booleans(), max_size=2),
})  # fmt: skip


def _day(row):
    return row["started_at"].astimezone(ZONE).date()


def _in(rows, days, *outcomes):
    found = [row for row in rows if row["status"] in COUNTED and happened(_day(row), days)] if days != (None, None) \
        else [row for row in rows if row["status"] in COUNTED]  # fmt: skip
    return [row for row in found if row["outcome"] in outcomes] if outcomes else found


KNOWN = ("converted", "qualified", "not_qualified", "no_answer", "callback")
REACHED = tuple(outcome for outcome in KNOWN if outcome != "no_answer")


def _mean_of(name):
    return lambda rows, days: mean(row[name] for row in _in(rows, days))


def _understood(rows, days):
    return [row for row in _in(rows, days) if row["status"] == "published" or row["outcome"]]


def _objections(rows, days):
    return [handled for row in _in(rows, days) for handled in row["objections"]]


SLOW = {
    "calls": lambda rows, days: len(_in(rows, days)),
    "call_minutes": lambda rows, days: sum(row["call_duration"] or 0 for row in _in(rows, days)) / 60,
    "average_duration": _mean_of("call_duration"),
    "answer_rate": lambda rows, days: share(_in(rows, days, *REACHED), _in(rows, days, *KNOWN)),
    "conversion_rate": lambda rows, days: share(_in(rows, days, "converted"), _in(rows, days, *REACHED)),
    "qualification_rate": lambda rows, days: share(
        _in(rows, days, "converted", "qualified"), _in(rows, days, *REACHED)
    ),
    "quality_score": _mean_of("quality_score"),
    "conversion_probability": _mean_of("conversion_probability"),
    "csat": _mean_of("csat"),
    "follow_up_rate": lambda rows, days: share(
        [row for row in _understood(rows, days) if row["promises"] or row["outcome"] == "callback"],
        _understood(rows, days),
    ),
    "talk_ratio": _mean_of("talk"),
    "objection_handling_rate": lambda rows, days: share(
        [handled for handled in _objections(rows, days) if handled], _objections(rows, days)
    ),
    "script_adherence": _mean_of("adherence"),
}

GROUPS = {
    "": lambda row: "",
    "agent": lambda row: row["agent_id"],
    "team": lambda row: row["team_id"],
    **{name: (lambda row, name=name: row[name]) for name in ("region", "source", "call_type", "outcome", "language")},
    "weekday": lambda row: row["started_at"].astimezone(ZONE).isoweekday(),
    "hour": lambda row: row["started_at"].astimezone(ZONE).hour,
    "weekday_hour": lambda row: f"{row['started_at'].astimezone(ZONE):%u}-{row['started_at'].astimezone(ZONE).hour}",
}


def write_calls(rows, *, client):
    """Real rows in six inserts; ids of agent and team are put beside them."""
    team = make_team(client=client)
    agents = [make_agent(client=client, team=team), make_agent(client=client, team=team), make_agent(client=client)]
    plain = [
        key
        for key in CALLS.wrapped_strategy.mapping
        if key not in ("agent", "talk", "adherence", "promises", "objections")
    ]
    calls = []
    for row in rows:
        agent = None if row["agent"] is None else agents[row["agent"]]
        row["agent_id"], row["team_id"] = agent and agent.pk, agent and agent.team_id
        calls.append(SalesCall(client=client, agent=agent, **{key: row[key] for key in plain}))
    SalesCall.objects.bulk_create(calls)
    pairs = list(zip(calls, rows, strict=True))
    CallAnalysis.objects.bulk_create(
        CallAnalysis(
            call=call,
            talk={"roles": {"agent": {"ratio": row["talk"]}} if row["talk"] is not None else {}},
            script={"name": "Ours", "adherence": row["adherence"]} if row["adherence"] is not None else {},
        )
        for call, row in pairs
    )
    FollowUp.objects.bulk_create(
        FollowUp(call=call, position=n, text="x", by="agent", confidence=1)
        for call, row in pairs for n in range(row["promises"])
    )  # fmt: skip
    Objection.objects.bulk_create(
        Objection(call=call, kind="price", handled=handled, moved_on=True, reason="", confidence=1)
        for call, row in pairs for handled in row["objections"]
    )  # fmt: skip


def test_all_metrics_of_calls_are_recounted_here():
    assert set(SLOW) == {metric.key for metric in OF_CALLS}


@FEW
@given(
    rows=st.lists(CALLS, max_size=25), by=st.sampled_from(list(GROUPS)), grain=GRAINS, period=PERIODS,
)  # fmt: skip
def test_each_metric_equals_a_recount(rows, by, grain, period):
    user = make_user(role=Role.ADMIN, client=make_client(time_zone=str(ZONE)))
    write_calls(rows, client=user.client)
    answer = compare(user=user, metrics=SLOW, slow=SLOW, rows=rows, by=by, group=GROUPS[by], grain=grain, period=period)
    counted = sum(cell.figure.value for cell in answer.cells if cell.metric == "calls")
    assert counted == SLOW["calls"](rows, (period.since, period.until))


def test_a_call_before_midnight_belongs_to_its_local_day():
    user = make_user(role=Role.ADMIN, client=make_client(time_zone=str(ZONE)))
    late = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)  # 22:30 of March 1st in New York
    SalesCall.objects.bulk_create(
        SalesCall(client=user.client, status="logged", started_at=late + timedelta(hours=hours)) for hours in (0, 2)
    )
    from analytics.asking import ask
    from analytics.questions import Filters, Grain, Question

    day = late.astimezone(ZONE).date()
    answer = ask(
        Question(metrics=("calls",), grain=Grain.DAY, filters=Filters(since=day, until=day + timedelta(days=2))),
        user=user,
    )
    assert [cell.figure.value for cell in answer.cells] == [1, 1, 0]
    assert METRICS["calls"].counted_by
