"""Versions asked of a real server: answers that hold, that are mended, that cannot be used, and none at all."""

import pytest

from prompts.models import ModelExchange, PromptExperiment, PromptRun, Validity
from prompts.running.running import run_production, run_version
from prompts.templates.rendering import RenderingError
from tests.prompts.factories import make_model, make_prompt, make_version
from tests.prompts.model_server import ModelServer, hang, server_error, stopped_by_length

pytestmark = pytest.mark.django_db
SCHEMA = {"type": "object", "required": ["mood"], "properties": {"mood": {"enum": ["good", "bad"]}}}


@pytest.fixture
def server():
    with ModelServer() as server:
        yield server


def ask(version, server, **values) -> PromptRun:
    values.setdefault("model", make_model(client=version.client, url=server.url))
    return run_version(version=version, purpose="trial", **values)


def mood_version(**values):
    return make_version(text="How was it?", response_type="json", response_schema=SCHEMA, **values)


def test_an_answer_that_holds_is_kept_with_what_it_took(server):
    server.answers('```json\n{"mood": "good"}\n```')
    run = ask(mood_version(), server)
    assert (run.validity, run.parsed, run.problems) == (Validity.VALID, {"mood": "good"}, [])
    assert run.input_tokens and run.output_tokens and run.latency_ms is not None
    assert run.messages == [{"role": "user", "content": "How was it?"}]


def test_an_answer_that_cannot_be_used_is_asked_for_once_more_with_what_was_wrong(server):
    server.answers('{"mood": "splendid"}', '{"mood": "good"}')
    heard = []
    run = ask(mood_version(), server, on_repair=heard.append)
    assert (run.validity, run.parsed) == (Validity.REPAIRED, {"mood": "good"})
    assert "splendid" in server.requests[1].text and server.requests[1].messages[1]["role"] == "assistant"
    assert run.output_tokens == sum(ModelExchange.objects.values_list("output_tokens", flat=True))
    assert heard[0][0].check == "schema"


def test_after_the_second_asking_it_is_invalid_with_the_reason(server):
    server.answers("Well, good I would say.")
    run = ask(mood_version(), server)
    assert (run.validity, run.parsed) == (Validity.INVALID, None)
    assert run.problems[0]["check"] == "type" and len(server.requests) == 2


def test_an_answer_cut_off_is_no_answer(server):
    server.answers(stopped_by_length("It was good because"), "It was good.")
    assert ask(make_version(text="How was it?"), server).validity == Validity.REPAIRED
    assert "shorter" in server.requests[1].text


def test_where_the_second_asking_fails_the_first_answer_stays(server):
    server.answers("no json", server_error())
    run = ask(mood_version(), server)
    assert (run.validity, run.answer) == (Validity.INVALID, "no json")
    assert run.problems[-1]["check"] == "repair"


def test_no_answer_is_a_run_that_says_why(server):
    server.answers(server_error())
    run = ask(make_version(text="How was it?"), server)
    assert (run.validity, run.error_kind) == (Validity.FAILED, "server_error") and run.error
    version = make_version(text="How was it?")
    none = run_version(version=version, purpose="trial")
    assert (none.validity, none.error_kind, none.model) == (Validity.FAILED, "no_model", None)


def test_a_run_can_be_stopped(server):
    server.answers(hang())
    run = ask(make_version(text="How was it?"), server, cancelled=lambda: True)
    assert (run.validity, run.error_kind) == (Validity.FAILED, "cancelled")


def test_values_that_do_not_fit_ask_nothing(server):
    version = make_version(text="Hello {{ name }}", variables=[{"name": "name"}])
    with pytest.raises(RenderingError):
        ask(version, server)
    with pytest.raises(RenderingError):
        ask(version, server, values={"name": "Ann", "nam": "Bob"})
    assert not server.requests and not PromptRun.objects.exists()


def test_the_same_key_is_asked_once(server):
    version = make_version(text="How was it?")
    model = make_model(client=version.client, url=server.url)
    first = ask(version, server, key="case-1", model=model)
    again = ask(version, server, key="case-1", model=model)
    assert first.pk == again.pk and len(server.requests) == 1


def test_a_repair_with_a_key_is_paid_once_though_the_run_was_lost(server):
    server.answers("nothing", '{"mood": "bad"}')
    version = mood_version()
    model = make_model(client=version.client, url=server.url)
    ask(version, server, key="case-1", model=model).delete()  # a worker killed before it wrote the run
    run = ask(version, server, key="case-1", model=model)
    assert run.parsed == {"mood": "bad"} and len(server.requests) == 2


def test_what_is_secret_is_not_kept(server):
    version = make_version(
        text="Card {{ card }} of {{ name }}",
        variables=[{"name": "card", "sensitivity": "secret"}, {"name": "name", "sensitivity": "personal"}],
    )  # fmt: skip
    run = ask(version, server, values={"card": "4111 1111 1111 1111", "name": "Ann"})
    assert "4111" in server.requests[0].text
    assert "4111" not in f"{run.messages} {run.variables} {run.answer}" and run.variables["name"] == "Ann"


def test_pieces_are_told_as_they_come(server):
    server.answers("It was good.")
    pieces = []
    run = ask(make_version(text="How was it?"), server, on_text=pieces.append)
    assert "".join(pieces) == run.answer == "It was good."


def test_without_a_named_model_the_next_one_answers_and_a_named_one_answers_alone(server):
    version = make_version(text="How was it?")
    broken = make_model(client=version.client)
    make_model(client=version.client, url=server.url)
    assert run_version(version=version, purpose="trial").validity == Validity.VALID
    assert run_version(version=version, purpose="trial", model=broken).validity == Validity.FAILED


def test_production_asks_the_version_with_the_label(server):
    prompt = make_prompt(name="call-summary")
    make_model(client=prompt.client, url=server.url)
    assert run_production(client=prompt.client, name="call-summary", values={}) is None
    version = make_version(prompt=prompt, text="Sum up.", labels=["production"])
    make_version(prompt=prompt, text="Newer.")
    run = run_production(client=prompt.client, name="call-summary")
    assert (run.version, run.purpose, run.arm) == (version, "production", "")


def test_production_waits_for_a_useful_model_and_for_leave(server):
    prompt = make_version(prompt=make_prompt(messages=()), text="Sum up.", labels=["production"]).prompt
    model = make_model(client=prompt.client, url=server.url, useful=False)
    assert run_production(client=prompt.client, name=prompt.name) is None
    assert run_production(client=prompt.client, name=prompt.name, useful_only=False).model == model
    prompt.is_active = False
    prompt.save()
    assert run_production(client=prompt.client, name=prompt.name, useful_only=False) is None


def test_an_experiment_gives_the_same_subject_the_same_arm(server):
    prompt = make_prompt(messages=())
    a, b = make_version(prompt=prompt, text="A", labels=["production"]), make_version(prompt=prompt, text="B")
    make_model(client=prompt.client, url=server.url)
    PromptExperiment.objects.create(client=prompt.client, prompt=prompt, version_a=a, version_b=b, salt="s")
    runs = [run_production(client=prompt.client, name=prompt.name, key=f"call-{n % 6}") for n in range(12)]
    assert {run.arm: run.version for run in runs} == {"A": a, "B": b}
    assert [run.pk for run in runs[:6]] == [run.pk for run in runs[6:]]
