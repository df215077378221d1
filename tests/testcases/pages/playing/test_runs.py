"""The reviewer's side: the list of runs, one run with its words, a verdict decided otherwise, agreement."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from salesiq.audit.models import AuditEvent
from testcases.models import CriterionResult, PracticeSession
from tests.factories import make_agent, make_team
from tests.recordings.factories import make_call
from tests.testcases.factories import GOOD_LINES, make_case, make_run, make_session
from tests.testcases.pages.playing.conftest import signed_in

RUNS = "/sales-test-cases/runs"


def judged(agent, case=None, **values):
    case = case or make_case(client=agent.client)
    return make_run(session=make_session(version=case.current, agent=agent, lines=GOOD_LINES), **values)


def shown(browser, query=""):
    return browser.get(f"{RUNS}{query}").content.decode()


def test_filters_leave_what_they_say(desk, agent):
    case = make_case(client=agent.client, title="The closing one", test_type="closing")
    judged(agent, case)
    waiting = judged(agent, make_case(client=agent.client, title="The open one"), score=None, passed=None)
    trial = judged(agent, make_case(client=agent.client, title="Only a trial"), is_trial=True)
    for query, there, gone in (
        ("?outcome=waits", waiting, "The closing one"),
        (f"?case={case.pk}", case, "The open one"),
        ("?type=closing&kind=session&days=7&reviewed=no", case, "The open one"),
        ("?trials=on&outcome=passed", trial, "The open one"),
    ):
        rows = desk.get(f"{RUNS}{query}", headers={"HX-Request": "true"}).content.decode()
        assert str(there.pk) in rows or there.title in rows, query
        assert gone not in rows, query
    assert "Only a trial" not in shown(desk).split("results-told")[1]
    assert "No run matches" in shown(desk, "?outcome=unjudged&after=nonsense")


def test_runs_of_other_teams_and_of_calls_that_are_not_seen_are_not_there(desk, agent, tenant):
    stranger = make_agent(client=tenant, team=make_team(client=tenant), name="Elsewhere Jones")
    foreign = judged(stranger)
    call = make_call(agent=stranger)
    hidden = make_run(version=make_case(client=tenant).current, agent=agent, call=call)
    rows = shown(desk)
    assert str(foreign.pk) not in rows and str(hidden.pk) not in rows
    assert {desk.get(f"{RUNS}/{each.pk}").status_code for each in (foreign, hidden)} == {404}


def test_the_list_asks_as_much_for_twenty_as_for_two(desk, agent):
    def count(number):
        for _ in range(number):
            judged(agent)
        with CaptureQueriesContext(connection) as asked:
            shown(desk)
        return len(asked)

    assert count(2) >= count(18)


def test_a_look_at_a_calls_run_is_a_look_at_the_call(desk, agent, reviewer):
    call = make_call(agent=agent)
    run = make_run(version=make_case(client=agent.client).current, call=call)
    page = desk.get(f"{RUNS}/{run.pk}").content.decode()
    assert call.utterances.first().text.split(".")[0][:20] in page
    looks = AuditEvent.objects.filter(action="viewed", actor=reviewer, object_type="recordings.salescall")
    assert looks.filter(object_id=str(call.pk)).exists()


def test_a_reviewer_decides_otherwise_and_takes_it_back(desk, agent):
    run = judged(agent, verdicts={"asks_demo": "not_met"}, score=33.3, passed=False)
    row = CriterionResult.objects.get(run=run, key="asks_demo")
    address = f"{RUNS}/{run.pk}/results/{row.pk}"
    told = desk.post(address, {"verdict": "met", "reason": "In the fifth line"}, follow=True).content.decode()
    assert '<s class="verdict-was">Not met</s>' in told and "In the fifth line" in told
    run.refresh_from_db()
    row.refresh_from_db()
    assert run.passed and row.verdict == "not_met" and row.decided == "met"
    assert "Choose a verdict" in desk.post(address, {"verdict": "nonsense"}, follow=True).content.decode()
    assert "Say why" in desk.post(address, {"verdict": "met", "reason": " "}, follow=True).content.decode()
    desk.post(address, {"take_back": "1", "verdict": "met", "reason": "I misread it"})
    row.refresh_from_db()
    assert row.decided == "" and row.overrides.count() == 2


def test_who_reads_about_an_agents_talk_is_not_taken_for_the_agent(desk, agent):
    run = judged(agent)
    for reason, words in (("agent", "The agent has ended the call."), ("goal", "The agent has reached the goal.")):
        PracticeSession.objects.filter(pk=run.session_id).update(end_reason=reason)
        assert words in shown(desk, f"/{run.pk}")


def test_a_reviewer_confirms_and_writes_to_the_agent(desk, agent):
    run = judged(agent)
    assert "All of them looked at" in shown(desk, f"/{run.pk}")
    desk.post(f"{RUNS}/{run.pk}/confirm")
    run.refresh_from_db()
    assert run.reviewed_at and "All of them looked at" not in shown(desk, f"/{run.pk}")
    assert (
        "Ask earlier." in desk.post(f"{RUNS}/{run.pk}/feedback", {"text": "Ask earlier."}, follow=True).content.decode()
    )
    assert "Write between" in desk.post(f"{RUNS}/{run.pk}/feedback", {"text": ""}, follow=True).content.decode()


def test_a_verdict_of_another_run_is_not_decided_through_this_one(desk, agent):
    run, other = judged(agent), judged(agent)
    assert desk.post(f"{RUNS}/{run.pk}/results/{other.results.first().pk}", {"verdict": "met"}).status_code == 404


def test_agents_do_not_get_in(agent):
    run = judged(agent)
    for path in ("", f"/{run.pk}", "/agreement"):
        assert signed_in(agent.user).get(f"{RUNS}{path}").status_code == 403


def test_how_the_customer_took_it_is_told_to_reviewers(desk, agent):
    run = judged(agent)
    run.session.turns.filter(position=1).update(trace={"state": {"trust": 0.4, "mood": -0.2, "open": ["price"]}})
    run.session.turns.filter(position=0).update(trace={"understood": {"facts": ["no_shows"], "asks_goal": True}})
    page = shown(desk, f"/{run.pk}")
    assert "asks for the goal, asks about no shows" in page and "Open objections" in page
