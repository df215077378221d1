import threading
import time
from decimal import Decimal

import pytest

from prompts.models import ExchangeStatus, ModelExchange
from prompts.providers.asking import ErrorKind, ModelError, ask
from tests.factories import make_client
from tests.prompts import model_server as faults
from tests.prompts.factories import make_model, make_policy, make_provider

pytestmark = pytest.mark.django_db
PRICES = {"input_price": Decimal(100_000), "output_price": Decimal(200_000)}  # a token costs 0.1 and 0.2


def refused(model, request, **values):
    with pytest.raises(ModelError) as caught:
        ask(client=model.client, models=[model], request=request, **values)
    return caught.value


def test_an_answer_comes_back_and_stands_in_the_ledger(server, ask_for):
    model = make_model(url=server.url, **PRICES)
    server.answers(lambda request: f"You asked: {request.text}")
    reply = ask(client=model.client, models=[model], request=ask_for(parameters={"temperature": 0.2, "tools": []}))
    assert (reply.text, reply.cost, reply.finish_reason) == ("You asked: Who called?", Decimal(1), "stop")
    assert server.requests[0].model == model.name
    assert {**server.requests[0].body, "messages": 0} == {
        "model": model.name, "messages": 0, "temperature": 0.2, "max_tokens": model.max_output_tokens,
    }  # fmt: skip
    exchange = ModelExchange.objects.get()
    assert (exchange.status, exchange.input_tokens, exchange.output_tokens) == (ExchangeStatus.OK, 2, 4)
    assert (exchange.cost, exchange.attempts, exchange.expires_at, exchange.answer) == (Decimal(1), 1, None, "")


def test_no_model_is_an_error_that_says_so():
    with pytest.raises(ModelError) as error:
        ask(client=make_client(), models=[], request=None)
    assert (error.value.kind, error.value.permanent) == (ErrorKind.NO_MODEL, True)


@pytest.mark.parametrize(
    ("answer", "kind", "permanent"),
    [
        (faults.too_many(), ErrorKind.RATE_LIMITED, False),
        (faults.too_many(retry_after=99), ErrorKind.RATE_LIMITED, False),
        (faults.server_error(), ErrorKind.SERVER_ERROR, False),
        (faults.server_error(503), ErrorKind.SERVER_ERROR, False),
        (faults.invalid_json(), ErrorKind.SERVER_ERROR, False),
        (faults.not_a_completion(), ErrorKind.SERVER_ERROR, False),
        (faults.truncated(), ErrorKind.TRUNCATED, False),
        (faults.dropped(), ErrorKind.TRUNCATED, False),
        (faults.wrong_model(), ErrorKind.WRONG_MODEL, True),
        (faults.refused_key(), ErrorKind.REFUSED_KEY, True),
        (faults.bad_request(), ErrorKind.BAD_REQUEST, True),
        (faults.too_long_a_question(), ErrorKind.TOO_LONG, True),
        (faults.huge(1_000_000), ErrorKind.TOO_LONG, True),
        (faults.redirect("http://169.254.169.254/latest"), ErrorKind.PRIVATE_ADDRESS, True),
        (faults.redirect("/elsewhere"), ErrorKind.NOT_ALLOWED, True),
        (faults.hang(5), ErrorKind.TIMEOUT, False),
    ],
    ids=lambda value: getattr(value, "value", None),
)
@pytest.mark.parametrize("streamed", [False, True])
def test_each_fault_ends_in_a_clear_state(server, ask_for, settings, answer, kind, permanent, streamed):
    settings.MODEL_MAX_ANSWER_BYTES = 500_000
    provider = make_provider(url=server.url, timeout_seconds=1 if kind is ErrorKind.TIMEOUT else 10)
    model = make_model(provider=provider)
    server.answers(answer)
    error = refused(model, ask_for(key="k"), on_text=(lambda piece: None) if streamed else None)
    assert (error.kind, error.permanent) == (kind, permanent)
    assert error.message.endswith((".", ")"))
    exchange = ModelExchange.objects.get()
    assert (exchange.status, exchange.error_kind) == (ExchangeStatus.FAILED, kind)
    assert error.exchange == exchange
    server.answers("Better.")
    provider.refresh_from_db()
    provider.resting_until = None
    provider.save()
    assert ask(client=model.client, models=[model], request=ask_for(key="k")).text == "Better."  # the key is free


def test_an_endpoint_that_is_down_is_unreachable_and_costs_nothing(ask_for, settings):
    settings.MODEL_PRIVATE_HOSTS = ["127.0.0.1"]
    model = make_model(url="http://127.0.0.1:9/v1", **PRICES)
    error = refused(model, ask_for())
    assert (error.kind, error.permanent) == (ErrorKind.UNREACHABLE, False)
    assert ModelExchange.objects.get().cost == 0


@pytest.mark.usefixtures("quick_retries")
def test_a_passing_fault_is_tried_again_with_the_same_repeat_key(server, ask_for):
    model = make_model(provider=make_provider(url=server.url, max_attempts=3))
    server.answers(faults.server_error(), faults.invalid_json(), "At last.")
    assert ask(client=model.client, models=[model], request=ask_for()).text == "At last."
    exchange = ModelExchange.objects.get()
    assert exchange.attempts == 3
    assert {row.headers["idempotency-key"] for row in server.requests} == {str(exchange.pk)}


@pytest.mark.usefixtures("quick_retries")
def test_a_lasting_fault_is_not_tried_again(server, ask_for):
    model = make_model(provider=make_provider(url=server.url, max_attempts=3))
    server.answers(faults.refused_key())
    refused(model, ask_for())
    assert len(server.requests) == 1


@pytest.mark.usefixtures("quick_retries")
def test_retry_after_is_waited_for(server, ask_for):
    model = make_model(provider=make_provider(url=server.url, max_attempts=2))
    server.answers(faults.too_many(retry_after=0.4), "Now.")
    assert ask(client=model.client, models=[model], request=ask_for()).text == "Now."
    first, second = server.requests
    assert second.at - first.at >= 0.4


def test_the_next_model_answers_when_the_first_does_not(server, ask_for):
    down = make_model(url="http://127.0.0.1:9/v1")
    up = make_model(provider=make_provider(client=down.client, url=server.url))
    reply = ask(client=down.client, models=[down, up], request=ask_for(key="k"))
    assert reply.model == up
    statuses = ModelExchange.objects.order_by("created_at").values_list("status", flat=True)
    assert list(statuses)[-1] == ExchangeStatus.OK


def test_of_several_errors_the_one_that_may_pass_is_told(server, ask_for):
    server.answers(faults.refused_key(), faults.server_error())
    first = make_model(url=server.url)
    second = make_model(provider=make_provider(client=first.client, url=server.url))
    with pytest.raises(ModelError) as error:
        ask(client=first.client, models=[first, second], request=ask_for())
    assert error.value.kind is ErrorKind.SERVER_ERROR


def test_a_stream_arrives_piece_by_piece_with_its_tokens(server, ask_for):
    model, pieces = make_model(url=server.url, **PRICES), []
    server.answers("One two three.")
    reply = ask(client=model.client, models=[model], request=ask_for(), on_text=pieces.append)
    assert (pieces, reply.text) == (["One ", "two ", "three."], "One two three.")
    assert (reply.cost, reply.first_token_ms is not None) == (Decimal("0.8"), True)
    assert server.requests[0].body["stream_options"] == {"include_usage": True}


def test_tokens_that_nobody_counted_are_guessed(server, ask_for):
    model = make_model(url=server.url, **PRICES)
    server.answers(faults.Answer("Twelve bytes", usage=False))
    reply = ask(client=model.client, models=[model], request=ask_for())
    assert (reply.output_tokens, reply.input_tokens) == (3, 3 + 8)


@pytest.mark.usefixtures("quick_retries")
def test_after_text_was_handed_on_nobody_else_is_asked(server, ask_for):
    model = make_model(provider=make_provider(url=server.url, max_attempts=3))
    other = make_model(provider=make_provider(client=model.client, url=server.url))
    server.answers(faults.truncated())
    with pytest.raises(ModelError) as error:
        ask(client=model.client, models=[model, other], request=ask_for(), on_text=lambda piece: None)
    assert (error.value.kind, len(server.requests)) == (ErrorKind.TRUNCATED, 1)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_cancelled_request_ends_at_once_and_is_entered(server, ask_for, streamed):
    model = make_model(url=server.url, **PRICES)
    server.answers(faults.Answer("a b c d e f g h i j", delay=0 if streamed else 8, pause=0.5))
    asked = threading.Event()
    started = time.monotonic()
    error = refused(
        model, ask_for(), cancelled=lambda: bool(server.requests) or asked.is_set(),
        on_text=(lambda piece: None) if streamed else None,
    )  # fmt: skip
    assert error.kind is ErrorKind.CANCELLED
    assert time.monotonic() - started < 5
    exchange = ModelExchange.objects.get()
    assert exchange.status == ExchangeStatus.CANCELLED
    assert exchange.cost > 0  # the endpoint had the question


def test_a_consumer_that_breaks_leaves_no_reservation(server, ask_for):
    model = make_model(url=server.url)

    def broken(piece):
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        ask(client=model.client, models=[model], request=ask_for(), on_text=broken)
    assert ModelExchange.objects.get().status == ExchangeStatus.CANCELLED


def test_a_schema_is_sent_where_the_model_takes_one(server, ask_for):
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "required": ["a"],
        "additionalProperties": False,
    }
    model = make_model(url=server.url)
    ask(client=model.client, models=[model], request=ask_for(schema=schema))
    sent = server.requests[0].body["response_format"]["json_schema"]
    assert (sent["schema"], sent["strict"]) == (schema, True)
    model.takes_schema = False
    ask(client=model.client, models=[model], request=ask_for(schema=schema))
    assert "response_format" not in server.requests[1].body


def test_a_model_that_names_its_limit_otherwise_is_asked_as_it_wants(server, ask_for):
    said = b'{"error": {"code": "unsupported_parameter", "param": "max_tokens"}}'
    server.answers(lambda row: faults.Answer(status=400, raw=said) if "max_tokens" in row.body else "Yes.")
    model = make_model(url=server.url)
    assert ask(client=model.client, models=[model], request=ask_for()).text == "Yes."
    assert server.requests[1].body["max_completion_tokens"] == model.max_output_tokens


def test_texts_do_not_leave_the_house_unless_the_policy_says_so(server, ask_for):
    model = make_model(provider=make_provider(url=server.url, leaves_house=True))
    assert refused(model, ask_for()).kind is ErrorKind.NOT_ALLOWED
    assert server.requests == []
    make_policy(client=model.client, may_leave_house=True)
    assert ask(client=model.client, models=[model], request=ask_for()).text == "OK"


def test_what_is_switched_off_or_another_clients_is_not_asked(server, ask_for):
    model = make_model(url=server.url, is_enabled=False)
    assert refused(model, ask_for()).kind is ErrorKind.NOT_ALLOWED
    foreign = make_model(url=server.url)
    with pytest.raises(ModelError) as error:
        ask(client=make_client(), models=[foreign], request=ask_for())
    assert error.value.kind is ErrorKind.NOT_ALLOWED
    assert server.requests == []


def test_the_same_key_is_answered_and_paid_once(server, ask_for):
    model = make_model(url=server.url, **PRICES)
    first = ask(client=model.client, models=[model], request=ask_for(key="call-1"))
    pieces = []
    again = ask(client=model.client, models=[model], request=ask_for(key="call-1"), on_text=pieces.append)
    assert (again.text, again.repeated, again.exchange, pieces) == (first.text, True, first.exchange, ["OK"])
    assert len(server.requests) == ModelExchange.objects.count() == 1


def test_the_same_question_is_remembered_where_it_may_be(server, ask_for):
    model = make_model(url=server.url, **PRICES)
    ask(client=model.client, models=[model], request=ask_for(cacheable=True))
    again = ask(client=model.client, models=[model], request=ask_for(cacheable=True, key="k"))
    assert (again.text, again.from_cache, again.cost) == ("OK", True, 0)
    assert len(server.requests) == 1
    ask(client=model.client, models=[model], request=ask_for(cacheable=True, parameters={"temperature": 1}))
    ask(client=model.client, models=[model], request=ask_for())
    assert len(server.requests) == 3


def test_a_question_is_remembered_for_its_own_client_alone(server, ask_for):
    for _number in range(2):
        model = make_model(url=server.url, name="same")
        ask(client=model.client, models=[model], request=ask_for(cacheable=True))
    assert len(server.requests) == 2
