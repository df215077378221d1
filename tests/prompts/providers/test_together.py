"""Several threads and processes at once, and one that is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from prompts.models import ExchangeStatus, ModelExchange
from prompts.providers import ledger
from prompts.providers.asking import ErrorKind, ModelError, ask
from tests.prompts.factories import make_model, make_policy, make_provider
from tests.prompts.model_server import hang, slow

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(number, work):
    """What `work(i)` returned or raised as ModelError, in `number` threads at once."""
    barrier = threading.Barrier(number)

    def run(index):
        barrier.wait()
        try:
            return work(index)
        except ModelError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_budgets_hold_when_many_ask_at_once(server, ask_for):
    model = make_model(url=server.url, output_price=Decimal(100_000), max_output_tokens=10)  # at most 1 a request
    policy = make_policy(client=model.client, monthly_budget=Decimal("2.5"))
    server.answers("one two three four five six seven eight nine ten")  # exactly 1
    results = in_threads(6, lambda _index: ask(client=model.client, models=[model], request=ask_for()))
    answered = [row for row in results if not isinstance(row, ModelError)]
    assert len(answered) == len(server.requests) == 2
    assert {row.kind for row in results if isinstance(row, ModelError)} == {ErrorKind.BUDGET}
    assert sum(row.cost for row in ModelExchange.objects.all()) <= policy.monthly_budget


def test_one_key_asked_by_many_is_sent_once(server, ask_for):
    model = make_model(url=server.url)
    server.answers(slow("Once.", 0.3))
    results = in_threads(4, lambda _index: ask(client=model.client, models=[model], request=ask_for(key="same")))
    assert [row.text for row in results] == ["Once."] * 4
    assert len(server.requests) == ModelExchange.objects.count() == 1


def test_a_provider_gets_no_more_at_once_than_it_may(server, ask_for):
    model = make_model(provider=make_provider(url=server.url, max_concurrency=2))
    server.answers(slow("Yes.", 0.1))
    in_threads(6, lambda _index: ask(client=model.client, models=[model], request=ask_for()))
    assert server.peak == 2


def test_what_other_processes_have_under_way_counts(server, ask_for):
    model = make_model(provider=make_provider(url=server.url, max_concurrency=1))
    theirs = ledger.reserve(client=model.client, model=model, request=ask_for(), patience=1).exchange
    with pytest.raises(ledger.BusyError):
        ledger.reserve(client=model.client, model=model, request=ask_for(), patience=1)
    ModelExchange.objects.filter(pk=theirs.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ask(client=model.client, models=[model], request=ask_for()).text == "OK"


def _same_server(url, database):
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


SCRIPT = """
import sys, django
django.setup()
from django.conf import settings
settings.MODEL_PRIVATE_HOSTS = [sys.argv[2]]
from prompts.models import LanguageModel
from prompts.providers.asking import Request, ask
model = LanguageModel.objects.get(pk=sys.argv[1])
request = Request(messages=[{"role": "user", "content": "Hello"}], purpose="trial", key="killed")
ask(client=model.client, models=[model], request=request)
"""


@pytest.fixture
def killed(server, ask_for):
    """A process took the key, sent its request, and was killed before the answer came."""
    model = make_model(url=server.url, output_price=Decimal(100_000), max_output_tokens=10)
    server.answers(hang(60), "Here.")
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else _same_server(os.environ["DATABASE_URL"], name)
    command = [sys.executable, "-c", SCRIPT, str(model.pk), server.host]
    process = subprocess.Popen(
        command, env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "salesiq.settings"},
        cwd=settings.BASE_DIR, stderr=subprocess.PIPE,
    )  # fmt: skip
    while not server.requests and process.poll() is None:
        time.sleep(0.02)
    assert process.poll() is None, process.stderr.read().decode()[-500:]
    process.send_signal(signal.SIGKILL)
    process.wait()
    return model


def test_a_process_killed_between_sending_and_settling_neither_charges_twice_nor_keeps_the_key(server, killed, ask_for):
    row = ModelExchange.objects.get()
    assert (row.status, row.cost) == (ExchangeStatus.RESERVED, Decimal(1))  # counted at its worst meanwhile
    request = ask_for(key="killed")
    with pytest.raises(ledger.BusyError):  # it might still be alive
        ledger.reserve(client=killed.client, model=killed, request=request, patience=1)
    ModelExchange.objects.update(expires_at=timezone.now() - timedelta(seconds=1))  # its time has passed
    reply = ask(client=killed.client, models=[killed], request=request)
    row = ModelExchange.objects.get()
    assert (reply.text, row.status, row.cost, row.attempts) == ("Here.", ExchangeStatus.OK, Decimal("0.1"), 2)
    first, second = server.requests
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]  # so that an endpoint can tell
    assert ask(client=killed.client, models=[killed], request=request).repeated
    assert len(server.requests) == 2


def test_what_a_dead_process_left_is_closed_and_its_key_can_be_asked_again(server, ask_for):
    model = make_model(url=server.url, output_price=Decimal(100_000), max_output_tokens=10)
    ledger.reserve(client=model.client, model=model, request=ask_for(key="lost"), patience=1)
    assert ledger.close_lost() == 0
    ModelExchange.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ledger.close_lost() == 1
    row = ModelExchange.objects.get()
    assert (row.status, row.error_kind, row.cost) == (ExchangeStatus.FAILED, ledger.LOST, Decimal(1))
    ask(client=model.client, models=[model], request=ask_for(key="lost"))
    assert ModelExchange.objects.get().cost == Decimal("0.1")


def test_an_answer_that_comes_after_the_key_was_taken_over_is_counted_and_changes_nothing(server, ask_for):
    model = make_model(url=server.url, output_price=Decimal(100_000), max_output_tokens=10)
    request = ask_for(key="late")
    late = ledger.reserve(client=model.client, model=model, request=request, patience=1).exchange
    ModelExchange.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    ask(client=model.client, models=[model], request=request)
    answer = ledger.Answer(text="Late", finish_reason="stop", input_tokens=1, output_tokens=4, counted=True)
    row = ledger.settle(late, model=model, request=request, answer=answer, worst=Decimal(1), latency_ms=1)
    assert (row.answer, row.cost) == ("OK", Decimal("0.5"))  # both were asked, and the endpoint billed both
