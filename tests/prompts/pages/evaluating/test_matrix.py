"""The result grid: what became of each case, narrowed, paged, and never the words of calls that are not theirs."""

import re

import pytest
from django.urls import reverse

from prompts.models import EvaluationCell, HumanRating
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_agent, make_team, make_user
from tests.prompts.evaluation_factories import make_case, make_dataset, make_evaluation
from tests.prompts.factories import make_model, make_prompt, make_version

MOST_QUERIES = 12


@pytest.fixture
def compared(tenant):
    """Version 2 loses case 1 and gains case 2; both fail case 3 and pass the others."""
    prompt = make_prompt(client=tenant)
    versions = [prompt.versions.get(), make_version(prompt=prompt)]
    dataset = make_dataset(client=tenant, prompt=prompt, cases=5)
    failures = {1: {2, 3}, 2: {1, 3}}
    return make_evaluation(
        dataset=dataset, versions=versions, models=[make_model(client=tenant, name="house")],
        passes=lambda case, version, model, repeat: case not in failures[version],
    )  # fmt: skip


def shown(page: str) -> list[int]:
    """The numbers of the cases in the grid."""
    return [int(number) for number in re.findall(r'class="mx-number">(\d+)<', page)]


@pytest.mark.parametrize(
    ("narrowing", "cases"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("show=failed", [1, 2, 3]),
        ("show=differing", [1, 2]),
        ("show=worse", [1]),
        ("show=better", [2]),
        ("show=waiting", []),
        ("q=Caller 4", [4]),
        ("show=nonsense&page=x&model=y", [1, 2, 3, 4, 5]),
        ("page=99", [1, 2, 3, 4, 5]),
    ],
)
def test_the_grid_is_narrowed_to_what_went_otherwise(browser, compared, narrowing, cases):
    page = browser.get(f"{reverse('prompt-evaluation', args=[compared.pk])}?{narrowing}").content.decode()
    assert shown(page) == cases


def test_the_figures_say_who_is_better_and_how_surely(browser, compared):
    page = browser.get(reverse("prompt-evaluation", args=[compared.pk])).content.decode()
    assert "v2 and v1: no difference is shown" in page
    assert "0 points passed" in page and "cases gained: 1, lost: 1" in page
    assert "60\N{NARROW NO-BREAK SPACE}%" in page


def test_hundreds_of_cases_are_paged_at_a_constant_number_of_queries(browser, tenant, django_assert_max_num_queries):
    prompt = make_prompt(client=tenant)
    versions = [prompt.versions.get(), make_version(prompt=prompt)]
    dataset = make_dataset(client=tenant, prompt=prompt, cases=90)
    models = [make_model(client=tenant), make_model(client=tenant)]
    evaluation = make_evaluation(
        dataset=dataset, versions=versions, models=models, passes=lambda case, version, *_: (case + version) % 3 > 0
    )
    address = reverse("prompt-evaluation", args=[evaluation.pk])
    with django_assert_max_num_queries(MOST_QUERIES):
        first = browser.get(address).content.decode()
    assert shown(first) == list(range(1, 41)) and "Page 1 of 3" in first
    assert shown(browser.get(f"{address}?page=3").content.decode()) == list(range(81, 91))
    assert len(shown(browser.get(f"{address}?rows=compact").content.decode())) == 90


def test_repeats_are_told_apart_and_a_case_that_passes_at_times_is_a_failure(browser, tenant):
    prompt = make_prompt(client=tenant)
    dataset = make_dataset(client=tenant, prompt=prompt, cases=2)
    evaluation = make_evaluation(
        dataset=dataset, versions=[prompt.versions.get()], models=[make_model(client=tenant)], repeats=3,
        passes=lambda case, version, model, repeat: case == 2 or repeat > 0,
    )  # fmt: skip
    page = browser.get(f"{reverse('prompt-evaluation', args=[evaluation.pk])}?show=failed").content.decode()
    assert shown(page) == [1] and "2 of 3 passed" in page and "Passed at times" in page


def test_cases_about_calls_of_other_teams_are_not_there(client, tenant):
    team = make_team(client=tenant)
    reviewer = make_user(role=Role.REVIEWER, client=tenant)
    reviewer.reviewed_teams.add(team)
    prompt = make_prompt(client=tenant)
    dataset = make_dataset(client=tenant, prompt=prompt)
    make_case(dataset=dataset, name="Ours", agent=make_agent(client=tenant, team=team))
    make_case(dataset=dataset, name="Theirs", agent=make_agent(client=tenant, team=make_team(client=tenant)))
    evaluation = make_evaluation(
        dataset=dataset, versions=[prompt.versions.get()], models=[make_model(client=tenant)], passes=lambda *_: True
    )
    client.force_login(reviewer)
    page = client.get(reverse("prompt-evaluation", args=[evaluation.pk])).content.decode()
    assert "Ours" in page and "Theirs" not in page
    hidden = EvaluationCell.objects.get(case__name="Theirs")
    assert client.get(reverse("prompt-answer", args=[hidden.pk])).status_code == 404
    assert client.get(reverse("prompt-answer-asked", args=[hidden.pk])).status_code == 404


def test_an_answer_stands_beside_the_baselines_with_what_differs(browser, compared, django_assert_max_num_queries):
    cell = EvaluationCell.objects.get(case__position=1, version__number=2)
    with django_assert_max_num_queries(MOST_QUERIES):
        page = browser.get(reverse("prompt-answer", args=[cell.pk])).content.decode()
    assert "<ins>" in page and "<del>" in page
    assert "Contains: “price”" in page and "Not in it: “price”." in page


def test_what_was_asked_is_shown_and_a_look_at_a_call_is_in_the_trail(browser, compared):
    cell = EvaluationCell.objects.select_related("run").get(case__position=1, version__number=2)
    address = reverse("prompt-answer-asked", args=[cell.pk])
    assert "Sum up: Caller 1" in browser.get(address).content.decode()
    assert not AuditEvent.objects.filter(action="viewed").exists()
    cell.run.subject_kind, cell.run.subject_id = "call", cell.case.pk
    cell.run.save()
    browser.get(address)
    event = AuditEvent.objects.get(action="viewed")
    assert (event.object_id, event.details["subject_id"]) == (str(cell.run.pk), str(cell.case.pk))


def test_a_person_rates_an_answer_and_changes_their_mind(browser, compared, manager):
    cell = EvaluationCell.objects.get(case__position=1, version__number=2)
    address = reverse("prompt-answer-rate", args=[cell.pk])
    browser.post(address, {"thumb": "1", "accuracy": "4"})
    page = browser.post(address, {"thumb": "-1", "comment": "Says no price."}, headers={"HX-Request": "true"})
    rating = HumanRating.objects.get()
    assert (rating.person, rating.thumb, rating.comment) == (manager, -1, "Says no price.")
    assert "Saved" in page.content.decode()
    assert browser.post(address, {"accuracy": "9"}).status_code == 400
