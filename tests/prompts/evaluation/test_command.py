"""`manage.py evaluate_prompt`: figures on stdout, and an exit status that CI can act on."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from prompts.models import Evaluation, Prompt
from tests.prompts.evaluation.world import make_evaluation
from tests.prompts.model_server import ModelServer, refused_key

pytestmark = pytest.mark.django_db(transaction=True)


def evaluate(prompt: Prompt, *arguments):
    """(stdout, stderr, exit status)."""
    out, err, status = StringIO(), StringIO(), 0
    words = [prompt.name, "--dataset", f"cases-{prompt.name}", "--client", prompt.client.slug, *arguments]
    try:
        call_command("evaluate_prompt", *words, stdout=out, stderr=err)
    except SystemExit as ended:
        status = int(ended.code or 0)
    except CommandError as error:
        err.write(str(error))
        status = error.returncode
    return out.getvalue(), err.getvalue(), status


@pytest.fixture
def server():
    with ModelServer() as server:
        server.answers("Yes.")
        yield server


@pytest.fixture
def prompt(server):
    return make_evaluation(server, cases=2).prompt


def test_a_version_as_good_as_production_ends_with_0_and_its_figures(prompt):
    out, err, status = evaluate(prompt, "--versions", "1,2", "--json")
    told = json.loads(out)
    assert (status, told["status"], told["regressions"]) == (0, "finished", [])
    assert [arm["pass_rate"]["value"] for arm in told["arms"]] == [1.0, 1.0]
    assert err.startswith("4 questions, about")


def test_a_case_that_production_passes_and_the_version_does_not_ends_with_1(prompt, server):
    server.answers(lambda request: "No." if "politely" in request.text else "Yes.")
    out, _err, status = evaluate(prompt, "--versions", "1,2")
    assert status == 1 and "version 2" in out
    assert evaluate(prompt, "--versions", "1,2", "--max-lost", "2")[2] == 0
    assert evaluate(prompt, "--versions", "2", "--max-lost", "2", "--min-pass-rate", "0.5")[2] == 1


def test_what_cannot_be_evaluated_ends_with_2_and_says_what_is_known(prompt):
    before = Evaluation.objects.count()
    for arguments, said in (
        (["--versions", "1,x"], "1,x"),
        (["--versions", "9"], "Known: 1, 2"),
        (["--models", "gpt-none"], "gpt-none"),
    ):
        _out, err, status = evaluate(prompt, *arguments)
        assert said in err and status == 2, arguments
    assert Evaluation.objects.count() == before


def test_an_endpoint_that_refuses_the_key_is_no_regression_but_no_good_either(prompt, server):
    server.answers(refused_key())
    _out, _err, status = evaluate(prompt, "--versions", "1")
    assert status == 3
