"""Releases through the gate, experiments, alerts, suggestions, bias checks, performance: as their pages show them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from prompts.models import BiasCheck, LabelChange, PromptAlert, PromptExperiment, PromptLabel, Suggestion
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.prompts.evaluation_factories import make_dataset, make_evaluation
from tests.prompts.factories import make_model, make_prompt, make_run, make_version

MOST_QUERIES = 12
# The gate reads what evaluations hold of two versions.
MOST_OF_THE_GATE = 24


@pytest.fixture
def prompt(tenant):
    """Version 1 is in production; of 24 cases it passes all but one, version 2 half, version 3 all."""
    prompt = make_prompt(client=tenant, title="Summaries")
    versions = [prompt.versions.get(), make_version(prompt=prompt), make_version(prompt=prompt)]
    PromptLabel.objects.create(client=tenant, prompt=prompt, name="production", version=versions[0])
    dataset = make_dataset(client=tenant, prompt=prompt, cases=24)
    passes = {1: lambda case: case > 1, 2: lambda case: case % 2, 3: lambda case: True}
    make_evaluation(
        dataset=dataset, versions=versions, models=[make_model(client=tenant, name="house")],
        passes=lambda case, version, *_: bool(passes[version](case)),
    )  # fmt: skip
    prompt.gate_dataset = dataset
    prompt.save()
    return prompt


def release(prompt, number) -> str:
    return reverse("prompt-release", args=[prompt.pk, number])


def in_production(prompt) -> int:
    return PromptLabel.objects.get(prompt=prompt, name="production").version.number


def test_a_worse_version_is_held_back_with_reasons_and_a_good_one_released(
    browser, prompt, django_assert_max_num_queries
):
    with django_assert_max_num_queries(MOST_OF_THE_GATE):
        page = browser.get(release(prompt, 2)).content.decode()
    assert "The gate holds this version back" in page and "Release version 2<" not in page
    assert browser.post(release(prompt, 2)).status_code == 400
    assert in_production(prompt) == 1
    assert "The gate lets this version through" in browser.get(release(prompt, 3)).content.decode()
    browser.post(release(prompt, 3), {"reason": "Passes all"})
    assert in_production(prompt) == 3
    page = browser.get(release(prompt, 3)).content.decode()
    assert "Version 3 is in production" in page and "Passes all" in page


def test_in_spite_of_the_gate_only_with_a_reason(browser, prompt):
    answer = browser.post(release(prompt, 2), {"override": "1", "reason": "short"})
    assert answer.status_code == 400 and "in 15 to 500 characters" in answer.content.decode()
    browser.post(release(prompt, 2), {"override": "1", "reason": "The customer insists on it today"})
    assert in_production(prompt) == 2 and LabelChange.objects.get().overridden
    assert "in spite of the gate" in browser.get(release(prompt, 2)).content.decode()


def test_a_release_is_rolled_back(browser, prompt):
    browser.post(release(prompt, 1), {})
    for number in (2, 3):
        reason = {"override": "1", "reason": "Because it is the next one"}
        browser.post(release(prompt, number), reason)
    assert browser.post(release(prompt, 3), {"roll_back": "1", "reason": "no"}).status_code == 400
    browser.post(release(prompt, 3), {"roll_back": "1", "reason": "Answers are too long"})
    assert in_production(prompt) == 2


def test_the_gate_is_set_in_per_cent_and_tells_what_cannot_be(browser, prompt):
    address = reverse("prompt-gate", args=[prompt.pk])
    data = {
        "dataset": prompt.gate_dataset_id, "min_pass_rate": "90", "min_cases": "10", "min_validity": "99",
        "max_age_days": "7", "max_regressions": "0", "max_cost": "0.01",
    }  # fmt: skip
    browser.post(address, data)
    prompt.refresh_from_db()
    assert (prompt.gate["min_pass_rate"], prompt.gate["max_regressions"], prompt.gate["max_cost"]) == (0.9, 0, "0.01")
    assert 'value="90' in browser.get(address).content.decode()
    assert browser.post(address, {**data, "min_pass_rate": "190"}).status_code == 400


def test_who_may_not_manage_sees_the_verdict_and_releases_nothing(client, tenant, prompt):
    client.force_login(make_user(role=Role.REVIEWER, client=tenant))
    page = client.get(release(prompt, 3)).content.decode()
    assert "lets this version through" in page and "<form" not in page.split("rl-main")[1]
    assert client.post(release(prompt, 3)).status_code == 403


def test_an_experiment_is_started_looked_at_and_stopped(browser, prompt, django_assert_max_num_queries):
    version = prompt.versions.get(number=3)
    new = reverse("prompt-experiment-new", args=[prompt.pk])
    held = browser.post(new, {"version_b": prompt.versions.get(number=2).pk, "percent_b": "50", "metric": "validity"})
    assert held.status_code == 400 and "The gate holds this version back" in held.content.decode()
    browser.post(new, {"version_b": version.pk, "percent_b": "20", "metric": "validity"})
    experiment = PromptExperiment.objects.get()
    for n in range(6):
        make_run(version=version if n % 2 else experiment.version_a, purpose="production", arm="B" if n % 2 else "A")
    with django_assert_max_num_queries(MOST_QUERIES + 4):
        page = browser.get(reverse("prompt-experiment", args=[experiment.pk])).content.decode()
    assert "Too early to tell" in page and "B answers 20 of 100" in page
    browser.post(reverse("prompt-experiment-stop", args=[experiment.pk]))
    experiment.refresh_from_db()
    assert experiment.status == "stopped"
    with django_assert_max_num_queries(MOST_QUERIES):
        assert "Summaries" in browser.get(reverse("prompt-experiments")).content.decode()


def test_an_alert_is_seen_once(browser, tenant, prompt, manager):
    figures = {"prompt": "summaries", "before": 0.9, "after": 0.7, "version": 1, "metric": "validity"}
    alert = PromptAlert.objects.create(
        client=tenant, prompt=prompt, kind="invalid", key="x", message="Kept", figures=figures
    )
    assert "70.0 of 100" in browser.get(reverse("prompt-alerts")).content.decode()
    browser.post(reverse("prompt-alert-seen", args=[alert.pk]))
    alert.refresh_from_db()
    assert alert.seen_by == manager
    assert f"seen by {manager}" in browser.get(reverse("prompt-alerts")).content.decode()


def test_a_suggestion_shows_its_gain_and_becomes_a_version_when_taken(browser, tenant, prompt, manager):
    version = prompt.versions.get(number=3)
    proposal = {
        "messages": [{"role": "user", "content": "Sum up in two lines:\n{{ call.transcript }}"}],
        "variables": version.variables, "blocks": {}, "parameters": {}, "response_type": "text",
        "response_schema": None, "checks": {},
    }  # fmt: skip
    result = {"says": "better", "gain": 0.2, "low": 0.1, "high": 0.3, "p": 0.01, "n": 12, "before": 0.5, "after": 0.7}
    suggestion = Suggestion.objects.create(
        client=tenant, prompt=prompt, version=version, dataset=prompt.gate_dataset, status="finished",
        model=make_model(client=tenant), proposal=proposal, result=result, method="rewrite", asked_by=manager,
    )  # fmt: skip
    page = browser.get(reverse("prompt-suggestion", args=[suggestion.pk])).content.decode()
    assert "Better on 12 held-out cases" in page and "0.10 to 0.30" in page and "<ins>" in page
    assert "Better on 12" in browser.get(reverse("prompt-suggestions", args=[prompt.pk])).content.decode()
    browser.post(reverse("prompt-suggestion-accept", args=[suggestion.pk]))
    assert prompt.versions.count() == 4 and in_production(prompt) == 1


def test_a_search_with_too_few_held_out_cases_says_so(browser, tenant, prompt):
    data = {
        "version": prompt.versions.get(number=3).pk, "dataset": prompt.gate_dataset_id,
        "model": make_model(client=tenant).pk,
    }  # fmt: skip
    answer = browser.post(reverse("prompt-suggestions", args=[prompt.pk]), data)
    assert answer.status_code == 400 and "held-out cases" in answer.content.decode()


def test_a_bias_check_is_started_watched_stopped_and_read(browser, tenant, prompt):
    data = {
        "version": prompt.versions.get(number=3).pk, "dataset": prompt.gate_dataset_id,
        "model": make_model(client=tenant).pk, "attributes": ["name", "gender"],
    }  # fmt: skip
    browser.post(reverse("prompt-bias", args=[prompt.pk]), data)
    check = BiasCheck.objects.get()
    address = reverse("prompt-bias-check", args=[check.pk])
    assert "hx-get" in browser.get(address).content.decode()
    browser.post(reverse("prompt-bias-check-stop", args=[check.pk]))
    assert "Stopped by a person." in browser.get(address).content.decode()
    row = {
        "attribute": "name", "group": "arabic", "reference": "english", "measure": "score", "n": 24, "before": 0.8,
        "after": 0.6, "difference": -0.2, "low": -0.3, "high": -0.1, "p": 0.001, "p_holm": 0.004, "q": 0.004,
        "bound": 0.05, "says": "different",
    }  # fmt: skip
    BiasCheck.objects.filter(pk=check.pk).update(
        status="finished", result={"differences": [row], "different": 1, "cases": 24, "left_out": {"gender": 2}}
    )
    page = browser.get(address).content.decode()
    assert "1 difference between groups" in page and "Gender: 2 cases could not be varied" in page and "arabic" in page


def test_performance_is_drawn_with_a_table_behind(browser, prompt, django_assert_max_num_queries):
    version = prompt.versions.get(number=1)
    for days in range(5):
        run = make_run(
            version=version, purpose="production", latency_ms=400, accuracy=0.8, relevance=0.9, helpfulness=0.7,
            validity="invalid" if days == 2 else "valid",
        )  # fmt: skip
        type(run).objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(days=days))
    with django_assert_max_num_queries(MOST_QUERIES + 4):
        page = browser.get(reverse("prompt-performance", args=[prompt.pk])).content.decode()
    assert page.count('role="img"') >= 5 and "lowest 0" in page and "400 ms" in page
    empty = make_prompt(client=prompt.client)
    assert "No answer in production" in browser.get(reverse("prompt-performance", args=[empty.pk])).content.decode()
