from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from prompts.models import ExchangeStatus, ModelExchange, ModelProvider
from prompts.providers import breaker, ledger
from prompts.providers.asking import ErrorKind, ModelError, ask
from prompts.providers.limits import wait_of
from prompts.providers.pricing import cost_of, most_input_tokens
from tests.prompts import model_server as faults
from tests.prompts.factories import make_model, make_policy, make_prompt, make_provider

START = datetime(2026, 11, 26, tzinfo=UTC)


def refused(model, request):
    with pytest.raises(ModelError) as caught:
        ask(client=model.client, models=[model], request=request)
    return caught.value


@given(st.integers(1, 120), st.lists(st.floats(0, 30), max_size=200))
def test_no_minute_sees_more_than_its_requests(per_minute, gaps):
    now, mark, sent = START, None, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        wait, after = wait_of(next_at=mark, per_minute=per_minute, now=now)
        if wait == 0:
            mark = after
            sent.append(now)
    for first in sent:
        assert sum(first <= row < first + timedelta(seconds=60) for row in sent) <= per_minute


@given(st.integers(1, 120))
def test_a_steady_sender_gets_nearly_all_of_its_minute(per_minute):
    now, mark = START, None
    for _number in range(per_minute):
        wait, mark = wait_of(next_at=mark, per_minute=per_minute, now=now)
        now += timedelta(seconds=wait)
    assert (now - START).total_seconds() <= 60


@pytest.mark.django_db
class TestRequestsAMinute:
    def test_a_turn_that_is_near_is_waited_for_and_one_that_is_far_is_refused(self, server, ask_for):
        provider = make_provider(url=server.url, requests_per_minute=1, timeout_seconds=2)
        model = make_model(provider=provider)
        ask(client=model.client, models=[model], request=ask_for())
        error = refused(model, ask_for())
        assert (error.kind, error.permanent) == (ErrorKind.RATE_LIMITED, False)
        assert 50 < error.retry_after <= 60
        soon = timezone.now() + timedelta(seconds=0.3)
        ModelProvider.objects.filter(pk=provider.pk).update(next_request_at=soon)
        ask(client=model.client, models=[model], request=ask_for())
        assert timezone.now() >= soon
        assert ModelExchange.objects.filter(status=ExchangeStatus.OK).count() == 2

    def test_the_client_has_a_limit_of_its_own(self, server, ask_for):
        model = make_model(url=server.url)
        make_policy(client=model.client, requests_per_minute=1)
        ask(client=model.client, models=[model], request=ask_for())
        assert refused(model, ask_for()).kind is ErrorKind.RATE_LIMITED


@pytest.mark.django_db
class TestBudgets:
    @pytest.fixture
    def model(self, server):
        return make_model(url=server.url, output_price=Decimal(100_000), max_output_tokens=10)  # at most 1 a request

    def test_a_request_that_could_exceed_the_month_is_not_sent(self, server, model, ask_for):
        make_policy(client=model.client, monthly_budget=Decimal("1.05"))
        ask(client=model.client, models=[model], request=ask_for())  # "OK": 0.1
        assert refused(model, ask_for()).kind is ErrorKind.BUDGET
        assert len(server.requests) == 1

    def test_what_is_under_way_counts_at_its_worst(self, model, ask_for):
        make_policy(client=model.client, monthly_budget=Decimal("1.5"))
        ledger.reserve(client=model.client, model=model, request=ask_for(), patience=1)
        assert refused(model, ask_for()).kind is ErrorKind.BUDGET

    def test_a_prompt_has_a_budget_of_its_own(self, model, ask_for):
        prompt = make_prompt(client=model.client, monthly_budget=Decimal(1))
        ask(client=model.client, models=[model], request=ask_for(prompt=prompt))
        error = refused(model, ask_for(prompt=prompt))
        assert (error.kind, prompt.name in error.message) == (ErrorKind.BUDGET, True)
        ask(client=model.client, models=[model], request=ask_for())

    def test_last_month_is_another_budget(self, model, ask_for):
        make_policy(client=model.client, monthly_budget=Decimal(1))
        ask(client=model.client, models=[model], request=ask_for())
        ModelExchange.objects.update(created_at=timezone.now() - timedelta(days=32))
        ask(client=model.client, models=[model], request=ask_for())

    def test_two_currencies_are_not_added(self, model, ask_for):
        make_policy(client=model.client, monthly_budget=Decimal(100), currency="EUR")
        assert refused(model, ask_for()).kind is ErrorKind.BUDGET

    def test_what_costs_nothing_is_asked_with_an_empty_budget(self, server, ask_for):
        free = make_model(url=server.url)
        make_policy(client=free.client, monthly_budget=Decimal(0))
        assert ask(client=free.client, models=[free], request=ask_for()).cost == 0

    def test_a_failed_request_that_may_be_billed_stays_counted(self, server, model, ask_for):
        server.answers(faults.truncated())
        refused(model, ask_for())
        assert ModelExchange.objects.get().cost == Decimal(1)
        server.answers(faults.server_error())
        refused(model, ask_for())
        assert ModelExchange.objects.order_by("-created_at").first().cost == 0


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_costs_are_exact_and_cached_input_is_cheaper(inputs, cached, outputs):
    prices = {"input_price": Decimal("2.5"), "cached_input_price": Decimal("1.25"), "output_price": Decimal(10)}
    model = type("Model", (), prices)
    cost = cost_of(model=model, input_tokens=inputs, cached_tokens=cached, output_tokens=outputs)
    read = min(cached, inputs)
    exact = ((inputs - read) * Decimal("2.5") + read * Decimal("1.25") + outputs * 10) / 1_000_000
    assert exact <= cost <= exact + Decimal("0.00000001")


@given(st.text(max_size=300))
def test_no_tokeniser_finds_more_tokens_than_we_reserve(text):
    from prompts.providers.asking import Request

    request = Request(messages=[{"role": "user", "content": text}], purpose="trial")
    assert most_input_tokens(request) >= len(text.encode("utf-8", "replace"))


@pytest.mark.django_db
class TestBreaker:
    @pytest.fixture
    def down(self):
        return make_model(provider=make_provider(timeout_seconds=2))

    @pytest.fixture
    def tired(self, server, ask_for):
        model = make_model(provider=make_provider(url=server.url))
        server.answers(faults.server_error())
        for _number in range(breaker.FAILURES):
            refused(model, ask_for())
        server.forget()
        return model

    def test_after_failures_in_a_row_nobody_asks_and_the_next_model_answers(self, server, tired, ask_for):
        error = refused(tired, ask_for())
        assert (error.kind, error.permanent, server.requests) == (ErrorKind.UNREACHABLE, False, [])
        assert 0 < error.retry_after <= breaker.REST_SECONDS
        server.answers("Fine.")
        other = make_model(provider=make_provider(client=tired.client, url=server.url))
        assert ask(client=tired.client, models=[tired, other], request=ask_for()).model == other

    def test_after_its_rest_one_request_tries_and_its_answer_frees_all(self, server, tired, ask_for):
        row = ModelProvider.objects.filter(pk=tired.provider_id)
        row.update(resting_until=timezone.now() - timedelta(seconds=1))
        breaker.check_awake(tired.provider)  # this one may try
        with pytest.raises(ModelError):
            breaker.check_awake(tired.provider)  # the others wait for it
        row.update(resting_until=timezone.now() - timedelta(seconds=1))
        server.answers("Back.")
        assert ask(client=tired.client, models=[tired], request=ask_for()).text == "Back."
        tired.provider.refresh_from_db()
        assert (tired.provider.failures, tired.provider.resting_until, tired.provider.last_error) == (0, None, "")

    def test_it_rests_longer_each_time(self, tired):
        error = ModelError(ErrorKind.TIMEOUT, "The endpoint took too long.")
        breaker.note_failure(tired.provider, error)
        tired.provider.refresh_from_db()
        assert tired.provider.resting_until > timezone.now() + timedelta(seconds=breaker.REST_SECONDS)

    def test_a_refused_request_says_nothing_about_the_endpoint(self, server, ask_for):
        model = make_model(url=server.url)
        server.answers(faults.bad_request())
        for _number in range(breaker.FAILURES + 1):
            refused(model, ask_for())
        model.provider.refresh_from_db()
        assert model.provider.resting_until is None

    def test_a_long_retry_after_is_kept_by_all_and_told(self, server, ask_for):
        model = make_model(url=server.url)
        server.answers(faults.too_many(retry_after=60), "Too early.")
        assert refused(model, ask_for()).retry_after == 60
        error = refused(model, ask_for())
        assert (error.kind, len(server.requests)) == (ErrorKind.RATE_LIMITED, 1)
