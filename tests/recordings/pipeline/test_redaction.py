"""What is masked on a call's way: before it is written, in every text, and in the sound."""

import json
import random
import re
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import models
from stdnum import luhn

from recordings.models import PipelineStep, Recording, RedactionPolicy, SalesCall, Transcript
from recordings.pipeline import transcribe
from recordings.privacy.holds import HoldScope, place_hold
from recordings.services import AnalysisOptions
from recordings.speech.decoding import decode
from recordings.speech.transcriber import Transcription, load_transcriber
from recordings.speech.types import Segment, Word
from recordings.speech.vad import find_speech
from recordings.speech.weights import resolve_model
from tests.factories import make_user
from tests.recordings.pipeline.sounds import CARD, GREETING, write_conversation

DIGITS = re.compile(r"\d(?:[ ,.:;/\\()_–—-]{0,3}\d){12,}")


@pytest.fixture
def card_call(tmp_path):
    return write_conversation(tmp_path / "call.wav", GREETING, CARD)


def heard_in(call, start, end, tmp_path, settings, file="file"):
    """What the recogniser hears in a part of the call's stored sound."""
    stored = getattr(Recording.objects.get(call=call), file)
    local = tmp_path / f"stored.{stored.name.rsplit('.')[-1]}"
    local.write_bytes(stored.open("rb").read())
    sound = decode(local, tmp_path)
    transcriber = load_transcriber("tiny.en", settings.MODELS_DIR, compute_type="int8", cpu_threads=1, batch_size=8)
    heard = transcriber.transcribe(sound, find_speech(sound), language="en", vocabulary=(), progress=None)
    return " ".join(w.text for s in heard.segments for w in s.words if start - 0.3 <= w.start <= end + 0.3)


def test_what_was_said_is_gone_from_text_and_sound_and_the_received_file(analyze, card_call, tmp_path, settings):
    call, _job = analyze(card_call)
    recording = Recording.objects.get(call=call)
    (redaction, *_more) = call.analysis.redactions
    assert (redaction["kind"], redaction["text"], redaction["sound"]) == ("card", True, True)
    assert recording.is_masked and recording.file.name.endswith(".flac")
    start, end = redaction["times"][0][0], redaction["times"][-1][1]
    for file in ("file", "playback"):
        heard = heard_in(call, start, end, tmp_path, settings, file)
        assert not re.search(r"\d|four|two", heard.lower()), (file, heard)
    assert "recorded" in heard_in(call, 0, 8, tmp_path, settings)


def test_a_later_model_works_on_the_masked_sound_and_remembers(analyze, card_call, tmp_path):
    call, _job = analyze(card_call)
    before = [row.text.count("•") for row in call.utterances.all()]
    other = AnalysisOptions(model=str(resolve_model("tiny.en", tmp_path / "unused").path))
    call, _job = analyze(call, options=other)
    assert sum(row.text.count("•") for row in call.utterances.all()) == sum(before) > 0
    assert ("card_number", "violation") in set(call.compliance.values_list("kind", "verdict"))
    assert "4242" not in json.dumps(Transcript.objects.get(call=call).segments)


def test_a_policy_may_keep_the_file_and_mask_with_silence(analyze, receive, card_call, client_company):
    RedactionPolicy.objects.create(client=client_company, keep_original=True, sound_mask="silence")
    content = card_call.read_bytes()
    call, _job = analyze(receive(card_call))
    recording = Recording.objects.get(call=call)
    assert not recording.is_masked and recording.file.open("rb").read() == content
    assert call.analysis.redactions[0]["sound"]


def test_a_held_call_keeps_its_file_whatever_the_policy_says(analyze, receive, card_call, client_company):
    call = receive(card_call)
    place_hold(
        client=client_company,
        matter="Claim 7",
        reason="A claim",
        until=date.today() + timedelta(days=30),
        scope=HoldScope(calls=SalesCall.objects.filter(pk=call.pk)),
        actor=make_user(client=client_company),
    )
    analyze(call)
    assert not Recording.objects.get(call=call).is_masked


def test_nothing_is_masked_where_the_policy_names_nothing(analyze, receive, card_call, client_company):
    RedactionPolicy.objects.create(client=client_company, text_kinds=[], sound_kinds=[])
    call, _job = analyze(receive(card_call))
    assert call.analysis.redactions == []
    assert not Recording.objects.get(call=call).is_masked
    RedactionPolicy.objects.update(text_kinds=["card"], sound_kinds=["card"])
    call, _job = analyze(call)
    assert call.analysis.redactions and Recording.objects.get(call=call).is_masked
    assert "4242" not in json.dumps([row.text for row in call.utterances.all()])


def said(texts):
    """A transcription in which the texts are spoken one after the other, on two channels."""
    segments, at = [], 0.2
    for n, text in enumerate(texts):
        words = []
        for word in text.split():
            words.append(Word(round(at, 2), round(at + 0.02, 2), word, 0.9))
            at += 0.03
        segments.append(Segment(n % 2, words[0].start, words[-1].end, text, tuple(words), -0.2, 0.01))
        at += 0.9
    return Transcription(tuple(segments), "en", 1.0, "test", "0" * 64, "test")


def numbers(chance):
    """Numbers of 13 to 19 digits with a right check digit, each said in a way of its own."""
    spoken = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    for size in (13, 14, 15, 16, 16, 16, 17, 18, 19):
        digits = chance.choice("3456") + "".join(chance.choices("0123456789", k=size - 2))
        number = digits + luhn.calc_check_digit(digits)
        groups = [number[at : at + 4] for at in range(0, size, 4)]
        way = chance.randrange(5)
        if way == 0:
            yield [f"it is {number}"]
        elif way == 1:
            yield [f"use {' '.join(groups)} please"]
        elif way == 2:
            yield [f"{'-'.join(groups)}, got it?"]
        elif way == 3:
            yield [" ".join(spoken[int(digit)] for digit in number)]
        else:
            yield [piece for group in groups for piece in (group, "uh huh")]


def stored_texts(call):
    kinds = (models.CharField, models.TextField, models.JSONField)
    for model in apps.get_app_config("recordings").get_models():
        fields = {field.name: field for field in model._meta.fields}
        if model in (Recording, PipelineStep) or not (model is SalesCall or "call" in fields):
            continue
        rows = model._default_manager.filter(**({"pk": call.pk} if model is SalesCall else {"call": call}))
        for row in rows:
            for name, field in fields.items():
                if isinstance(field, kinds):
                    yield from ((f"{model.__name__}.{name}", text) for text in strings(getattr(row, name)))


def strings(value):
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


def luhn_numbers_in(text):
    for found in DIGITS.finditer(text):
        groups = re.findall(r"\d+", found.group())
        for first in range(len(groups)):
            for last in range(first, len(groups)):
                number = "".join(groups[first : last + 1])
                if 13 <= len(number) <= 19 and luhn.is_valid(number) and len(set(number)) > 1:
                    yield number


@pytest.mark.parametrize("seed", range(3))
def test_no_number_with_a_right_check_digit_is_in_any_stored_text(receive, analyze, card_call, monkeypatch, seed):
    chance = random.Random(seed)
    turns = ["hello, what can I do for you"]
    for number in numbers(chance):
        turns += [*number, chance.choice(["I will send you the contract on Friday", "that is too expensive for us"])]

    class Recogniser:
        def transcribe(self, *args, **kwargs):
            return said(turns)

    monkeypatch.setattr(transcribe, "load_transcriber", lambda *args, **kwargs: Recogniser())
    call = receive(card_call)
    SalesCall.objects.filter(pk=call.pk).update(
        title="Paid by 4111 1111 1111 1111", notes="card 5555-5555-5555-4444\nexp 04/28, call on Monday"
    )
    call, job = analyze(SalesCall.objects.get(pk=call.pk))
    assert call.status == "published", job.error
    left = [(place, number) for place, text in stored_texts(call) for number in luhn_numbers_in(text)]
    assert left == []
    assert call.notes.endswith("call on Monday")
