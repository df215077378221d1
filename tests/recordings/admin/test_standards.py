"""Scripts and scorecards: checked in words, and never changed under the scores that were given by them."""

import json

import pytest

from recordings.models import Scorecard, Script
from tests.factories import make_client
from tests.recordings.admin.conftest import add_of, page_of
from tests.recordings.factories import ONE_QUESTION, make_scorecard, make_script

STAGES = [{"key": "opening", "name": "Opening", "weight": 2, "required": ["good morning"]}]


def errors(response) -> dict:
    return response.context["adminform"].form.errors


def test_a_script_is_added_for_the_own_client(browser, tenant):
    browser.post(add_of("script"), {"name": "Winter", "language": "en", "stages": json.dumps(STAGES)})
    script = Script.objects.get()
    assert (script.client, script.version, script.stages) == (tenant, 1, STAGES)


def test_a_second_script_of_a_name_is_its_next_version(browser, tenant):
    make_script(client=tenant, name="Winter")
    make_script(client=make_client(), name="Winter", version=7)
    browser.post(add_of("script"), {"name": "Winter", "language": "en", "stages": json.dumps(STAGES)})
    assert Script.objects.filter(client=tenant, version=2).exists()


@pytest.mark.parametrize(
    ("stages", "words"),
    [
        ("[]", "required"),
        ("{", "valid JSON"),
        ('[{"key": "Opening!"}]', "Stage 1"),
        ('[{"key": "a", "name": "A", "weight": -1, "required": ["hi"]}]', "weight"),
    ],
)
def test_a_script_with_mistakes_is_refused_in_words(stages, words, browser):
    response = browser.post(add_of("script"), {"name": "Winter", "language": "en", "stages": stages})
    assert words in str(errors(response)["stages"])
    assert not Script.objects.exists()


def test_an_unknown_rule_is_told_with_the_known_ones(browser):
    criteria = [{"key": "a", "name": "A", "weight": 1, "rule": "charm"}]
    response = browser.post(add_of("scorecard"), {"name": "Mine", "criteria": json.dumps(criteria)})
    assert "charm" in str(errors(response)["criteria"])


def revise(browser, row, field: str, content):
    return browser.post(page_of(row), {field: json.dumps(content)}, follow=True)


def act(browser, row, action: str):
    listed = f"/admin/recordings/{row._meta.model_name}/"
    return browser.post(listed, {"action": action, "_selected_action": [str(row.pk)]}, follow=True)


def test_what_is_added_is_a_draft(browser):
    browser.post(add_of("script"), {"name": "Winter", "language": "en", "stages": json.dumps(STAGES)})
    assert Script.objects.get().status == "draft"


def test_a_draft_is_changed_in_place(browser, tenant):
    script = make_script(client=tenant, status="draft")
    revise(browser, script, "stages", STAGES)
    script.refresh_from_db()
    assert (script.stages, script.version, Script.objects.count()) == (STAGES, 1, 1)


def test_a_published_one_cannot_be_changed_and_its_new_version_is_written_beside_it(browser, tenant):
    script = make_script(client=tenant)
    before = script.stages
    revise(browser, script, "stages", STAGES)
    act(browser, script, "begin_new_version")
    old, new = Script.objects.order_by("version")
    assert (old.stages, old.status) == (before, "published")
    assert (new.stages, new.status, new.version, new.name) == (before, "draft", 2, script.name)


def test_publishing_puts_the_new_version_into_use_and_the_old_one_out_of_it(browser, tenant):
    old = make_scorecard(client=tenant)
    new = make_scorecard(client=tenant, name=old.name, version=2, status="draft", criteria=[ONE_QUESTION])
    response = act(browser, new, "publish")
    assert "in use from now on" in response.content.decode()
    assert list(Scorecard.objects.order_by("version").values_list("status", flat=True)) == ["retired", "published"]


def test_an_incomplete_draft_is_not_published_and_it_is_said_why(browser, tenant):
    card = make_scorecard(client=tenant, status="draft", criteria=[])
    assert "Add at least one" in act(browser, card, "publish").content.decode()
    assert Scorecard.objects.get().status == "draft"


def test_the_last_scorecard_in_use_stays(browser, tenant):
    card = make_scorecard(client=tenant)
    assert "Publish another first" in act(browser, card, "retire").content.decode()
    assert Scorecard.objects.get().status == "published"


@pytest.mark.parametrize("status", ["published", "retired"])
def test_only_a_draft_can_be_deleted(status, browser, tenant):
    card = make_scorecard(client=tenant, status=status)
    assert browser.post(f"/admin/recordings/scorecard/{card.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Scorecard.objects.filter(pk=card.pk).exists()


def test_name_and_language_of_a_script_stay(browser, tenant):
    script = make_script(client=tenant, name="Winter", status="draft")
    browser.post(page_of(script), {"name": "Summer", "language": "es", "stages": json.dumps(STAGES)})
    script.refresh_from_db()
    assert (script.name, script.language) == ("Winter", "en")
