"""The page of one prompt: what it asks, which version works, who did what, and what people do from there."""

import pytest

from prompts.models import LabelChange, PromptComment, PromptLabel
from prompts.services import export_prompt, set_label
from tests.prompts.factories import make_prompt, make_run, make_version

ROOT = "/sales-prompt-engineering"


@pytest.fixture
def prompt(tenant):
    made = make_prompt(client=tenant, title="Call summary", name="call-summary")
    make_version(prompt=made, why="Names the price", labels=["production"])
    return made


@pytest.fixture
def address(prompt):
    return f"{ROOT}/{prompt.pk}"


def test_it_shows_the_version_in_production_and_any_other_that_is_asked_for(browser, address):
    page = browser.get(address).content.decode()
    assert "Version 2" in page and "Names the price" in page
    assert '<mark class="piece-variable">{{ call.transcript }}</mark>' in page
    assert "Version 1" in browser.get(f"{address}?v=1").content.decode()
    assert browser.get(f"{address}?v=9").status_code == 404
    assert browser.get(f"{address}?v=x").status_code == 404


def test_figures_of_the_month_carry_their_number_and_range(browser, prompt, address):
    version = prompt.versions.first()
    for validity in ("valid", "repaired", "invalid", "failed"):
        make_run(version=version, purpose="production", validity=validity, accuracy=0.8)
    page = browser.get(address).content.decode()
    assert "50 %" in page and "15–85 % of 4" in page and "judged on 4 answers" in page


def test_a_label_is_moved_and_the_move_is_kept(browser, prompt, address):
    browser.post(f"{address}/labels", {"version": "1", "label": "For Berlin"})
    assert PromptLabel.objects.get(prompt=prompt, name="for-berlin").version.number == 1
    assert "for-berlin" in browser.get(address).content.decode()


def test_production_is_no_label_to_move(browser, prompt, address):
    page = browser.post(f"{address}/labels", {"version": "1", "label": "production"}, follow=True).content.decode()
    assert "Production is moved by a release" in page
    assert PromptLabel.objects.get(prompt=prompt, name="production").version.number == 2


def test_a_roll_back_needs_a_reason_and_brings_the_version_before(browser, prompt, admin, address):
    one, two = prompt.versions.order_by("number")
    for version in (one, two):
        set_label(prompt=prompt, label="production", version=version, user=admin, reason="Tested")
    browser.post(f"{address}/roll-back", {"reason": ""})
    assert PromptLabel.objects.get(prompt=prompt, name="production").version == two
    page = browser.post(f"{address}/roll-back", {"reason": "Invented prices"}, follow=True).content.decode()
    assert PromptLabel.objects.get(prompt=prompt, name="production").version == one
    assert "Production is version 1 again." in page and "Invented prices" in page
    assert LabelChange.objects.filter(prompt=prompt).count() == 3


def test_people_comment_on_a_version(reader, prompt, address):
    reader.post(f"{address}/comments", {"text": "Too long.", "version": "1"})
    assert PromptComment.objects.get(prompt=prompt).version.number == 1
    page = reader.post(f"{address}/comments", {"text": " "}, follow=True).content.decode()
    assert "Too long." in page and "1 to 4000 characters" in page


def test_settings_are_changed_without_a_new_version(browser, prompt, address):
    sent = {"title": "Summary", "family": "summary", "live_sample_percent": "5", "monthly_budget": "12.5"}
    assert browser.post(f"{address}/settings", sent).status_code == 302
    prompt.refresh_from_db()
    assert (prompt.title, prompt.live_sample_percent, prompt.is_active) == ("Summary", 5, False)
    assert prompt.versions.count() == 2
    wrong = browser.post(f"{address}/settings", {**sent, "live_sample_percent": "500"})
    assert wrong.status_code == 400 and "less than or equal to 100" in wrong.content.decode()


def test_a_version_goes_out_as_a_file_and_comes_in_as_the_next_one(browser, prompt, address, tmp_path):
    response = browser.get(f"{address}/export?v=1")
    assert response.headers["Content-Disposition"] == 'attachment; filename="call-summary.v1.yaml"'
    text = response.content.decode()
    assert text == export_prompt(prompt, 1)
    file = tmp_path / "call-summary.yaml"
    file.write_text(text.replace("Sum up:", "Sum up in five lines:"))
    with file.open("rb") as opened:
        browser.post(f"{ROOT}/import", {"file": opened})
    assert prompt.versions.order_by("-number").first().number == 3


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"just words", b"format: salesiq-prompt/1\nname: [", b""])
def test_a_file_that_is_no_prompt_is_refused_in_words(browser, tenant, content, tmp_path):
    file = tmp_path / "prompt.yaml"
    file.write_bytes(content)
    with file.open("rb") as opened:
        page = browser.post(f"{ROOT}/import", {"file": opened}, follow=True).content.decode()
    assert "notice-warning" in page and tenant.prompts.count() == 0


def test_the_page_asks_the_database_the_same_number_of_times(browser, prompt, address, django_assert_max_num_queries):
    for label in ("staging", "berlin", "madrid"):
        version = make_version(prompt=prompt, labels=[label])
        make_run(version=version, purpose="production")
        PromptComment.objects.create(client=prompt.client, prompt=prompt, version=version, text="Good.")
    with django_assert_max_num_queries(12):
        browser.get(address)
