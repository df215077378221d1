"""`manage.py run_prompt`: the answer on stdout, what is to be said on stderr, and an exit status for scripts."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from recordings.answer_checks import numbers_in, personal_data_in
from tests.prompts.factories import make_model, make_prompt, make_version
from tests.prompts.model_server import ModelServer

pytestmark = pytest.mark.django_db


def run(*arguments):
    """(stdout, stderr, exit status)."""
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command("run_prompt", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        status = int(ended.code or 0)
    except CommandError as error:
        err.write(str(error))
        status = error.returncode
    return out.getvalue(), err.getvalue(), status


@pytest.fixture
def version():
    return make_version(
        prompt=make_prompt(name="greeting", messages=()), text="Greet {{ name }}", variables=[{"name": "name"}],
        checks={"length": {"max_words": 5}},
    )  # fmt: skip


def test_the_answer_is_printed_and_its_worth_is_the_exit_status(version, tmp_path):
    (tmp_path / "name.txt").write_text("Ann")
    with ModelServer() as server:
        model = make_model(client=version.client, url=server.url)
        server.answers("Hello Ann")
        out, err, status = run("greeting", "--var", f"name=@{tmp_path / 'name.txt'}", "--model", model.name)
        assert (out, status) == ("Hello Ann\n", 0) and "greeting v1" in err
        server.answers("Hello dear Ann and all of your friends")
        out, _err, status = run("greeting", "--var", "name=Ann", "--json")
        told = json.loads(out)
        assert (told["validity"], told["problems"][0]["check"], status) == ("invalid", "length", 1)
        server.answers("Hello Ann")
        assert run("greeting", "--var", "name=Ann", "--stream")[0].startswith("Hello Ann")


def test_no_answer_and_bad_input_have_statuses_of_their_own(version):
    assert run("greeting", "--var", "name=Ann")[2] == 3
    for arguments, said in (
        (["nothing"], "greeting"),
        (["greeting"], "name"),
        (["greeting", "--var", "name=A", "--version", "9"], "version 9"),
        (["greeting", "--var", "name=A", "--label", "production"], "production"),
        (["greeting", "--var", "name=A", "--model", "gpt"], "gpt"),
        (["greeting", "--call", "not-an-id"], "not-an-id"),
        (["greeting", "--call", "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f40"], ""),
        (["greeting", "--var", "name=A", "--client", "nobody"], "nobody"),
    ):
        _out, err, status = run(*arguments)
        assert status == 2 and said in err, arguments


def test_what_recordings_knows_of_language_is_lent_to_the_checks():
    assert {found.kind for found in personal_data_in("My social security number is 536-90-4399.", "en")} == {
        "national_id"
    }
    assert 1200 in set(numbers_in("We pay twelve hundred.")) and 120_000 in set(numbers_in("сто двадцать тысяч"))
