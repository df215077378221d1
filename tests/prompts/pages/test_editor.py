"""The editor: what is written becomes a version, a mistake is said at its place, nobody's work is written over."""

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prompts.models import Prompt
from prompts.pages.editing.draft import Draft
from prompts.pages.editing.entries import value_of
from prompts.services import save_version
from prompts.templates.content import Message, VersionContent
from tests.prompts.factories import make_block, make_prompt, make_version

ROOT = "/sales-prompt-engineering"
WRITTEN = {
    "messages": "m0 m1", "variables": "v0",
    "m0-role": "system", "m0-content": "You sum up calls.",
    "m1-role": "user", "m1-content": "Sum up for {{ customer.name }}.",
    "v0-name": "customer.name", "v0-type": "text", "v0-required": "on", "v0-example": "Acme",
    "v0-sensitivity": "personal", "v0-source": "customer",
    "response_type": "text", "temperature": "0,3", "pii": "given", "refusal": "on", "echo": "on", "max_words": "120",
    "why": "Names the customer",
}  # fmt: skip
NEW = {**WRITTEN, "title": "Call summary", "name": "call-summary", "family": "summary", "language": "en"}


@pytest.fixture
def prompt(tenant):
    return make_prompt(client=tenant)


def test_a_new_prompt_is_written_in_one_form(browser, tenant):
    assert browser.post(f"{ROOT}/new", NEW).status_code == 302
    prompt = Prompt.objects.get(client=tenant)
    version = prompt.versions.get()
    assert (prompt.name, prompt.family, version.number, version.why) == ("call-summary", "summary", 1, WRITTEN["why"])
    assert version.variables[0]["example"] == "Acme" and version.parameters == {"temperature": 0.3}
    assert version.checks == {"length": {"max_words": 120}}


def test_a_name_that_is_taken_is_said_at_the_name(browser, prompt):
    response = browser.post(f"{ROOT}/new", {**NEW, "name": prompt.name})
    assert response.status_code == 400 and "There is a prompt" in response.content.decode()


def test_saving_makes_the_next_version(browser, prompt):
    browser.post(f"{ROOT}/{prompt.pk}/edit", {**WRITTEN, "based_on": "1"})
    version = prompt.versions.first()
    assert version.number == 2 and version.messages[1]["content"] == WRITTEN["m1-content"]


def test_what_differs_in_nothing_makes_no_version(browser, prompt):
    browser.post(f"{ROOT}/{prompt.pk}/edit", {**WRITTEN, "based_on": "1"})
    page = browser.post(f"{ROOT}/{prompt.pk}/edit", {**WRITTEN, "based_on": "2"}, follow=True).content.decode()
    assert prompt.versions.count() == 2 and "Nothing differs from version 2" in page


@pytest.mark.parametrize(
    ("changed", "place", "said"),
    [
        ({"m1-content": "Hello {{ nobody }}"}, "m1", "nobody"),
        ({"m1-content": "Hello {% if %}"}, "m1", "line 1"),
        ({"m1-content": "a\n{% include 'gone' %}"}, "m1", "gone"),
        ({"v0-type": "integer"}, "v0", "a number is expected"),
        ({"schema": "{not json"}, "schema", "no JSON: line 1"),
        ({"temperature": "warm"}, "temperature", "Write a number"),
        ({"temperature": "7"}, "temperature", "between 0 and 2"),
        ({"more_checks": "[1]"}, "more_checks", "Write an object"),
    ],
)
def test_a_mistake_is_said_at_its_place_and_nothing_is_lost(browser, prompt, changed, place, said):
    for address in (f"{ROOT}/check", f"{ROOT}/{prompt.pk}/edit"):
        response = browser.post(address, {**WRITTEN, "based_on": "1", **changed})
        page = response.content.decode()
        at = page.split(f'id="{place}-problems"', 1)[1].split("</div>", 1)[0]
        assert said in at
    assert response.status_code == 400 and WRITTEN["why"] in page
    assert prompt.versions.count() == 1


def test_names_that_nobody_declared_are_offered(browser, prompt):
    page = browser.post(f"{ROOT}/check", {**WRITTEN, "variables": ""}).content.decode()
    assert 'data-declare="customer.name"' in page


def test_the_preview_is_filled_by_example_while_somebody_writes(browser, prompt):
    page = browser.post(f"{ROOT}/check", WRITTEN).content.decode()
    assert "Filled with the examples" in page and "Acme" in page


def test_whoever_saved_meanwhile_is_named_and_nothing_is_written_over(browser, prompt, admin):
    content = VersionContent(messages=(Message("user", "Hello"),))
    save_version(prompt=prompt, user=admin, content=content, why="Shorter")
    address, sent = f"{ROOT}/{prompt.pk}/edit", {**WRITTEN, "based_on": "1", "prompt": str(prompt.pk)}
    assert "has saved version 2 since you began" in browser.post(f"{ROOT}/check", sent).content.decode()
    response = browser.post(address, sent)
    page = response.content.decode()
    assert response.status_code == 409 and "ana saved version 2 while you were writing" in page
    assert "Sum up for {{ customer.name }}." in page and prompt.versions.count() == 2
    browser.post(address, {**sent, "overwrite": "1"})
    assert prompt.versions.first().number == 3


def test_who_only_reads_may_not_write(reader, prompt):
    assert reader.get(f"{ROOT}/{prompt.pk}/edit").status_code == 403
    assert reader.post(f"{ROOT}/check", WRITTEN).status_code == 403


def test_blocks_can_be_inserted_and_are_kept_with_the_version(browser, prompt, tenant):
    make_block(client=tenant, name="tone", text="Be plain.")
    browser.post(f"{ROOT}/{prompt.pk}/edit", {**WRITTEN, "based_on": "1", "m0-content": "{% include 'tone' %}"})
    assert prompt.versions.first().blocks == {"tone": "Be plain."}


def test_the_editor_asks_the_database_a_constant_number_of_times(browser, prompt, django_assert_max_num_queries):
    for _ in range(4):
        make_version(prompt=prompt)
        make_block(client=prompt.client)
    with django_assert_max_num_queries(12):
        browser.get(f"{ROOT}/{prompt.pk}/edit")


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
CHECKS = st.fixed_dictionaries(
    {},
    optional={
        "length": st.fixed_dictionaries({}, optional={"min_words": st.integers(0, 9), "max_characters": st.just(900)}),
        "quotes": st.sampled_from([True, {"from": ["call.transcript"]}]),
        "numbers": st.just(True),
        "refusal": st.just(False),
        "pii": st.sampled_from(["none", "any"]),
        "language": st.sampled_from(["en", "ru"]),
        "forbidden": st.lists(st.sampled_from(["free", "sure", {"pattern": "risk[- ]free"}]), min_size=1, max_size=3),
    },
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    checks=CHECKS,
    default=st.sampled_from([None, "", "x", "two\nlines"]),
    parameters=st.fixed_dictionaries(
        {}, optional={"temperature": st.just(0.2), "stop": st.just(["END"]), "n": st.just(1)}
    ),
)
def test_what_the_fields_show_is_read_back_as_it_was(checks, default, parameters):
    content = VersionContent.from_json(
        {
            "messages": [{"role": "user", "content": "Hi {{ a }}"}],
            "variables": [{"name": "a", "default": default, "required": False}],
            "checks": checks, "parameters": parameters, "response_type": "json", "response_schema": {"type": "object"},
        }
    )  # fmt: skip
    read = Draft.read(_fields_of(Draft.of(content)))
    assert read.content.as_json()["variables"] == content.as_json()["variables"]
    assert read.content.parameters == parameters and read.content.response_schema == {"type": "object"}
    checks = {name: value for name, value in checks.items() if value != {}}
    if "forbidden" in checks:  # phrases stand before patterns in the fields
        checks["forbidden"] = sorted(checks["forbidden"], key=lambda each: isinstance(each, dict))
    assert read.content.checks == checks


def _fields_of(draft):
    """What a browser sends of the fields of `draft`."""
    data = QueryDict(mutable=True)
    data["messages"] = " ".join(each.token for each in draft.messages)
    data["variables"] = " ".join(each.token for each in draft.variables)
    for each in draft.messages:
        data[f"{each.token}-role"], data[f"{each.token}-content"] = each.role, each.content
    for each in draft.variables:
        for name in ("name", "type", "default", "example", "sensitivity", "source", "description"):
            data[f"{each.token}-{name}"] = getattr(each, name)
        for name in ("required", "default_is_empty"):
            if getattr(each, name):
                data[f"{each.token}-{name}"] = "on"
    switches = ("quotes", "numbers", "refusal", "echo")
    data.update({name: text for name, text in draft.answer.texts.items() if name not in switches or text})
    data["response_type"] = draft.answer.response_type
    return data


@given(TEXTS)
def test_any_text_is_a_value_of_a_text(text):
    assert value_of(text, "text") == (text if text.strip() else None)
