"""Pages of scorecards and scripts: written as drafts, judged by the server, tried on past calls before they count."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from recordings.models import CallAnalysis, Scorecard, ScoringRun, Script
from recordings.scoring.runs import job_of, start_preview
from salesiq.audit.models import AuditEvent
from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_team, make_user
from tests.recordings.factories import ONE_QUESTION, make_call, make_scorecard, make_script
from tests.recordings.reviewing_factories import ReviewWorld, make_submitted_review

ROOT = "/sales-recording-audit"
STAGE = {"key": "opening", "name": "Opening", "goal": "", "weight": 1, "required": ["this is {agent} from Brightline"]}


@pytest.fixture
def draft(tenant):
    return make_scorecard(client=tenant, name="Ours", version=2, status="draft", criteria=[ONE_QUESTION])


def posted(card, **changed):
    known = {
        "name": card.name, "appeal_days": "7", "seen": card.updated_at.isoformat(), "layout": "s0 q0 q1",
        "s0-name": "Opening", "q0-key": "greeting", "q0-name": "Greeting", "q0-weight": "2", "q0-kind": "points",
        "q0-answered_by": "rule", "q0-rule": "greeting_and_identification", "q0-p-within_seconds": "45",
        "q0-allow_na": "on", "q1-name": "Sounded warm", "q1-weight": "1,5", "q1-kind": "choice",
        "q1-answered_by": "person", "q1-choices": "c0 c1", "q1-c0-label": "Warm", "q1-c0-share": "100",
        "q1-c1-label": "Cold", "q1-c1-share": "0", "q1-c1-fails": "on", "q1-critical": "on",
    }  # fmt: skip
    return {**known, **changed}


def test_a_new_scorecard_begins_as_a_draft_of_the_shipped_one(browser):
    response = browser.post(f"{ROOT}/scorecards", {"name": "Ours", "begin_with": "standard"})
    card = Scorecard.objects.get()
    assert response["Location"] == f"{ROOT}/scorecards/{card.pk}"
    assert (card.status, len(card.criteria)) == ("draft", 16)


def test_the_editor_writes_what_was_posted(browser, draft):
    assert browser.post(f"{ROOT}/scorecards/{draft.pk}", posted(draft)).status_code == 302
    greeting, warm = Scorecard.objects.get().criteria
    assert (greeting["section"], greeting["weight"], greeting["parameters"]) == ("Opening", 2, {"within_seconds": 45})
    assert (warm["key"], warm["weight"], warm["critical"], warm["allow_na"]) == ("sounded_warm", 1.5, True, False)
    assert warm["choices"] == [
        {"key": "warm", "label": "Warm", "share": 1, "fails": False},
        {"key": "cold", "label": "Cold", "share": 0, "fails": True},
    ]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("q0-weight", "much", "“weight” must be a number"),
        ("q0-p-within_seconds", "0", "“within_seconds” must be a number from"),
        ("q0-rule", "", "is not a known rule"),
        ("q1-c0-share", "300", "“share” must be a number"),
        ("q1-name", "", "“name” must be a text"),
    ],
)
def test_a_mistake_is_told_at_its_question_and_nothing_is_lost(field, value, words, browser, draft):
    response = browser.post(f"{ROOT}/scorecards/{draft.pk}", posted(draft, **{field: value}))
    page = response.content.decode()
    assert response.status_code == 400
    assert words in page and "field-error" in page
    assert 'value="1.5"' in page and 'value="Warm"' in page
    assert Scorecard.objects.get().criteria == [ONE_QUESTION]


def test_a_draft_that_changed_meanwhile_is_saved_over_only_on_purpose(browser, draft):
    old = posted(draft)
    browser.post(f"{ROOT}/scorecards/{draft.pk}", {**old, "q0-name": "First"})
    response = browser.post(f"{ROOT}/scorecards/{draft.pk}", {**old, "q0-name": "Second"})
    assert response.status_code == 409
    assert 'value="Second"' in response.content.decode()
    assert browser.post(f"{ROOT}/scorecards/{draft.pk}", {**old, "overwrite": "1"}).status_code == 302


def test_a_published_one_is_shown_and_not_written(browser, tenant):
    card = make_scorecard(client=tenant, criteria=[ONE_QUESTION])
    page = browser.get(f"{ROOT}/scorecards/{card.pk}").content.decode()
    assert "<fieldset disabled>" in page and "New version" in page and "Save draft" not in page


def test_a_version_is_begun_published_and_the_old_one_retired(browser, tenant):
    card = make_scorecard(client=tenant, criteria=[ONE_QUESTION])
    browser.post(f"{ROOT}/scorecards/{card.pk}/version")
    new = Scorecard.objects.get(status="draft")
    assert "Against version 1 in use" in browser.get(f"{ROOT}/scorecards/{new.pk}").content.decode()
    browser.post(f"{ROOT}/scorecards/{new.pk}/publish")
    card.refresh_from_db()
    assert card.status == "retired"


def test_a_script_is_written_stage_by_stage(browser, tenant):
    script = make_script(client=tenant, status="draft")
    data = {
        "name": script.name, "language": "en", "seen": script.updated_at.isoformat(), "layout": "q1 q0",
        "q0-key": "opening", "q0-name": "Opening", "q0-weight": "1", "q0-required": "hello\r\n\r\ngood morning there",
        "q1-name": "Закрытие", "q1-weight": "3", "q1-optional": "shall we book it",
    }  # fmt: skip
    assert browser.post(f"{ROOT}/scripts/{script.pk}", data).status_code == 302
    first, second = Script.objects.get().stages
    assert (first["key"], first["optional"]) == ("stage_2", ["shall we book it"])
    assert second["required"] == ["hello", "good morning there"]
    wrong = browser.post(f"{ROOT}/scripts/{script.pk}", {**data, "q1-optional": "", "seen": ""})
    assert "no line to listen for" in wrong.content.decode()


def test_the_list_counts_only_calls_of_ones_own_teams(client, tenant):
    reviewer, team = make_user(client=tenant, role=Role.REVIEWER), make_team(client=tenant)
    team.reviewers.add(reviewer)
    own = make_call(client=tenant, agent=make_agent(team=team))
    make_call(client=tenant)
    client.force_login(reviewer)
    rows = {row.standard.pk: row for row in client.get(f"{ROOT}/scorecards").context["rows"]}
    assert sorted(row.calls for row in rows.values()) == [0, 1]
    assert rows[own.scores.get().scorecard_id].mean == 72.5


def test_the_list_costs_the_same_with_more_versions(browser, tenant, django_assert_max_num_queries):
    for _ in range(5):
        make_scorecard(client=tenant, criteria=[ONE_QUESTION])
        make_script(client=tenant)
    for name in ("scorecards", "scripts"):
        with django_assert_max_num_queries(6):
            browser.get(f"{ROOT}/{name}")


def test_a_preview_is_shown_with_the_way_to_publish(browser, tenant, admin, draft):
    call = make_call(client=tenant)
    assert browser.post(f"{ROOT}/scorecards/{draft.pk}/preview", {"limit": "50"}).status_code == 302
    page = browser.get(f"{ROOT}/scorecards/{draft.pk}/preview").content.decode()
    assert "0 of 1 calls" in page and "every 1s" in page
    run_job(job_of(ScoringRun.objects.get()).pk)
    page = browser.get(f"{ROOT}/scorecards/{draft.pk}/preview").content.decode()
    assert str(call.pk) in page and "Publish version 2" in page and "Question by question" in page


def test_calls_of_other_teams_are_counted_and_not_named(client, tenant, admin, draft):
    manager, call = make_user(client=tenant, role=Role.MANAGER), make_call(client=tenant)
    run = start_preview(scorecard=draft, actor=admin)
    run_job(job_of(run).pk)
    client.force_login(manager)
    page = client.get(f"{ROOT}/scorecards/{draft.pk}/preview").content.decode()
    assert "1 call, now and then" in page and str(call.pk) not in page


def test_past_calls_are_scored_stopped_and_gone_on_with(browser, tenant):
    card = make_scorecard(client=tenant, criteria=[ONE_QUESTION])
    make_call(client=tenant)
    browser.post(f"{ROOT}/scorecards/{card.pk}/rescore", {})
    run = ScoringRun.objects.get()
    browser.post(f"{ROOT}/scoring-runs/{run.pk}/stop")
    assert "0 of 1 calls were done" in browser.get(f"{ROOT}/scorecards/{card.pk}/preview").content.decode()
    browser.post(f"{ROOT}/scoring-runs/{run.pk}/resume")
    run_job(job_of(run).pk)
    assert "1 call was scored" in browser.get(f"{ROOT}/scoring-runs/{run.pk}").content.decode()


def test_what_winners_say_is_quoted_with_the_way_to_the_moment_and_the_look_is_on_record(browser, tenant, admin):
    script = make_script(client=tenant, stages=[STAGE])
    match = {"line": STAGE["required"][0], "position": 0, "quote": "this is Dana from Brightline", "similarity": 1.0,
             "how": "wording", "optional": False}  # fmt: skip
    held = {**STAGE, "status": "hit", "score": 1.0, "matches": [match], "forbidden": [], "missing": [], "place": 0,
            "counted": True, "reason": "Said."}  # fmt: skip
    won = make_call(client=tenant, outcome="converted", started_at=timezone.now() - timedelta(days=1))
    CallAnalysis.objects.filter(call=won).update(script={"name": str(script), "adherence": 100.0, "stages": [held]})
    page = browser.get(f"{ROOT}/scripts/{script.pk}/wording").content.decode()
    assert "Hello Ms Rivera, this is Dana from Brightline" in page
    assert f"{ROOT}/{won.pk}#u0" in page
    assert AuditEvent.objects.get(action="viewed", object_id=str(script.pk)).details["calls"] == 1


def test_the_call_page_tells_each_stages_goal_and_the_share_improvised(browser, tenant):
    call = make_call(client=tenant)
    stage = {"key": "o", "name": "Opening", "goal": "Say who calls.", "status": "hit", "counted": True, "place": 0,
             "reason": "Said as written."}  # fmt: skip
    CallAnalysis.objects.filter(call=call).update(
        script={"name": "S", "adherence": 80.0, "improvised_share": 0.3, "stages": [stage]}
    )
    page = browser.get(f"{ROOT}/{call.pk}").content.decode()
    assert "Say who calls." in page and "30\N{NARROW NO-BREAK SPACE}% of the agent’s words" in page


def test_a_scorecard_says_question_by_question_how_far_people_agree_with_its_answers(client, db):
    cache.clear()
    world = ReviewWorld()
    for number in range(3):
        row = make_submitted_review(world, call=make_call(agent=world.agent))
        row.answers.filter(key="greeting").update(automatic_value="yes" if number else "no")
    client.force_login(world.manager)
    content = client.get(f"{ROOT}/scorecards/{world.card.pk}").content.decode()
    assert "People agree 67\u202f% (21–94), n 3 · kappa 0.00" in content
    assert content.count("People agree") == 1
    assert "too few to rely on" in content
