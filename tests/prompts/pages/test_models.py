"""Models and policy: what is connected and how it fares, who may change it, a key that is never shown."""

from datetime import timedelta

import pytest
from django.utils import timezone

from prompts.models import ModelExchange, ModelPolicy, ModelProvider
from tests.prompts.factories import make_model, make_provider
from tests.prompts.model_server import ModelServer

ROOT = "/sales-prompt-engineering/models"
ENDPOINT = {
    "name": "Ours", "base_url": "https://models.example/v1", "key": "sk-hidden", "order": "1", "timeout_seconds": "9",
    "max_attempts": "1", "max_concurrency": "1", "is_enabled": "on",
}  # fmt: skip


def test_an_endpoint_is_connected_and_its_key_never_shown(browser, tenant):
    assert browser.post(f"{ROOT}/endpoints/new", ENDPOINT).status_code == 302
    provider = ModelProvider.objects.get(client=tenant)
    assert provider.sealed_key == "sk-hidden"
    for page in (ROOT, f"{ROOT}/endpoints/{provider.pk}"):
        assert "sk-hidden" not in browser.get(page).content.decode()
    browser.post(f"{ROOT}/endpoints/{provider.pk}", {**ENDPOINT, "key": "", "name": "Theirs"})
    assert ModelProvider.objects.get().sealed_key == "sk-hidden"
    browser.post(f"{ROOT}/endpoints/{provider.pk}", {**ENDPOINT, "key": "", "base_url": "https://other.example/v1"})
    assert ModelProvider.objects.get().sealed_key == ""


def test_a_mistake_is_said_at_its_field(browser, tenant):
    make_provider(client=tenant, name="Ours")
    page = browser.post(f"{ROOT}/endpoints/new", {**ENDPOINT, "base_url": "https://u:p@x.example/v1"}).content.decode()
    assert "must hold no user" in page and "of this name already" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"resting_until": timedelta(minutes=1), "last_error": "Overloaded."}, "resting until"),
        ({"last_error": "Overloaded."}, "failed last time"),
        ({"leaves_house": True}, "not allowed"),
        ({"is_enabled": False}, "switched off"),
        ({}, "ready"),
    ],
)
def test_the_state_of_an_endpoint_is_said(browser, tenant, values, said):
    if "resting_until" in values:
        values = {**values, "resting_until": timezone.now() + values["resting_until"]}
    make_provider(client=tenant, **values)
    assert said in browser.get(ROOT).content.decode()


def test_spending_stands_against_the_budget(browser, tenant):
    ModelPolicy.objects.create(client=tenant, monthly_budget="10")
    model = make_model(client=tenant)
    ModelExchange.objects.create(
        client=tenant, model=model, model_name="m", purpose="trial", request_hash="x", cost="8.5"
    )
    page = browser.get(ROOT).content.decode()
    assert "8.50 USD" in page and "of 10.00 USD" in page and "85 per cent of the budget" in page and "is-near" in page


def test_the_policy_is_saved(browser, tenant):
    browser.post(ROOT, {"may_leave_house": "on", "currency": "EUR", "monthly_budget": "20"})
    policy = ModelPolicy.objects.get(client=tenant)
    assert policy.may_leave_house and not policy.redacted_only and policy.currency == "EUR"


def test_the_connection_is_checked_by_asking(browser, tenant):
    provider = make_provider(client=tenant, base_url="http://127.0.0.1:9/v1")
    assert "inline-error" in browser.post(f"{ROOT}/endpoints/{provider.pk}/check").content.decode()
    with ModelServer() as server:
        provider.base_url = server.url
        provider.save()
        assert "It answers" in browser.post(f"{ROOT}/endpoints/{provider.pk}/check").content.decode()


def test_who_only_reads_sees_and_changes_nothing(reader, tenant):
    provider = make_provider(client=tenant)
    assert reader.get(ROOT).status_code == 200
    assert reader.post(ROOT, {"currency": "EUR"}).status_code == 403
    assert reader.get(f"{ROOT}/endpoints/{provider.pk}").status_code == 403


def test_the_page_asks_the_database_a_constant_number_of_times(browser, tenant, django_assert_max_num_queries):
    for _ in range(4):
        make_model(client=tenant)
    with django_assert_max_num_queries(12):
        browser.get(ROOT)
