import pytest

from prompts.models import ExchangeStatus, ModelExchange, Purpose
from prompts.providers.asking import ModelError, Request, ask
from tests.prompts.factories import make_model
from tests.prompts.model_server import ModelServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server():
    with ModelServer() as running:
        yield running


def a_request(**values):
    return Request(**{"messages": [{"role": "user", "content": "Who called?"}], "purpose": Purpose.TRIAL, **values})


def test_an_answer_comes_back_and_stands_in_the_ledger(server):
    model = make_model(url=server.url)
    server.answers(lambda request: f"You asked: {request.text}")
    reply = ask(client=model.client, models=[model], request=a_request())
    assert reply.text == "You asked: Who called?"
    assert server.requests[0].model == model.name
    exchange = ModelExchange.objects.get()
    assert (exchange.status, exchange.input_tokens, exchange.output_tokens) == (ExchangeStatus.OK, 2, 4)


def test_no_model_is_an_error_that_says_so():
    model = make_model()
    with pytest.raises(ModelError) as error:
        ask(client=model.client, models=[], request=a_request())
    assert error.value.kind == "no_model"
