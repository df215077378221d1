"""A person puts a line right: the machine's words are kept, nothing secret gets in, and the way back is open."""

from dataclasses import asdict

import pytest
from django.core.exceptions import ValidationError

from recordings.correcting.services import check_transcript, correct_utterance, undo_correction, utterance_version
from recordings.language.personal_data.masks import MASK
from recordings.models import GoldenExample, Hearing, PipelineStep, Transcript, UtteranceCorrection
from recordings.quality.criteria import default_criteria
from recordings.services import REREAD_TASK, start_analysis
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import run_job
from tests.factories import make_user
from tests.recordings.factories import make_call, make_scorecard

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return make_call()


@pytest.fixture
def reviewer(call):
    return make_user(client=call.client, role="reviewer")


def test_the_line_says_what_the_person_says_and_the_machines_words_are_kept(call, reviewer):
    before = call.utterances.get(position=1)
    row = correct_utterance(
        call=call, position=1, text="Hi Dana,  I want to ask what the teen plan costs.", actor=reviewer
    )
    assert row.text == "Hi Dana, I want to ask what the teen plan costs."
    assert " ".join(word[2] for word in row.words) == row.text
    kept = UtteranceCorrection.objects.get(call=call)
    assert (kept.machine_text, kept.text, kept.model_name) == (before.text, row.text, "base")
    hearing = Hearing.objects.get(correction=kept)
    assert (hearing.words, hearing.errors, hearing.wrong_seconds) == (11, 2, 0.0)
    golden = GoldenExample.objects.get(call=call)
    assert (golden.question, golden.machine_answer, golden.answer) == ("transcript", before.text, row.text)
    assert AuditEvent.objects.filter(action="transcript_corrected", object_id=str(call.pk)).count() == 1


def test_a_corrected_speaker_is_measured_in_seconds(call, reviewer):
    row = correct_utterance(call=call, position=1, role="agent", actor=reviewer)
    assert (row.role, row.speaker) == ("agent", "S1")
    assert Hearing.objects.get().wrong_seconds == pytest.approx(3.5)
    assert GoldenExample.objects.get(call=call).question == "speaker"


def test_a_card_number_that_a_person_types_is_masked_everywhere(call, reviewer):
    typed = "Sure, my card is 4111 1111 1111 1111, thanks."
    row = correct_utterance(call=call, position=3, text=typed, actor=reviewer)
    assert "1111" not in row.text and MASK in row.text
    texts = [
        *UtteranceCorrection.objects.values_list("text", flat=True),
        *GoldenExample.objects.values_list("answer", flat=True),
        str(row.words),
        str(Transcript.objects.get(call=call).segments),
        str(list(AuditEvent.objects.values_list("details", flat=True))),
    ]
    assert not [text for text in texts if "1111" in text]
    assert Transcript.objects.get(call=call).redactions[0]["kind"] == "card"


def test_undoing_brings_the_machines_words_and_their_times_back(call, reviewer):
    before = call.utterances.get(position=4)
    correct_utterance(call=call, position=4, text="No.", role="customer", actor=reviewer)
    row = undo_correction(call=call, position=4, actor=reviewer)
    assert (row.text, row.role, row.speaker, row.words) == (before.text, before.role, before.speaker, before.words)
    assert not UtteranceCorrection.objects.exists() and not GoldenExample.objects.exists()
    with pytest.raises(ValidationError, match="was not corrected"):
        undo_correction(call=call, position=4, actor=reviewer)


def test_who_saw_an_older_line_is_told_so(call, reviewer):
    seen = utterance_version(call.utterances.get(position=2))
    correct_utterance(call=call, position=2, text="Something else.", actor=reviewer, version=seen)
    with pytest.raises(ValidationError, match="Somebody else has changed") as refused:
        correct_utterance(call=call, position=2, text="Mine.", actor=reviewer, version=seen)
    assert refused.value.code == "changed"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"position": 99, "text": "x"}, "gone"),
        ({"position": 1, "role": "judge"}, "role"),
        ({"position": 1, "text": "x" * 5001}, "too_long"),
    ],
)
def test_what_cannot_be_corrected_is_refused_in_words(call, reviewer, values, code):
    with pytest.raises(ValidationError) as refused:
        correct_utterance(call=call, actor=reviewer, **values)
    assert refused.value.code == code and str(refused.value.messages[0]).endswith(".")


def test_many_corrections_are_read_by_one_job_and_an_analysis_makes_it_needless(call, reviewer):
    for position in (0, 1, 1):
        correct_utterance(call=call, position=position, text=f"Line {position}.", actor=reviewer)
    assert Job.objects.active().filter(task=REREAD_TASK).count() == 1
    start_analysis(call=call, actor=reviewer)
    assert not Job.objects.active().filter(task=REREAD_TASK).exists()


def test_the_call_is_understood_and_scored_anew_without_being_heard(call, reviewer, monkeypatch):
    for name in ("transcribe.TranscribeStage", "attribute.AttributeStage", "store.StoreStage"):
        monkeypatch.setattr(f"recordings.pipeline.{name}.compute", None)
    make_scorecard(client=call.client, name="Standard", criteria=[asdict(each) for each in default_criteria()])
    assert call.objections.exists()
    correct_utterance(call=call, position=3, text="Wonderful, that suits us well.", actor=reviewer)
    correct_utterance(call=call, position=5, text="", actor=reviewer)
    job = Job.objects.get(task=REREAD_TASK)
    Job.objects.filter(pk=job.pk).update(not_before=job.created_at)
    assert run_job(job.pk).status == JobStatus.SUCCEEDED
    call.refresh_from_db()
    assert call.status == "published"
    assert not call.objections.filter(utterance__position=3).exists()
    assert call.utterances.get(position=3).text == "Wonderful, that suits us well."
    assert PipelineStep.objects.filter(call=call, stage="transcribe", inputs_hash="0" * 64).exists()


def test_a_proof_read_call_measures_every_line_and_can_be_taken_back(call, reviewer):
    correct_utterance(call=call, position=0, text="Hello.", actor=reviewer)
    transcript = check_transcript(call=call, actor=reviewer)
    assert transcript.checked_by == reviewer and transcript.checked_at
    assert UtteranceCorrection.objects.filter(call=call).count() == call.utterances.count() == Hearing.objects.count()
    assert Hearing.objects.exclude(errors=0).count() == 1
    check_transcript(call=call, actor=reviewer, checked=False)
    assert UtteranceCorrection.objects.get(call=call).text == "Hello."
