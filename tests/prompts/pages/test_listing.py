"""The list of prompts: by purpose, narrowed by its address, with figures, in a constant number of queries."""

import pytest

from prompts.models import Dataset, DatasetCase, Evaluation, EvaluationCell, ModelExchange
from tests.prompts.factories import make_model, make_prompt, make_run, make_version

ROOT = "/sales-prompt-engineering"


def evaluated(version, *, passed, failed):
    """A finished evaluation of `version` with so many answers."""
    client, prompt = version.client, version.prompt
    dataset, _ = Dataset.objects.get_or_create(client=client, name="cases")
    evaluation = Evaluation.objects.create(client=client, prompt=prompt, dataset=dataset, status="finished")
    model = make_model(client=client)
    for place in range(passed + failed):
        case, _ = DatasetCase.objects.get_or_create(client=client, dataset=dataset, position=place)
        EvaluationCell.objects.create(
            client=client, evaluation=evaluation, case=case, version=version, model=model, passed=place < passed
        )
    return evaluation


@pytest.fixture
def summary(tenant):
    prompt = make_prompt(client=tenant, name="call-summary", title="Call summary", family="summary", language="en")
    make_version(prompt=prompt, labels=["staging"])
    return prompt


def test_prompts_stand_under_what_they_are_for_with_what_works_and_what_it_cost(browser, tenant, summary):
    version = make_version(prompt=summary, labels=["production"])
    evaluated(version, passed=9, failed=1)
    ModelExchange.objects.create(
        client=tenant, prompt=summary, model_name="m", purpose="production", request_hash="x", cost="0.25"
    )
    make_prompt(client=tenant, title="Battle card", family="competition", messages=())
    page = browser.get(ROOT).content.decode()
    assert page.index("Competitor analysis and battle card") < page.index(">Call summary</th>")
    assert ">v3</span>" in page and "staging v2" in page and "90 %" in page and "60–98 % of 10" in page
    assert "0.25 USD" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("family=summary", True), ("family=outreach", False), ("language=en", True), ("language=ru", False),
        ("label=staging", True), ("label=production", False), ("label=no-production", True), ("label=retired", False),
        ("q=SUMMARY", True), ("q=nothing", False), ("family=unheard", True),
    ],
)  # fmt: skip
def test_filters_in_the_address_narrow_the_list(browser, summary, query, shown):
    assert ("Call summary</a>" in browser.get(f"{ROOT}?{query}").content.decode()) is shown


def test_htmx_gets_only_the_results(browser, summary):
    page = browser.get(ROOT, headers={"HX-Request": "true"}).content.decode()
    assert "Call summary" in page and "<html" not in page and "1 prompt is shown." in page


def test_an_empty_list_offers_to_begin(browser):
    page = browser.get(ROOT).content.decode()
    assert "No prompt yet" in page and f"{ROOT}/new" in page


def test_who_only_reads_is_offered_nothing_to_write(reader, summary):
    page = reader.get(ROOT).content.decode()
    assert "Call summary" in page and f"{ROOT}/new" not in page


def test_the_list_asks_the_database_the_same_number_of_times_however_long_it_is(
    browser, tenant, summary, django_assert_max_num_queries
):
    for _ in range(8):
        version = make_version(prompt=make_prompt(client=tenant), labels=["production"])
        make_run(version=version)
    evaluated(version, passed=1, failed=1)
    with django_assert_max_num_queries(12):
        browser.get(ROOT)
