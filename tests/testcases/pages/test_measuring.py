import pytest
from django.urls import reverse

from salesiq.people.roles import Role
from testcases.models import Assignment, CaseExperiment, CaseFigures
from testcases.validation.work import make_figures
from tests.factories import make_client, make_team, make_user
from tests.testcases.measured import make_measured

pytestmark = pytest.mark.django_db
PAGES = ("test-insights", "test-gaps", "test-patterns", "test-training-effects", "test-experiments", "test-validation")


@pytest.fixture
def measured():
    return make_measured(agents=6, weeks=3)


@pytest.fixture
def admin(client, measured):
    user = make_user(role=Role.ADMIN, client=measured.client)
    client.force_login(user)
    return user


def plan(**changes):
    values = {
        "title": "Weekly coaching", "hypothesis": "It helps.", "unit": "agent", "metric": "score", "rule": "group",
        "name_0": "As before", "gets_0": "control", "name_1": "Coached", "gets_1": "coaching", "baseline": "60",
        "effect": "10", "spread": "8",
    }  # fmt: skip
    return {**values, **changes}


@pytest.mark.parametrize("name", PAGES)
def test_pages_without_anything_say_what_will_stand_there(client, name):
    client.force_login(make_user(role=Role.ADMIN, client=make_client()))
    answer = client.get(reverse(name))
    assert answer.status_code == 200 and b'class="empty"' in answer.content


@pytest.mark.parametrize("name", PAGES)
def test_pages_with_figures_open_and_take_filters(client, admin, measured, name):
    answer = client.get(reverse(name), {"days": "90", "team": str(measured.teams[0].pk), "difficulty": "wrong"})
    assert answer.status_code == 200
    assert client.get(reverse(name), {"page": "9", "skill": "x", "case": "no"}).status_code == 200


def test_the_overview_shows_figures_with_intervals(client, admin):
    text = client.get(reverse("test-insights")).content.decode()
    for words in ("54 runs", "6 agents", "By difficulty", "mixed model", "As a table", "Agreeing a next step"):
        assert words in text


def test_a_manager_sees_the_gap_and_assigns_the_training_in_one_click(client, measured):
    client.force_login(measured.manager)
    text = client.get(reverse("test-gaps")).content.decode()
    assert "Agent 0" in text and "beyond chance" in text and "Agent 1" not in text
    values = {"agent": measured.agents[0].pk, "skill": "next_step", "training": measured.training.pk}
    answer = client.post(reverse("test-gap-assign"), values, follow=True)
    assert "is assigned to Agent 0" in answer.content.decode()
    assert Assignment.objects.get(reason="gap").agent == measured.agents[0]
    foreign = {**values, "agent": measured.agents[1].pk}
    assert client.post(reverse("test-gap-assign"), foreign).status_code == 404


def test_a_gap_that_is_gone_assigns_nothing(client, admin, measured):
    values = {"agent": measured.agents[0].pk, "skill": "empathy", "training": measured.training.pk}
    answer = client.post(reverse("test-gap-assign"), {**values, "next": "https://elsewhere.example/"}, follow=True)
    assert "not there any more" in answer.content.decode() and not Assignment.objects.filter(reason="gap").exists()


def test_an_agents_page_shows_skills_and_what_came_of_what_was_given(client, admin, measured):
    text = client.get(reverse("test-agent", args=[measured.agents[2].pk])).content.decode()
    for words in ("Agent 2", "Less the team", "Given, and what came of it", "Agreeing a next step", "Last runs"):
        assert words in text
    client.force_login(measured.manager)
    assert client.get(reverse("test-agent", args=[measured.agents[1].pk])).status_code == 404


def test_an_experiment_is_reckoned_planned_started_and_stopped(client, admin):
    assert client.get(reverse("test-experiment-new")).status_code == 200
    live = client.get(reverse("test-experiment-reckon"), plan(effect="5")).content.decode()
    assert "in each arm" in live and "too few agents" in live
    assert "not zero" in client.get(reverse("test-experiment-reckon"), plan(effect="0")).content.decode()
    bad = client.post(reverse("test-experiment-new"), plan(name_1="As before"))
    assert bad.status_code == 400 and "name of its own" in bad.content.decode()
    same = client.post(reverse("test-experiment-new"), plan(gets_1="control")).content.decode()
    assert "Choose what at least one of them gets." in same.partition("A third arm")[0]
    client.post(reverse("test-experiment-new"), plan())
    experiment = CaseExperiment.objects.get()
    address = reverse("test-experiment", args=[experiment.pk])
    assert "Start" in client.get(address).content.decode()
    client.post(reverse("test-experiment-start", args=[experiment.pk]))
    text = client.get(address).content.decode()
    assert "Too early to tell" in text and "6 agents and their arms" in text
    client.post(reverse("test-experiment-stop", args=[experiment.pk]), {"reason": "Enough"})
    text = client.get(address).content.decode()
    assert "Enough" in text and "Stopped" in text
    assert (
        "does not run"
        in client.post(reverse("test-experiment-stop", args=[experiment.pk]), follow=True).content.decode()
    )
    client.post(reverse("test-experiment-delete", args=[experiment.pk]))
    assert CaseExperiment.objects.exists()


def test_validation_names_what_is_to_be_looked_at(client, admin, measured):
    assert "not looked at yet" in client.get(reverse("test-validation")).content.decode()
    assert make_figures(measured.client) == 3
    text = client.get(reverse("test-validation")).content.decode()
    assert "Case 0" in text and "18 runs" in text
    row = CaseFigures.objects.first()
    shown = client.get(reverse("test-validation-case", args=[row.case_id])).content.decode()
    for words in ("Cronbach", "Wording", "Given away by training", "North"):
        assert words in shown
    assert client.post(reverse("test-validation-start"), follow=True).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_as_much_for_many_agents_as_for_few(client, admin, measured, name, django_assert_max_num_queries):
    make_figures(measured.client)
    client.get(reverse(name))
    with django_assert_max_num_queries(26):
        client.get(reverse(name))


def test_reviewers_read_and_change_nothing(client, measured):
    reviewer = make_user(role=Role.REVIEWER, client=measured.client)
    make_team(client=measured.client).reviewers.add(reviewer)
    client.force_login(reviewer)
    assert client.get(reverse("test-insights")).status_code == 200
    for name in ("test-gap-assign", "test-experiment-new", "test-validation-start"):
        assert client.post(reverse(name), plan()).status_code == 403
    agent = make_user(role=Role.AGENT, client=measured.client)
    client.force_login(agent)
    assert client.get(reverse("test-gaps")).status_code == 403
