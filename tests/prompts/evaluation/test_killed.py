"""A matrix killed by SIGKILL goes on, and nothing that was answered is asked or paid again."""

import os
import signal
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from prompts.models import (
    Dataset,
    DatasetCase,
    Evaluation,
    EvaluationCell,
    ExchangeStatus,
    LanguageModel,
    ModelExchange,
    ModelProvider,
    Prompt,
    PromptVersion,
)
from salesiq.jobs.models import Job
from salesiq.people.models import Client
from tests.prompts.model_server import ModelServer, slow

CASES = 8


@pytest.fixture
def server():
    with ModelServer() as server:
        server.answers(slow("Yes.", 0.4))
        yield server


def rows_of(installation, server):
    """A prompt of one version, a model that takes two questions at once, and eight cases."""
    made = installation.objects
    client = made(Client).create(name="Ours", slug="ours")
    provider = made(ModelProvider).create(
        client=client, name="Loopback", base_url=server.url, leaves_house=False, max_concurrency=2, timeout_seconds=10
    )
    made(LanguageModel).create(client=client, provider=provider, name="m", output_price=Decimal(1000))
    prompt = made(Prompt).create(client=client, name="yes-or-no", title="Yes or no")
    made(PromptVersion).create(
        client=client, prompt=prompt, number=1, messages=[{"role": "user", "content": "{{ question }}"}],
        variables=[{"name": "question", "type": "text"}], content_hash="1" * 64,
    )  # fmt: skip
    dataset = made(Dataset).create(client=client, name="cases", prompt=prompt)
    for n in range(1, CASES + 1):
        made(DatasetCase).create(
            client=client, dataset=dataset, position=n, variables={"question": f"case {n}"},
            assertions=[{"kind": "contains", "value": "yes"}],
        )  # fmt: skip


def command(*more):
    return ("evaluate_prompt", "yes-or-no", "--dataset", "cases", "--json", *more)


def test_a_matrix_killed_in_the_middle_is_finished_without_asking_an_answered_cell_again(installation, server):
    installation.env["SALESIQ_MODEL_PRIVATE_HOSTS"] = server.host
    rows_of(installation, server)
    process = installation.spawn(*command())
    until = time.monotonic() + 60
    while installation.objects(EvaluationCell).count() < 3 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
    written = installation.objects(EvaluationCell).count()
    assert 3 <= written < CASES, installation.log()
    under_way = installation.objects(ModelExchange).filter(status=ExchangeStatus.RESERVED)
    lost = under_way.count()
    assert lost <= 2
    # What was under way counts as alive until its deadline; the clock is put forward instead of waiting for it.
    under_way.update(expires_at=timezone.now() - timedelta(seconds=1))
    asked_before = len(server.requests)

    evaluation = installation.objects(Evaluation).get()
    installation.manage("shell", "-v", "0", "-c", (
        "from prompts.models import Evaluation\n"
        "from prompts.evaluation.services import run_evaluation_here\n"
        "from salesiq.jobs.services import reap_jobs\n"
        "reap_jobs()\n"
        "run_evaluation_here(evaluation=Evaluation.objects.get())"
    ))  # fmt: skip

    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.done) == ("finished", CASES), evaluation.error
    assert installation.objects(EvaluationCell).count() == CASES
    questions = [request.text for request in server.requests]
    assert len(set(questions)) == CASES
    assert len(questions) - CASES <= lost  # only what never came back was asked twice
    assert len(server.requests) - asked_before <= CASES - written
    answered = installation.objects(ModelExchange).filter(status=ExchangeStatus.OK)
    assert answered.count() == CASES and len(set(answered.values_list("key", flat=True))) == CASES
    assert evaluation.cost == CASES * Decimal("0.001")
    assert installation.objects(Job).filter(status="succeeded").count() >= 1
