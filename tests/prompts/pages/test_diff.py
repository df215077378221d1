"""Two versions side by side."""

import pytest

from tests.prompts.factories import MESSAGES, make_prompt, make_version

ROOT = "/sales-prompt-engineering"


@pytest.fixture
def prompt(tenant):
    made = make_prompt(client=tenant)
    changed = [MESSAGES[0], {"role": "user", "content": "Sum up briefly:\n{{ call.transcript }}"}]
    make_version(prompt=made, messages=changed, parameters={"temperature": 0.5}, why="Shorter")
    return made


def test_words_that_differ_are_marked_and_parts_that_do_not_are_folded(browser, prompt):
    page = browser.get(f"{ROOT}/{prompt.pk}/diff?a=1&b=2").content.decode()
    assert "<ins> briefly</ins>" in page or "<ins>briefly </ins>" in page
    assert "Parameters" in page and "temperature: 0.5" in page
    assert page.count("diff-card is-same") == 3  # the first message, the variables, the type of answer


def test_sides_are_chosen_sensibly_where_none_are_named(browser, prompt):
    page = browser.get(f"{ROOT}/{prompt.pk}/diff").content.decode()
    assert '<option value="1" selected>' in page and '<option value="2" selected>' in page


def test_one_version_has_nothing_to_stand_beside(browser, tenant):
    page = browser.get(f"{ROOT}/{make_prompt(client=tenant).pk}/diff")
    assert page.status_code == 200 and "There is one version only" in page.content.decode()


def test_a_version_that_is_not_there_is_not_found(browser, prompt):
    assert browser.get(f"{ROOT}/{prompt.pk}/diff?a=1&b=7").status_code == 404


def test_the_page_asks_the_database_a_constant_number_of_times(browser, prompt, django_assert_max_num_queries):
    for _ in range(5):
        make_version(prompt=prompt)
    with django_assert_max_num_queries(12):
        browser.get(f"{ROOT}/{prompt.pk}/diff?a=1&b=2")
