"""What people put right survives another model, other speakers and a killed run, and can be taken back."""

from pathlib import Path

import pytest

from recordings.correcting.services import check_transcript, correct_utterance, undo_correction
from recordings.models import CallStatus, Hearing, SalesCall, UtteranceCorrection
from recordings.pipeline.runner import run_pipeline
from recordings.services import REREAD_TASK, AnalysisOptions
from recordings.speech.weights import resolve_model
from salesiq.jobs.errors import LeaseLost
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import run_job
from tests.factories import make_user
from tests.recordings.pipeline.sounds import GREETING, PROMISE, write_conversation
from tests.recordings.pipeline.test_reprocessing import LostLease

TYPED = "Hello, this is Dana from Luna Solar, and this call is being recorded for quality."


@pytest.fixture
def call(analyze, tmp_path):
    return analyze(write_conversation(tmp_path / "call.wav", GREETING, PROMISE))[0]


@pytest.fixture
def person(call):
    return make_user(client=call.client)


def other_model() -> AnalysisOptions:
    return AnalysisOptions(model=str(resolve_model("tiny.en", Path("unused")).path))


def reread():
    job = Job.objects.filter(task=REREAD_TASK).latest("created_at")
    Job.objects.filter(pk=job.pk).update(not_before=job.created_at)
    return run_job(job.pk)


def texts(call):
    return list(call.utterances.order_by("position").values_list("role", "text"))


def test_corrections_survive_another_model_a_killed_run_and_are_taken_back(call, person, analyze):
    machine = texts(call)
    correct_utterance(call=call, position=0, text=TYPED, role="customer", actor=person)
    assert reread().status == JobStatus.SUCCEEDED
    wanted = [("customer", TYPED), *machine[1:]]
    assert texts(call) == wanted
    check_transcript(call=call, actor=person)
    again = analyze(call, options=other_model())[0]
    assert again.status == CallStatus.PUBLISHED and texts(again) == wanted
    assert again.utterances.get(position=0).sentiment is not None
    kept = UtteranceCorrection.objects.get(call=call, text=TYPED)
    assert kept.machine_text == machine[0][1]
    assert Hearing.objects.filter(correction=kept).count() == 2 == Hearing.objects.filter(correction__call=call).values(
        "model_name"
    ).distinct().count()  # fmt: skip
    undo_correction(call=again, position=0, actor=person)
    assert reread().status == JobStatus.SUCCEEDED
    assert texts(again) == machine


def test_a_run_that_is_killed_at_any_stage_leaves_the_words_of_people(call, person):
    correct_utterance(call=call, position=0, text=TYPED, actor=person)
    key = call.pk
    SalesCall.objects.filter(pk=key).update(requested_model=str(resolve_model("tiny.en", Path("unused")).path))

    def run(fences):
        run_pipeline(SalesCall.objects.select_related("client", "recording").get(pk=key), LostLease(fences))

    for _stage in range(6):  # transcribe, attribute, redact, consent, understand, score
        with pytest.raises(LeaseLost):
            run(2)
    run(2)
    assert TYPED in [text for _, text in texts(call)]
    assert UtteranceCorrection.objects.get(call=call).text == TYPED


def test_corrections_made_while_a_run_reads_the_call_are_read_by_it_or_by_the_next(call, person, monkeypatch):
    from recordings.pipeline import redact

    original, done = redact.mask_speech, []

    def slowly(*args, **values):
        if not done:
            done.append(correct_utterance(call=call, position=0, text=TYPED, actor=person))
        return original(*args, **values)

    correct_utterance(call=call, position=0, text="Something else.", actor=person)
    monkeypatch.setattr(redact, "mask_speech", slowly)
    job = reread()
    assert job.status == JobStatus.QUEUED and "corrected while" in job.error
    Job.objects.filter(pk=job.pk).update(not_before=job.created_at)
    assert run_job(job.pk).status == JobStatus.SUCCEEDED
    assert texts(call)[0][1] == TYPED
