"""Funnels from rows: what is known of a deal, who sees it, and how many queries it takes."""

from datetime import date

import pytest

from analytics.funnel import call_funnels, deal_funnels, lead_funnels, pipelines_of
from analytics.questions import Filters, QuestionError
from salesiq.people.roles import Role
from tests.analytics.crm_rows import make_deal, make_lead, make_stages
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db
ALL = Filters()


@pytest.fixture
def client_():
    client = make_client()
    make_stages(client, "New", "Talking", "Offer")
    return client


@pytest.fixture
def admin(client_):
    return make_user(client=client_)


def reached(funnel):
    return [step.reached for step in funnel.steps]


def test_stage_and_history_say_how_far_a_deal_came(client_, admin):
    make_deal(client_, stage="New")
    make_deal(client_, stage="New", history={"Offer": date(2026, 3, 4)})  # was further once
    make_deal(client_, stage="Won", status="won")
    make_deal(client_, stage="Lost", status="lost", history={"Talking": date(2026, 3, 4)})
    make_deal(client_, stage="Talking", status="lost")
    funnel = deal_funnels(admin, ALL)[""]
    assert [step.name for step in funnel.steps] == ["New", "Talking", "Offer", "Won"]
    assert reached(funnel) == [5, 4, 2, 1]
    assert [step.lost_here for step in funnel.steps] == [0, 2, 0, 0]
    assert not funnel.notes


def test_a_loss_without_history_leaves_bounds_and_a_note(client_, admin):
    for _ in range(3):
        make_deal(client_, stage="Lost", status="lost")
        make_deal(client_, stage="Won", status="won")
    funnel = deal_funnels(admin, ALL)[""]
    assert all(step.is_bounded for step in funnel.steps[:-1])
    assert funnel.overall.value == 0.5
    assert "3 lost deals" in funnel.notes[0]


def test_days_between_stages_rest_on_deals_whose_days_are_known(client_, admin):
    for n in range(3):
        make_deal(client_, stage="Won", status="won", closed_on=date(2026, 3, 30),
                  history={"New": date(2026, 3, 2), "Talking": date(2026, 3, 4 + n)})  # fmt: skip
    make_deal(client_, stage="New")
    new, talking, offer, _won = deal_funnels(admin, ALL)[""].steps
    assert (new.days.value, new.days.n) == (3, 3)
    assert talking.days.value == 25 and offer.days is None


def test_groups_add_up_to_the_whole(client_, admin):
    one, two = make_team(client=client_), make_team(client=client_)
    for team, status in ((one, "won"), (one, "lost"), (two, "open"), (None, "open")):
        agent = make_agent(client=client_, team=team)
        make_deal(client_, owner=agent, stage="Talking", status=status)
    funnels = deal_funnels(admin, ALL, by="team")
    whole = funnels.pop("")
    assert {key: each.began for key, each in funnels.items()} == {str(one.pk): 2, str(two.pk): 1, "-": 1}
    assert sum(each.began for each in funnels.values()) == whole.began
    assert funnels[str(one.pk)].label == one.name


def test_a_manager_counts_only_deals_of_their_team(client_):
    ours, theirs = make_team(client=client_), make_team(client=client_)
    manager = make_user(role=Role.MANAGER, client=client_)
    ours.managers.add(manager)
    for team in (ours, theirs, theirs):
        make_deal(client_, owner=make_agent(client=client_, team=team), stage="New")
    assert deal_funnels(manager, ALL, by="team")[""].began == 1
    assert pipelines_of(manager) == [("", 1)]


def test_deals_of_another_period_or_without_a_day_are_left_out_and_told(client_, admin):
    make_deal(client_, stage="New", created_on=date(2026, 3, 2))
    make_deal(client_, stage="New", created_on=date(2026, 4, 2))
    make_deal(client_, stage="New", created_on=None)
    funnel = deal_funnels(admin, Filters(since=date(2026, 3, 1), until=date(2026, 3, 31)))[""]
    assert funnel.began == 1 and "without a day" in funnel.notes[0]


def test_what_deals_do_not_have_is_refused(admin):
    with pytest.raises(QuestionError):
        deal_funnels(admin, Filters(outcomes=("converted",)))
    with pytest.raises(QuestionError):
        deal_funnels(admin, ALL, by="weather")


def test_leads_become_deals_and_deals_are_won(client_, admin):
    for status in ("won", "lost", "open"):
        make_deal(client_, lead=make_lead(client_, status="converted", source="Web"), status=status)
    make_lead(client_, status="disqualified")
    make_lead(client_, status="new")
    funnels = lead_funnels(admin, ALL, by="source")
    assert reached(funnels[""]) == [5, 3, 1]
    assert reached(funnels["Web"]) == [3, 3, 1]


def test_calls_are_answered_qualified_converted(client_, admin):
    for outcome in ("no_answer", "not_qualified", "callback", "qualified", "converted", ""):
        make_call(client=client_, published=False, status="logged", outcome=outcome)
    funnel = call_funnels(admin, ALL)[""]
    assert reached(funnel) == [5, 4, 2, 1]
    assert "1 call has no outcome" in funnel.notes[0]


def test_the_queries_do_not_grow_with_rows(client_, admin, django_assert_max_num_queries):
    for n in range(12):
        make_deal(client_, stage="New", owner=make_agent(client=client_), history={"New": date(2026, 3, 1 + n)})
    with django_assert_max_num_queries(5):
        deal_funnels(admin, ALL, by="agent")
