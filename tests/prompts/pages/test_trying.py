"""The playground: a version asked of a real endpoint, its answer streamed, judged, kept as a case."""

import json

import pytest

from prompts.models import Dataset, DatasetCase, HumanRating, PromptRun
from tests.prompts.factories import make_model, make_prompt, make_provider, make_run, make_version
from tests.prompts.model_server import ModelServer

ROOT = "/sales-prompt-engineering"
ASKED = {"version": "1", "value-call.transcript": "agent: Hello.\ncustomer: What does it cost?"}


def events(response):
    """[(name, data)] of a stream."""
    parts = b"".join(response.streaming_content).decode().split("\n\n")
    return [(p.split("\n")[0][7:], json.loads(p.split("\ndata: ", 1)[1])) for p in parts if p.startswith("event: ")]


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_streamed_and_then_shown_with_what_it_cost(browser, tenant):
    prompt = make_prompt(client=tenant)
    with ModelServer() as server:
        server.answers("They asked for the price.")
        model = make_model(provider=make_provider(client=tenant, base_url=server.url))
        told = events(browser.post(f"{ROOT}/{prompt.pk}/try/run", {**ASKED, "model": str(model.pk)}))
    run = PromptRun.objects.get()
    assert "".join(data for name, data in told if name == "text") == run.answer == "They asked for the price."
    assert told[-1][0] == "done" and "Good answer" in told[-1][1] and run.purpose == "trial"


@pytest.mark.django_db(transaction=True)
def test_why_an_answer_is_asked_for_again_is_said_in_words(browser, tenant):
    prompt = make_prompt(client=tenant, messages=())
    make_version(prompt=prompt, response_type="score")
    with ModelServer() as server:
        server.answers("Good.", "4")
        make_model(provider=make_provider(client=tenant, base_url=server.url))
        told = dict(events(browser.post(f"{ROOT}/{prompt.pk}/try/run", ASKED)))
    assert told["repair"] and "AnswerProblem" not in str(told["repair"])
    assert PromptRun.objects.get().validity == "repaired"


@pytest.mark.django_db(transaction=True)
def test_what_is_missing_is_said_and_nothing_is_asked(browser, tenant):
    prompt = make_prompt(client=tenant)
    ((name, html),) = events(browser.post(f"{ROOT}/{prompt.pk}/try/run", {"version": "1"}))
    assert name == "done" and "call.transcript" in html and not PromptRun.objects.exists()


def test_the_fields_are_those_of_the_chosen_versions(browser, tenant):
    prompt = make_prompt(client=tenant)
    make_model(client=tenant)
    page = browser.get(f"{ROOT}/{prompt.pk}/try?v=1").content.decode()
    assert 'name="value-call.transcript"' in page and 'name="value-language"' in page


def test_without_a_model_it_is_said_where_one_is_connected(browser, tenant):
    page = browser.get(f"{ROOT}/{make_prompt(client=tenant).pk}/try").content.decode()
    assert "No model to ask" in page and f"{ROOT}/models" in page


def test_an_answer_gets_a_thumb_and_becomes_a_case(browser, tenant):
    run = make_run(version=make_prompt(client=tenant).versions.get(), variables={"language": "English"})
    Dataset.objects.create(client=tenant, name="calls")
    browser.post(f"{ROOT}/runs/{run.pk}/rating", {"thumb": "down"})
    assert HumanRating.objects.get().thumb == -1
    assert "Added to calls" in browser.post(f"{ROOT}/runs/{run.pk}/case", {"dataset": "calls"}).content.decode()
    assert DatasetCase.objects.get().variables == {"language": "English"}
    assert browser.post(f"{ROOT}/runs/{run.pk}/case", {"dataset": "gone"}).status_code == 404
