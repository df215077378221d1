"""`manage.py analyze` as it is scripted: real processes, real files, stdout, stderr and exit status."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from recordings.models import CallStatus, Recording, SalesCall
from tests.installation import ROOT, Installation
from tests.recordings.pipeline.sounds import GREETING, write_conversation

KEYS = {
    *("file", "status", "error", "language", "duration", "utterances", "talk", "sentiment", "intents", "entities"),
    *("topics", "objections", "script", "compliance", "follow_ups", "outcome", "quality_score", "score_explanation"),
    *("conversion_probability", "summary", "audio_quality", "versions", "timings"),
}
STAGES = {"store", "transcribe", "attribute", "redact", "consent", "understand", "score", "publish"}
MODEL = ("--model", "tiny.en", "--basis", "contract")


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_blocker):
    with django_db_blocker.unblock(), Installation(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture(scope="module")
def call(site):
    return write_conversation(site.data_dir / "call.wav")


@pytest.fixture(scope="module")
def first_run(site, call):
    return site.manage("analyze", str(call), "--json", *MODEL, check=False, timeout=300)


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_call_becomes_one_json_object_with_every_key(first_run, call):
    assert first_run.returncode == 0, first_run.stderr
    [found] = lines(first_run)
    assert set(found) >= KEYS
    assert (found["file"], found["status"], found["error"]) == (str(call), "published", None)
    assert (found["language"], found["duplicate"]) == ("en", False)
    assert found["duration"] == pytest.approx(32.1, abs=0.1)
    assert set(found["timings"]) == STAGES
    assert 0 <= found["quality_score"] <= 100
    assert 0 <= found["conversion_probability"] <= 1
    assert found["versions"]["speech_model"] == "tiny.en"
    assert found["audio_quality"] and found["summary"] and found["talk"]["roles"]


def test_what_is_found_in_the_call_has_its_shape_and_points_into_it(first_run):
    [found] = lines(first_run)
    last = len(found["utterances"]) - 1
    assert last > 4
    for utterance in found["utterances"]:
        assert {"speaker", "role", "channel", "start", "end", "text", "words", "sentiment"} <= set(utterance)
        assert 0 <= utterance["start"] <= utterance["end"] <= found["duration"]
        assert all(set(word) == {"start", "end", "text", "probability"} for word in utterance["words"])
    assert {utterance["role"] for utterance in found["utterances"]} == {"agent", "customer"}
    [promise] = found["follow_ups"]
    assert {"text", "due", "utterance"} <= set(promise) and promise["by"] == "agent"
    [objection] = found["objections"]
    assert {"kind", "utterance", "handled", "answer_utterance"} <= set(objection) and objection["kind"] == "price"
    assert {"agent", "customer", "course"} <= set(found["sentiment"])
    assert {"stages", "adherence"} <= set(found["script"])
    assert {"value", "confidence", "reason"} <= set(found["outcome"])
    for finding in (promise, objection, *found["compliance"], *found["summary"], *found["score_explanation"]):
        assert finding["utterance"] is None or 0 <= finding["utterance"] <= last


def test_progress_goes_to_stderr(first_run, call):
    assert f"{call}: " in first_run.stderr and "%" in first_run.stderr
    assert "Traceback" not in first_run.stderr


def test_the_same_file_again_is_told_to_be_a_duplicate_and_is_not_listened_to_again(site, first_run, call, tmp_path):
    copy = shutil.copy(call, tmp_path / "renamed.wav")
    done = site.manage("analyze", str(copy), "--json", *MODEL)
    [found], [before] = lines(done), lines(first_run)
    assert (found["duplicate"], found["status"], found["id"]) == (True, "published", before["id"])
    assert "received before" in done.stderr
    # A stage that had run again would have another time.
    assert {**found["timings"], "publish": 0} == {**before["timings"], "publish": 0}
    assert {**found, "file": "", "duplicate": "", "timings": ""} == {
        **before,
        "file": "",
        "duplicate": "",
        "timings": "",
    }
    assert site.objects(Recording).filter(call=found["id"]).count() == 1


def test_several_files_with_bad_ones_among_them_get_a_line_each_and_exit_status_1(site, call, first_run, tmp_path):
    letter = tmp_path / "letter.wav"
    letter.write_text("Dear customer, please find attached the recording.\n" * 50)
    missing, folder = tmp_path / "missing.wav", tmp_path
    paths = [str(path) for path in (missing, letter, folder, call)]
    done = site.manage("analyze", *paths, "--json", *MODEL, check=False)
    found = lines(done)
    assert done.returncode == 1
    assert [line["file"] for line in found] == paths
    assert [line["status"] for line in found] == ["failed", "failed", "failed", "published"]
    assert "No such file" in found[0]["error"] and "Check the path" in found[0]["error"]
    assert "not a sound recording we can read" in found[1]["error"]
    assert "directory" in found[2]["error"]
    assert found[3]["error"] is None
    assert "Traceback" not in done.stderr
    assert site.objects(SalesCall).filter(status=CallStatus.FAILED).count() == 1


def test_without_json_each_file_is_a_line_for_people(site, call, first_run, tmp_path):
    done = site.manage("analyze", str(call), str(tmp_path / "missing.wav"), *MODEL, check=False)
    good, bad = done.stdout.splitlines()
    assert done.returncode == 1
    assert good.startswith(f"{call}: 32 s, en, ") and "quality" in good
    assert "failed" in bad and "Check the path" in bad


@pytest.mark.parametrize("arguments", [(), ("call.wav", "--client", "nobody")], ids=" ".join)
def test_wrong_usage_is_exit_status_2_and_says_what_is_wrong(site, arguments):
    done = site.manage("analyze", *arguments, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--speakers", "0"),
        ("--speakers", "two"),
        ("--agent-channel", "-1"),
        ("--agent-channel", "16"),
        ("--language", "klingon"),
        ("--language", "qq"),
        ("--no-such-option", "1"),
    ],
)
def test_options_that_mean_nothing_are_refused_before_any_work(option, value):
    with pytest.raises(CommandError, match=option):
        call_command("analyze", "call.wav", option, value)


def test_an_unknown_model_fails_in_words(site, tmp_path):
    path = write_conversation(tmp_path / "call.wav", GREETING)
    done = site.manage("analyze", str(path), "--json", "--basis", "contract", "--model", "no-such-model", check=False)
    [found] = lines(done)
    assert (done.returncode, found["status"]) == (1, "failed")
    assert "no-such-model" in found["error"]


def another_greeting(path):
    """The greeting in a file whose bytes were not received before."""
    name = path.name.encode().ljust(40)
    path.write_bytes(write_conversation(path, GREETING).read_bytes() + b"note\x28\x00\x00\x00" + name)
    return path


def test_without_a_basis_a_file_is_refused_and_the_way_out_can_be_typed(site, tmp_path):
    path = another_greeting(tmp_path / "our call.wav")
    done = site.manage("analyze", str(path), "--json", check=False)
    [refused] = lines(done)
    assert (done.returncode, refused["status"], refused["utterances"]) == (1, "held_back", [])
    assert f"manage.py analyze '{path}' --basis consent|contract|" in refused["error"]
    assert "manage.py set_basis default BASIS" in refused["error"]
    assert not site.objects(Recording).filter(call=refused["id"]).exists()
    stated = site.manage("analyze", str(path), "--json", *MODEL, "--evidence", "Contract 7", timeout=300)
    [found] = lines(stated)
    assert (found["id"], found["status"], found["duplicate"]) == (refused["id"], "published", False)


def test_a_basis_can_be_declared_for_all_calls(site, tmp_path):
    done = site.manage("set_basis", "default", "legitimate_interests", "--note", "Paper 12", "--rule", "one_party")
    assert done.stdout == "My company: Legitimate interests.\n"
    path = another_greeting(tmp_path / "declared.wav")
    [found] = lines(site.manage("analyze", str(path), "--json", "--model", "tiny.en", timeout=300))
    assert found["status"] == "published"


def test_a_fresh_installation_needs_no_other_command_first(tmp_path):
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("A shared database is migrated on purpose, not by the way.")
    letter = tmp_path / "letter.wav"
    letter.write_text("Dear customer\n" * 50)
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "manage.py", "analyze", str(letter), "--json", "--basis", "contract"],
        env=environment | {"SALESIQ_DATA_DIR": str(tmp_path / "new")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "not a sound recording" in lines(done)[0]["error"]
