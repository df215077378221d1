"""The analysis over rows: whose calls count, what came of them, and what is said where there is too little."""

import json

import numpy as np
import pytest

from decisions.models import AnalysisRun, Audience, RunKind, RunStatus
from decisions.patterns.wording import feature_names, note_sentence, practice_sentence
from decisions.runs import analyse_now, audience_of, start_analysis
from decisions.runs.services import work_run
from decisions.tables.calls import result_of
from recordings.models import Origin, Tracker, TrackerHit, Utterance
from salesiq.people.roles import Role
from tests.analytics.crm_rows import make_deal
from tests.decisions.factories import make_audience
from tests.decisions.patterns.rows import days_ago, hear_objection, hear_topic, heard_call, save_calls
from tests.factories import make_agent, make_team, make_user

pytestmark = pytest.mark.django_db


def calls_with_patterns(client, *, n=300, agents=3, team=None, **values):
    """Pricing is spoken of in most won calls and few lost ones; agents who listen win."""
    random = np.random.default_rng(4)
    people = [make_agent(client=client, team=team) for _ in range(agents)]
    won = random.random(n) < 0.4
    shares = np.clip(random.normal(0.62 - 0.12 * won, 0.1), 0.05, 0.95)
    rows = [
        heard_call(client, people[i % agents], won=bool(won[i]), at=days_ago(1 + i % 200), **values) for i in range(n)
    ]
    made = save_calls(rows, shares=list(shares))
    hear_topic([call for call, is_won in zip(made, won, strict=True) if random.random() < (0.7 if is_won else 0.3)],
               "pricing")  # fmt: skip
    hear_objection([call for call in made if random.random() < 0.3], "price", handled=True)
    return made


def test_patterns_are_found_told_and_turned_into_practices(client_row):
    calls_with_patterns(client_row)
    audience = make_audience(client=client_row)
    document = analyse_now(audience, RunKind.PATTERNS)
    json.dumps(document, allow_nan=False)
    assert (document["conclusion"], document["n"], document["basis"]) == ("patterns", 300, "said")
    sure = {row["feature"]: row for row in document["contrasts"] if row["significant"]}
    assert set(sure) == {"topic.pricing", "talk.agent_share"}
    assert sure["topic.pricing"]["won"] > 0.6 > 0.4 > sure["topic.pricing"]["lost"]
    assert [(each["code"], each["feature"]) for each in document["practices"]] == [("less", "talk.agent_share")]
    assert document["controlled_for"][0] == "agent"
    left_out = {each["feature"]: each["why"] for each in document["left_out"]}
    assert left_out["intent.purchase"] == "outcome"
    assert left_out["topic.security"] == "constant"
    names = feature_names(list(sure), audience)
    assert practice_sentence(document["practices"][0], names["talk.agent_share"]).endswith("share of the talk")


def test_the_queries_do_not_grow_with_the_calls(client_row, django_assert_max_num_queries):
    calls_with_patterns(client_row, n=120)
    audience = make_audience(client=client_row)
    with django_assert_max_num_queries(16):
        analyse_now(audience, RunKind.PATTERNS)


def test_a_manager_s_patterns_rest_on_calls_of_their_teams_alone(client_row):
    team, other = make_team(client=client_row), make_team(client=client_row)
    manager = make_user(client=client_row, role=Role.MANAGER)
    team.managers.add(manager)
    calls_with_patterns(client_row, n=100, team=other)
    save_calls([heard_call(client_row, make_agent(team=team), won=True, at=days_ago(3))])
    document = analyse_now(audience_of(manager), RunKind.PATTERNS)
    assert (document["n"], document["conclusion"]) == (1, "too_little")
    assert Audience.objects.visible_to(manager).count() == 1


def test_one_result_alone_and_eight_calls_are_said_to_be_too_little(client_row):
    audience = make_audience(client=client_row)
    assert analyse_now(audience, RunKind.PATTERNS)["conclusion"] == "too_little"
    save_calls([heard_call(client_row, None, won=bool(i % 2), at=days_ago(2)) for i in range(8)])
    few = analyse_now(audience, RunKind.PATTERNS)
    assert (few["conclusion"], few["n"], few["contrasts"]) == ("too_little", 8, [])
    assert "at least 20" in note_sentence(few["data_quality"][0])
    save_calls([heard_call(client_row, None, won=True, at=days_ago(2)) for i in range(60)])
    question = {"since": days_ago(2).date().isoformat()}
    assert analyse_now(audience, RunKind.PATTERNS, question=question)["conclusion"] == "too_little"


def test_results_that_only_the_analysis_proposed_leave_out_what_they_were_proposed_from(client_row):
    calls_with_patterns(client_row, outcome_origin=Origin.PROPOSED)
    document = analyse_now(make_audience(client=client_row), RunKind.PATTERNS)
    assert document["basis"] == "proposed"
    assert {"feature": "objection.price", "why": "circular", "n": 300} in document["left_out"]
    assert "topic.pricing" in [row["feature"] for row in document["contrasts"] if row["significant"]]
    assert "proposed by the analysis itself" in note_sentence(
        next(note for note in document["data_quality"] if note["code"] == "results_proposed")
    )


def test_a_tracker_says_nothing_of_calls_before_it_listened(client_row):
    calls = calls_with_patterns(client_row)
    tracker = Tracker.objects.create(client=client_row, name="Free trial", status="on", speaker="agent")
    Tracker.objects.filter(pk=tracker.pk).update(created_at=days_ago(100))
    late = [call for call in calls if call.published_at > days_ago(98)]
    for call in late[::2]:
        line = Utterance.objects.create(call=call, position=1, role="agent", start=0, end=1, text="Free trial")
        TrackerHit.objects.create(tracker=tracker, call=call, utterance=line, start=0, end=10, confidence=1)
    audience = make_audience(client=client_row)
    rows = {row["feature"]: row for row in analyse_now(audience, RunKind.PATTERNS)["contrasts"]}
    found = rows[f"tracker.{tracker.pk}"]
    assert len(late) <= found["n"] <= len(late) + 8
    assert found["whose"] == "agent"
    assert feature_names([found["feature"]], audience) == {found["feature"]: "Tracker: Free trial"}


def test_a_run_keeps_its_document(client_row):
    calls_with_patterns(client_row, n=100)
    run = start_analysis(audience=make_audience(client=client_row), kind=RunKind.PATTERNS, user=None)
    work_run(run)
    kept = AnalysisRun.objects.get(pk=run.pk)
    assert (kept.status, kept.rows) == (RunStatus.FINISHED, 100)


def test_days_that_cannot_be_read_are_refused_with_a_sentence(client_row):
    with pytest.raises(ValueError, match="year-month-day"):
        analyse_now(make_audience(client=client_row), RunKind.PATTERNS, question={"since": "soon"})


@pytest.mark.parametrize(
    ("outcome", "deals", "won"),
    [
        ("converted", [], 1.0),
        ("not_qualified", [], 0.0),
        ("callback", [], None),
        ("converted", ["open"], None),
        ("converted", ["won"], 1.0),
        ("converted", ["lost"], 0.0),
        ("qualified", ["won"], 1.0),
        ("not_qualified", ["won"], None),
        ("qualified", ["won", "lost"], None),
        ("no_answer", ["won"], None),
    ],
)
def test_what_came_of_a_call(outcome, deals, won):
    found = result_of(outcome, deals)
    assert found == won or (won is None and np.isnan(found))


def test_a_linked_deal_decides(client_row):
    call = save_calls([heard_call(client_row, None, won=None, at=days_ago(4))])[0]
    deal = make_deal(client_row, status="won")
    deal.calls.add(call)
    document = analyse_now(make_audience(client=client_row), RunKind.PATTERNS)
    assert (document["n"], document["won"]) == (1, 1)
