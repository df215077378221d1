"""An evaluation is chosen, its cost is said before it starts, it is started, watched, stopped and gone on with."""

import pytest
from django.urls import reverse

from prompts.models import Evaluation
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.prompts.evaluation_factories import make_dataset, make_evaluation
from tests.prompts.factories import make_model, make_prompt, make_version

MOST_QUERIES = 12


@pytest.fixture
def prompt(tenant):
    prompt = make_prompt(client=tenant, title="Summaries")
    make_version(prompt=prompt, why="Shorter")
    return prompt


@pytest.fixture
def chosen(tenant, prompt):
    dataset = make_dataset(client=tenant, prompt=prompt, cases=3)
    versions = [str(version.pk) for version in prompt.versions.all()]
    return {"dataset": dataset.pk, "versions": versions, "models": [str(make_model(client=tenant).pk)], "repeats": "2"}


def test_it_is_reckoned_first_and_starts_when_told(browser, prompt, chosen):
    answer = browser.post(reverse("prompt-evaluate", args=[prompt.pk]), chosen)
    evaluation = Evaluation.objects.get()
    address = reverse("prompt-evaluation", args=[evaluation.pk])
    assert (answer["Location"], evaluation.status, evaluation.total) == (address, "estimated", 12)
    page = browser.get(address).content.decode()
    assert "Before it starts" in page and ">12<" in page and "mx-scroll" not in page
    browser.post(reverse("prompt-evaluation-start", args=[evaluation.pk]))
    evaluation.refresh_from_db()
    assert evaluation.status == "running"
    page = browser.get(reverse("prompt-evaluation-progress", args=[evaluation.pk]))
    assert "0 of 12 answers" in page.content.decode() and page["HX-Trigger"] == "evaluation-moved"
    browser.post(reverse("prompt-evaluation-stop", args=[evaluation.pk]))
    page = browser.get(reverse("prompt-evaluation-progress", args=[evaluation.pk])).content.decode()
    assert "Stopped by a person." in page and "Go on" in page and "hx-get" not in page


def test_what_is_missing_is_told_beside_its_field(browser, prompt, chosen):
    answer = browser.post(reverse("prompt-evaluate", args=[prompt.pk]), {**chosen, "versions": [], "repeats": "99"})
    assert answer.status_code == 400 and not Evaluation.objects.exists()
    assert answer.content.decode().count("field-error") >= 2


def test_without_models_or_cases_the_page_says_what_to_do_first(browser, tenant, prompt):
    address = reverse("prompt-evaluate", args=[prompt.pk])
    assert "No model is connected" in browser.get(address).content.decode()
    make_model(client=tenant)
    assert "No data set for this prompt yet" in browser.get(address).content.decode()


def test_the_form_and_the_list_take_few_queries(browser, tenant, prompt, chosen, django_assert_max_num_queries):
    dataset = make_dataset(client=tenant, prompt=prompt, cases=2)
    for _n in range(5):
        make_evaluation(
            dataset=dataset, versions=list(prompt.versions.order_by("number")), models=[make_model(client=tenant)],
            passes=lambda case, version, *_: version == 2,
        )  # fmt: skip
    with django_assert_max_num_queries(MOST_QUERIES):
        page = browser.get(reverse("prompt-evaluate", args=[prompt.pk])).content.decode()
    assert "Shorter" in page
    with django_assert_max_num_queries(MOST_QUERIES):
        page = browser.get(reverse("prompt-evaluations") + f"?prompt={prompt.pk}").content.decode()
    assert page.count("Summaries") >= 5 and "100\N{NARROW NO-BREAK SPACE}%" in page


def test_a_reviewer_reads_and_starts_nothing(client, tenant, prompt, chosen):
    evaluation = make_evaluation(
        dataset=make_dataset(client=tenant, prompt=prompt, cases=1), versions=list(prompt.versions.all()),
        models=[make_model(client=tenant)],
    )  # fmt: skip
    client.force_login(make_user(role=Role.REVIEWER, client=tenant))
    assert client.get(reverse("prompt-evaluation", args=[evaluation.pk])).status_code == 200
    assert client.post(reverse("prompt-evaluation-start", args=[evaluation.pk])).status_code == 403
    assert client.post(reverse("prompt-evaluate", args=[prompt.pk]), chosen).status_code == 403
