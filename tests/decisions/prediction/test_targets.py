"""What models learn from is what was known when the prediction was due; what came of it is read as it should be."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from decisions.prediction.targets import rows_to_learn
from decisions.prediction.targets.calls import read_calls
from decisions.prediction.targets.deals import read_deals
from decisions.prediction.targets.leads import read_leads
from integrations.crm.models import CustomField
from recordings.models import Origin, Outcome
from tests.analytics.crm_rows import make_company, make_deal, make_lead
from tests.factories import make_agent
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 1)


def level(rows, name, place=0):
    column = rows.groups[name]
    return column.levels[column.codes[place]] if column.codes[place] >= 0 else None


def test_a_deal_is_known_by_what_it_said_at_its_start(client_row):
    CustomField.objects.create(client=client_row, kind="deals", key="seats", label="Seats", type="number")
    CustomField.objects.create(client=client_row, kind="deals", key="plan", label="Plan", type="choice")
    agent = make_agent(client=client_row)
    company = make_company(client_row, "Acme", employees=40, industry="Retail")
    lead = make_lead(client_row, created_on="2026-01-01")
    make_deal(
        client_row, owner=agent, company=company, lead=lead, status="won", created_on="2026-01-11",
        closed_on="2026-02-01", custom={"seats": 7, "plan": "gold"}, lost_reason="x", stage="Won",
    )  # fmt: skip
    make_deal(client_row, status="open")
    rows = read_deals(client_row.pk)
    assert rows.came_true[0] == 1 and np.isnan(rows.came_true[1])
    assert (level(rows, "agent"), level(rows, "industry")) == (str(agent.pk), "Retail")
    assert level(rows, "custom.deals.plan") == "gold"
    assert [rows.numbers[name][0] for name in ("employees", "days_since_lead", "custom.deals.seats")] == [40, 10, 7]
    offered = {*rows.groups, *rows.numbers}
    assert not offered & {"stage", "lost_reason", "status", "closed_on", "sales_cycle_days"}
    assert {"stage", "lost_reason", "closed_on", "sales_cycle_days"} <= set(rows.later)
    learnt = rows_to_learn(client_row, "deal_win")
    assert (learnt.came_true.tolist()[0], str(learnt.known[0])) == (1.0, "2026-02-01")


def test_a_lead_counts_as_lost_once_it_has_waited_longer_than_others_did(client_row):
    for _ in range(30):
        make_lead(client_row, created_on="2026-01-01", status="converted", converted_on="2026-01-21")
    make_lead(client_row, created_on="2026-08-01", status="working")
    make_lead(client_row, created_on="2026-08-25", status="working")
    make_lead(client_row, created_on="2026-08-25", status="disqualified")
    rows = read_leads(client_row.pk, today=TODAY)
    assert rows.came_true[:30].tolist() == [1.0] * 30
    assert rows.came_true[30] == 0 and str(rows.known[30]) == "2026-08-21"
    assert np.isnan(rows.came_true[31])
    assert rows.came_true[32] == 0


def test_leads_of_a_young_record_are_still_open_and_those_of_a_file_without_days_are_not(client_row):
    make_lead(client_row, created_on="2026-08-20", status="converted", converted_on="2026-08-25")
    make_lead(client_row, created_on="2026-08-20", status="new")
    assert read_leads(client_row.pk, today=TODAY).came_true.tolist() == [1.0, 0.0]
    make_lead(client_row, created_on="2026-08-21", status="new")
    assert np.isnan(read_leads(client_row.pk, today=TODAY).came_true).tolist() == [False, True, True]


def test_a_lead_with_a_deal_was_converted(client_row):
    lead = make_lead(client_row, created_on="2026-08-25")
    make_deal(client_row, lead=lead, created_on="2026-08-28")
    rows = read_leads(client_row.pk, today=TODAY)
    assert (rows.came_true[0], str(rows.known[0])) == (1.0, "2026-08-28")


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("UTC"))


def test_what_came_of_a_call_is_its_deal_else_what_a_person_said_and_never_a_proposal(client_row):
    day = date(2026, 6, 1)
    calls = [
        make_call(client=client_row, started_at=at(day), outcome=outcome, outcome_origin=origin)
        for outcome, origin in (
            (Outcome.CONVERTED, Origin.PROPOSED),
            (Outcome.CONVERTED, Origin.PERSON),
            (Outcome.NOT_QUALIFIED, Origin.IMPORTED),
            (Outcome.QUALIFIED, Origin.PERSON),
            (Outcome.NOT_QUALIFIED, Origin.PERSON),
            (Outcome.CONVERTED, Origin.PERSON),
            (Outcome.QUALIFIED, Origin.PERSON),
        )
    ]
    for place, values in (
        (4, {"status": "won", "closed_on": "2026-07-01"}),
        (5, {"status": "open"}),
        (6, {"status": "lost", "closed_on": day - timedelta(days=3)}),
    ):
        make_deal(client_row, created_on="2026-05-01", **values).calls.add(calls[place])
    rows = read_calls(client_row, today=TODAY)
    assert rows.came_true.tolist() == pytest.approx([np.nan, 1, 0, 0, 1, np.nan, 0], nan_ok=True)
    assert str(rows.known[4]) == "2026-07-01"


def test_what_was_heard_stands_in_columns_and_nothing_that_tells_the_outcome(client_row):
    make_call(client=client_row, outcome_origin=Origin.PERSON)
    make_call(client=client_row, published=False)
    rows = read_calls(client_row, today=TODAY)
    assert rows.numbers["heard.intent_pricing"].tolist() == pytest.approx([0.8, np.nan], nan_ok=True)
    assert rows.numbers["heard.agent_share"][0] == pytest.approx(0.571)
    assert rows.numbers["heard.open_objection_price"][0] + rows.numbers["heard.objections_answered"][0] == 1
    assert rows.numbers["heard.promises"][0] == 1
    offered = {*rows.groups, *rows.numbers}
    assert not any("outcome" in name or "duration" in name or "conversion" in name for name in offered)


def test_fields_are_left_out_by_their_name_and_unknown_ones_are_refused(client_row):
    CustomField.objects.create(client=client_row, kind="deals", key="plan", label="Plan", type="choice")
    make_deal(client_row, status="won")
    rows = read_deals(client_row.pk).without(frozenset({"plan", "agent"}))
    assert not {"custom.deals.plan", "agent"} & set(rows.groups)
    with pytest.raises(ValueError, match="No field nonsense"):
        rows.without(frozenset({"nonsense"}))


def test_without_rows_there_is_nothing_to_learn(client_row):
    assert [len(rows_to_learn(client_row, target)) for target in ("deal_win", "lead_conversion", "call_outcome")] == [
        0, 0, 0,
    ]  # fmt: skip
