"""Writing a case in the browser: new, copied, changed by two at once, tried on a talk."""

import pytest

from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from testcases.models import CaseRun, TestCase
from tests.factories import make_client, make_user
from tests.recordings.factories import make_call
from tests.testcases.factories import make_case, make_content, make_version
from tests.testcases.pages.managing.forms import ABOUT, sent

ROOT = "/sales-test-cases"
GOOD = (
    "Agent: Good morning, my name is Dana. Shall we do a demo on Thursday, then?\n"
    "Customer: Yes, let us do that demo on Thursday."
)


@pytest.fixture
def case(tenant):
    return make_case(client=tenant, title="The dentist", name="dentist", skills=["closing", "own-skill"])


def post(browser, case, document=None, **changes):
    data = sent(document or case.current.content, **{**ABOUT, "based_on": str(case.current.number), **changes})
    return browser.post(f"{ROOT}/{case.pk}/edit", data)


def test_a_new_case_is_written_with_its_rules(browser, tenant, manager):
    answer = browser.post(f"{ROOT}/new", sent(**{**ABOUT, "why": "First try", "own_skills": "Own Skill"}))
    case = TestCase.objects.get(name="the-dentist")
    assert answer.url == f"{ROOT}/{case.pk}"
    assert case.current.content == make_content() and case.current.why == "First try"
    assert case.skills == ["closing", "own-skill"] and case.created_by == manager
    assert "Who plays now" not in browser.get(answer.url).content.decode()


def test_what_is_wrong_is_told_at_its_place_and_nothing_is_lost(browser, tenant):
    data = sent(**{**ABOUT, "name": "no good", "persona-name": "", "talk-scenario": "Kept words"})
    answer = browser.post(f"{ROOT}/new", data)
    page = answer.content.decode()
    assert answer.status_code == 400 and not TestCase.objects.exists()
    assert "Nothing is saved yet" in page and "Kept words" in page and "Enter a valid “slug”" in page
    assert '<div class="ed-problems" id="persona-name-problems"><p class="field-error">This must not be empty.' in page


def test_a_name_that_is_taken_is_told_at_its_field(browser, tenant, case):
    page = browser.post(f"{ROOT}/new", sent(**{**ABOUT, "name": "dentist"})).content.decode()
    assert "There is a test case “dentist” already." in page


def test_a_copy_begins_as_the_other_with_a_name_of_its_own(browser, tenant, case):
    page = browser.get(f"{ROOT}/new?copy={case.pk}").content.decode()
    assert "The dentist (copy)" in page and 'value="dentist-2"' in page and "Marin Dental" in page


def test_a_new_version_is_written_and_the_settings_with_it(browser, case):
    changed = {**case.current.content, "pass_mark": 80.0}
    post(browser, case, changed, why="Harder", title="The dentist again")
    case.refresh_from_db()
    assert (case.current.number, case.current.content["pass_mark"], case.title) == (2, 80.0, "The dentist again")


def test_settings_alone_write_no_version(browser, case):
    answer = post(browser, case, difficulty_level="advanced")
    case.refresh_from_db()
    assert (case.current.number, case.difficulty_level) == (1, "advanced")
    assert "stays the newest" in browser.get(answer.url).content.decode()


def test_who_saves_second_is_told_who_was_first_and_keeps_their_words(browser, case, tenant):
    other = make_user(role=Role.ADMIN, client=tenant, username="otto", first_name="Otto")
    newer = make_version(case=case, why="Mine first", pass_mark=61)
    type(newer).objects.filter(pk=newer.pk).update(created_by=other)
    mine = {**make_content(), "scenario": "My own words"}
    answer = post(browser, case, mine, based_on="1")
    page = answer.content.decode()
    assert answer.status_code == 409 and "saved version 2 while you were writing" in page
    assert "My own words" in page and "otto" in page.lower()
    post(browser, case, mine, based_on="1", overwrite="1")
    case.refresh_from_db()
    assert case.current.number == 3 and case.current.content["scenario"] == "My own words"


def test_the_check_says_what_is_wrong_while_somebody_writes(browser, case):
    data = sent(**{**ABOUT, "case": str(case.pk), "based_on": "1", "test-pass_mark": "x"})
    page = browser.post(f"{ROOT}/check", data).content.decode()
    assert "1 place to mend" in page and "Write a number." in page and "The agent says “my name is”." in page
    make_version(case=case, pass_mark=61)
    assert "has saved version 2 meanwhile" in browser.post(f"{ROOT}/check", data).content.decode()


def test_an_example_comes_with_numbers_of_its_own(browser):
    page = browser.get(f"{ROOT}/example?n=0&first=40").content.decode()
    assert 'name="criteria" value="c40"' in page and 'name="c40-judge" value="r41"' in page
    assert browser.get(f"{ROOT}/example?n=999&first=1").status_code == 404
    assert browser.get(f"{ROOT}/example?n=x&first=1").status_code == 404


def test_a_pasted_talk_is_judged_and_nothing_is_kept(browser, case):
    data = sent(**ABOUT, **{"case": str(case.pk), "trial-text": GOOD})
    page = browser.post(f"{ROOT}/try", data).content.decode()
    assert "Passed" in page and ">100</strong>" in page and "my name is" in page
    assert not CaseRun.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Paste a transcript, or choose a call."),
        ({"trial-text": GOOD, "persona-name": ""}, "Mend what is named first"),
        ({"trial_call": "no-id"}, "There is no such call"),
    ],
)
def test_a_trial_that_cannot_be_judged_says_why(browser, case, changes, said):
    assert said in browser.post(f"{ROOT}/try", sent(**ABOUT, **changes)).content.decode()


def test_a_call_is_tried_by_who_may_see_it_and_the_look_is_kept(browser, tenant, case):
    call = make_call(client=tenant, title="The Acme call")
    assert "The Acme call" in browser.get(f"{ROOT}/calls?trial-q=Acme").content.decode()
    page = browser.post(f"{ROOT}/try", sent(**ABOUT, trial_call=str(call.pk))).content.decode()
    assert "Not passed" in page or "Passed" in page
    assert AuditEvent.objects.filter(action="viewed", object_id=str(call.pk)).exists()
    foreign = make_call(client=make_client())
    page = browser.post(f"{ROOT}/try", sent(**ABOUT, trial_call=str(foreign.pk))).content.decode()
    assert "There is no such call" in page
    assert not AuditEvent.objects.filter(action="viewed", object_id=str(foreign.pk)).exists()
