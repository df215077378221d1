"""Scripts and scorecards: checked in words, and never changed under the scores that were given by them."""

import json
from dataclasses import asdict

import pytest

from recordings.models import Scorecard, Script
from recordings.quality.criteria import default_criteria
from salesiq.audit.models import AuditEvent
from tests.factories import make_client
from tests.recordings.admin.conftest import add_of, page_of
from tests.recordings.factories import make_call, make_score, make_scorecard, make_script

STAGES = [{"key": "opening", "name": "Opening", "weight": 2, "required": ["good morning"]}]


@pytest.fixture
def criteria():
    return [asdict(criterion) for criterion in default_criteria()]


def errors(response) -> dict:
    return response.context["adminform"].form.errors


def test_a_script_is_added_for_the_own_client(browser, tenant):
    browser.post(
        add_of("script"), {"name": "Winter", "language": "en", "status": "published", "stages": json.dumps(STAGES)}
    )
    script = Script.objects.get()
    assert (script.client, script.version, script.stages) == (tenant, 1, STAGES)


def test_a_second_script_of_a_name_is_its_next_version(browser, tenant):
    make_script(client=tenant, name="Winter")
    make_script(client=make_client(), name="Winter", version=7)
    browser.post(
        add_of("script"), {"name": "Winter", "language": "en", "status": "published", "stages": json.dumps(STAGES)}
    )
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


def revise(browser, row, field: str, content, active: bool = True):
    values = {field: json.dumps(content), "status": "published" if active else "retired"}
    return browser.post(page_of(row), values, follow=True)


def test_an_unused_script_is_changed_in_place(browser, tenant):
    script = make_script(client=tenant)
    revise(browser, script, "stages", STAGES)
    script.refresh_from_db()
    assert (script.stages, script.version, Script.objects.count()) == (STAGES, 1, 1)


def test_a_used_script_stays_and_a_new_version_takes_its_place(browser, tenant):
    script = make_script(client=tenant)
    before = script.stages
    call = make_call(client=tenant)
    call.published_at = script.created_at
    call.save()
    response = revise(browser, script, "stages", STAGES)
    old, new = Script.objects.order_by("version")
    assert (old.stages, old.status) == (before, "retired")
    assert (new.stages, new.status, new.version, new.name) == (STAGES, "published", 2, script.name)
    assert "Version 2 was made" in response.content.decode()
    assert AuditEvent.objects.get(action="revised").details == {"version": 2, "before": 1}


def test_a_used_scorecard_stays_and_a_new_version_takes_its_place(browser, tenant, criteria):
    card = make_scorecard(client=tenant)
    score = make_score(make_call(client=tenant), scorecard=card)
    revise(browser, card, "criteria", criteria)
    new = Scorecard.objects.get(client=tenant, name=card.name, version=2)
    score.refresh_from_db()
    assert (score.scorecard_id, Scorecard.objects.get(pk=card.pk).criteria) == (card.pk, [])
    assert len(new.criteria) == len(criteria)


def test_a_used_scorecard_can_be_put_out_of_use_as_it_is(browser, tenant, criteria):
    card = make_scorecard(client=tenant, criteria=criteria)
    make_score(make_call(client=tenant), scorecard=card)
    revise(browser, card, "criteria", json.loads(json.dumps(card.criteria)), active=False)
    card.refresh_from_db()
    assert (card.status, Scorecard.objects.filter(name=card.name).count()) == ("retired", 1)


def test_a_used_standard_cannot_be_deleted(browser, tenant):
    card = make_scorecard(client=tenant)
    make_score(make_call(client=tenant), scorecard=card)
    assert browser.post(f"/admin/recordings/scorecard/{card.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Scorecard.objects.filter(pk=card.pk).exists()


def test_name_and_language_of_a_script_stay(browser, tenant):
    script = make_script(client=tenant, name="Winter")
    browser.post(page_of(script), {"name": "Summer", "language": "es", "stages": json.dumps(STAGES)})
    script.refresh_from_db()
    assert (script.name, script.language) == ("Winter", "en")
