"""Blocks: written, changed, and who includes them with which text."""

from prompts.models import PromptBlock
from tests.prompts.factories import make_block, make_prompt, make_version

ADDRESS = "/sales-prompt-engineering/blocks"


def test_a_block_is_written_and_changed(browser, tenant):
    browser.post(ADDRESS, {"name": "tone", "text": "Warm and plain.", "description": "How we speak"})
    browser.post(ADDRESS, {"name": "tone", "text": "Plain.", "description": "How we speak"})
    assert PromptBlock.objects.get(client=tenant).text == "Plain."


def test_a_mistake_is_said_at_its_field_and_what_was_written_stays(browser, tenant):
    response = browser.post(ADDRESS, {"name": "tone of voice", "text": "Warm."})
    page = response.content.decode()
    assert response.status_code == 400 and "Warm." in page and "field-error" in page
    assert not PromptBlock.objects.exists()


def test_it_is_said_which_prompts_include_an_older_text(browser, tenant):
    make_block(client=tenant, name="tone", text="Plain.")
    make_version(prompt=make_prompt(client=tenant, title="Mail"), blocks={"tone": "Warm."})
    page = browser.get(ADDRESS).content.decode()
    assert "Mail</a>" in page and "older text" in page


def test_who_only_reads_writes_nothing(reader, tenant):
    assert reader.post(ADDRESS, {"name": "tone", "text": "Warm."}).status_code == 403
    assert reader.get(ADDRESS).status_code == 200
