"""run_test_case and run_suite as a pipeline calls them; and a prompt as the agent, on a real loopback endpoint."""

import json

import pytest
from django.core.management import CommandError, call_command

from prompts.library.install import install_library
from prompts.library.shipped import LANGUAGES
from prompts.models import PromptVersion
from recordings.models import Utterance
from testcases.models import CaseRun
from testcases.runs.prompt_agent import can_play
from tests.factories import make_client
from tests.prompts.factories import make_model, make_policy, make_prompt, make_version
from tests.prompts.model_server import ModelServer
from tests.recordings.factories import make_call
from tests.testcases.factories import GOOD_LINES, POOR_LINES, make_case, make_suite

pytestmark = pytest.mark.django_db(transaction=True)
ASKS = {
    "en": "What would you like to be better than it is today?",
    "es": "¿Qué le gustaría que fuera mejor de lo que es hoy?",
    "ru": "Что вам хотелось бы улучшить по сравнению с сегодняшним днём?",
}
TALK = {"name": "conversation", "type": "text", "required": True, "example": "Customer: Hello."}


def run(capsys, *arguments: str) -> tuple[int, dict]:
    """Exit status, and what was printed as JSON."""
    status = 0
    try:
        call_command(*arguments, "--json")
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, json.loads(capsys.readouterr().out)


def written(path, lines):
    path.write_text("\n".join(f"{role.capitalize()}: {text}" for role, text in lines), encoding="utf-8")
    return str(path)


def test_a_transcript_is_judged_with_quotes_and_places_and_a_poor_one_ends_with_1(tmp_path, capsys):
    make_case(name="demo-of-software")
    status, good = run(capsys, "run_test_case", "demo-of-software", "--transcript", written(tmp_path / "a", GOOD_LINES))
    assert (status, good["passed"], good["case"], good["version"]) == (0, True, "demo-of-software", 1)
    first = good["criteria"][0]
    assert first["verdict"] == "met" and first["evidence"][0]["quote"] in GOOD_LINES[0][1]
    assert first["evidence"][0]["place"]["line"] == 0 and good["timings"] and good["judge"]
    status, poor = run(capsys, "run_test_case", "demo-of-software", "--transcript", written(tmp_path / "b", POOR_LINES))
    assert (status, poor["passed"]) == (1, False)


def test_what_cannot_be_judged_is_not_passed_and_wrong_use_ends_with_2(tmp_path, capsys):
    make_case(name="demo-of-software")
    status, empty = run(capsys, "run_test_case", "demo-of-software", "--transcript", written(tmp_path / "a", ()))
    assert (status, empty["passed"], empty["problem_code"]) == (1, None, "empty")
    for wrong in (
        ["no-such-case", "--transcript", str(tmp_path / "a")],
        ["demo-of-software", "--transcript", str(tmp_path / "none")],
        ["demo-of-software", "--call", "no-id"],
        ["demo-of-software", "--prompt", "no-such-prompt"],
    ):
        with pytest.raises(CommandError) as refused:
            call_command("run_test_case", *wrong)
        assert refused.value.returncode == 2, wrong


def test_a_call_is_judged_by_its_id(capsys):
    call = make_call()
    call.utterances.all().delete()
    Utterance.objects.bulk_create(
        Utterance(call=call, position=at, speaker=role[:1], role=role, start=5.0 * at, end=5.0 * at + 4, text=text)
        for at, (role, text) in enumerate(GOOD_LINES)
    )
    make_case(client=call.client, name="demo-of-software")
    status, told = run(capsys, "run_test_case", "demo-of-software", "--call", str(call.pk))
    assert (status, told["passed"], told["call_id"]) == (0, True, str(call.pk))


def test_a_suite_passes_when_every_case_does_and_ends_with_1_otherwise(tmp_path, capsys):
    client = make_client()
    make_suite(client=client, name="basics", cases=[make_case(client=client, name=name) for name in ("one", "two")])
    written(tmp_path / "one.txt", GOOD_LINES)
    written(tmp_path / "two.txt", GOOD_LINES)
    status, told = run(capsys, "run_suite", "basics", "--transcripts", str(tmp_path))
    assert (status, told["passed"], [each["case"] for each in told["runs"]]) == (0, True, ["one", "two"])
    written(tmp_path / "two.txt", POOR_LINES)
    status, told = run(capsys, "run_suite", "basics", "--transcripts", str(tmp_path))
    assert (status, told["passed"], [each["passed"] for each in told["runs"]]) == (1, False, [True, False])
    status, told = run(capsys, "run_suite", "basics")
    assert (status, [each["passed"] for each in told["runs"]]) == (1, [True, False])


def test_a_case_of_a_suite_that_was_never_run_is_not_passed(capsys):
    client = make_client()
    make_suite(client=client, name="basics", cases=[make_case(client=client)])
    status, told = run(capsys, "run_suite", "basics")
    assert (status, told["runs"][0]["problem_code"]) == (1, "no_subject")


def test_a_prompt_plays_the_agent_on_a_model_and_is_judged_like_a_person(capsys):
    client = make_client()
    case = make_case(client=client, name="demo-of-software")
    prompt = make_prompt(client=client, name="seller", messages=())
    make_version(prompt=prompt, messages=[{"role": "user", "content": "{{ conversation }}"}], variables=[TALK])
    said = iter(text for role, text in GOOD_LINES if role == "agent")
    with ModelServer() as server:
        states = []
        server.answers(lambda _request: states.append(CaseRun.objects.get().status) or next(said, "Goodbye."))
        make_policy(client=client)
        make_model(client=client, url=server.url)
        status, told = run(capsys, "run_test_case", case.name, "--prompt", "seller")
        asked = len(server.requests)
    assert (status, told["passed"], told["subject"]) == (0, True, "prompt"), told
    assert set(states) == {"running"}
    lines = CaseRun.objects.get(pk=told["id"]).lines
    assert asked == sum(line["role"] == "agent" for line in lines) >= 3
    assert any("four chairs" in line["text"] for line in lines if line["role"] == "customer")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_librarys_agent_plays_with_what_a_case_knows(language, capsys):
    client = make_client()
    case = make_case(client=client, name="demo-of-software")
    install_library(client=client, language=language, user=None, keys=["practice-agent"])
    version = PromptVersion.objects.get()
    assert can_play(version)
    with ModelServer() as server:
        server.answers(lambda _request: ASKS[language])
        make_policy(client=client)
        make_model(client=client, url=server.url)
        _status, told = run(capsys, "run_test_case", case.name, "--prompt", version.prompt.name)
        asked = json.dumps([request.body for request in server.requests[1:2]], ensure_ascii=False, default=str)
    # One question over and over sells nothing; in another language than the case's it is not even judged.
    assert (told["subject"], told["passed"]) == ("prompt", False if language == "en" else None), told
    lines, goal = CaseRun.objects.get(pk=told["id"]).lines, case.versions.get().content["goal"]["text"]
    assert goal in asked and lines[1]["text"] in asked  # what it is after, and what was said so far


def test_a_prompt_without_a_variable_for_the_talk_says_so(capsys):
    client = make_client()
    case = make_case(client=client)
    make_version(prompt=make_prompt(client=client, name="seller", messages=()), text="Sell something.")
    status, told = run(capsys, "run_test_case", case.name, "--prompt", "seller")
    assert (status, told["passed"], told["problem_code"]) == (1, None, "prompt_variables")
