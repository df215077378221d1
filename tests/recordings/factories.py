"""Calls for tests, as the pipeline leaves them. One published call takes a dozen quick inserts and no sound engine."""

import hashlib
import io
import math
import struct
import wave
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from recordings.models import (
    CallAnalysis,
    CallStatus,
    ComplianceFinding,
    Entity,
    FollowUp,
    Intent,
    Objection,
    Origin,
    Outcome,
    PipelineStep,
    Recording,
    RetentionPolicy,
    SalesCall,
    Score,
    Scorecard,
    ScoreItem,
    Script,
    SpeakerRole,
    StandardStatus,
    Topic,
    Transcript,
    Utterance,
)
from recordings.services import ANALYZE_TASK
from salesiq.jobs.models import Job
from salesiq.people.models import Client
from tests.factories import make_agent, make_client, make_customer
from tests.recordings.measures import CONVERSION, SCRIPT, SENTIMENT, SOUND_QUALITY, TALK

_numbers = count(1)

CONVERSATION = (
    ("agent", "Hello Ms Rivera, this is Dana from Brightline, this call is recorded."),
    ("customer", "Hi Dana, I wanted to ask what the team plan costs."),
    ("agent", "The team plan is forty nine dollars a month, cancel any time."),
    ("customer", "That is too expensive for us right now."),
    ("agent", "I understand. Most teams save ten hours a month, which pays for it twice."),
    ("customer", "Fair enough, please send me the details."),
    ("agent", "I will send you the details on Friday."),
)
SECONDS_A_LINE = 4.0


def make_sound(*, seconds: float = 1.0, rate: int = 8000, tone: float | None = None) -> bytes:
    """A mono WAV file: a tone of its own for each call, so that no two files are the same bytes."""
    hertz = tone or 200.0 + next(_numbers)
    samples = (int(8000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(int(seconds * rate)))
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return target.getvalue()


def make_call(*, client: Client | None = None, published: bool = True, **values: Any) -> SalesCall:
    """A call with its recording; `published`: with transcript, findings, score and promise as well.

    `agent` and `customer` of None leave them out; when not given, new ones are made.
    """
    agent = values.get("agent")
    owner = client or (agent.client if agent else make_client())
    values.setdefault("agent", None if "agent" in values else make_agent(client=owner))
    values.setdefault("customer", None if "customer" in values else make_customer(client=owner))
    known = _PUBLISHED if published else {"status": CallStatus.RECEIVED}
    call = SalesCall.objects.create(client=owner, **{"title": f"Call {next(_numbers)}", **known, **values})
    make_recording(call, playable=published)
    if published:
        _make_words(call)
        _make_findings(call)
        make_score(call)
        make_follow_up(call)
        _make_steps(call)
    return call


_PUBLISHED: dict[str, Any] = {
    "status": CallStatus.PUBLISHED,
    "call_duration": len(CONVERSATION) * SECONDS_A_LINE,
    "call_type": "inbound",
    "language": "en",
    "outcome": Outcome.QUALIFIED,
    "outcome_origin": Origin.PROPOSED,
    "outcome_confidence": 0.7,
    "outcome_reason": "The customer asked for the details to be sent.",
    "quality_score": Decimal("72.50"),
    "conversion_probability": 0.42,
    "published_at": timezone.now(),
}


def make_recording(call: SalesCall, *, sound: bytes | None = None, playable: bool = False) -> Recording:
    content = sound or make_sound(seconds=0.05)
    recording = Recording(
        client=call.client,
        call=call,
        original_name="call.wav",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    recording.file.save("original", ContentFile(content), save=False)
    if playable:
        recording.container, recording.codec, recording.channels = "wav", "pcm_s16le", 1
        recording.sample_rate, recording.duration = 8000, call.call_duration
        recording.peaks = [[0, 40, 80, 40, 0]]
        recording.playback.save("playback.mp3", ContentFile(bytes(range(256)) * 8), save=False)
    recording.save()
    return recording


def make_utterance(call: SalesCall, position: int, role: str, text: str, **values: Any) -> Utterance:
    """One line with times and words that fit its place in the call."""
    start = position * SECONDS_A_LINE
    step = (SECONDS_A_LINE - 0.5) / max(1, len(text.split()))
    words = [
        [round(start + n * step, 2), round(start + (n + 1) * step, 2), word, 0.9] for n, word in enumerate(text.split())
    ]
    defaults = {
        "speaker": "S1" if role == SpeakerRole.AGENT else "S2",
        "role": role,
        "start": start,
        "end": start + SECONDS_A_LINE - 0.5,
        "words": words,
        "sentiment": -0.4 if "expensive" in text else 0.1,
        "sentiment_label": "negative" if "expensive" in text else "neutral",
        "sentiment_confidence": 0.6,
    }
    return Utterance.objects.create(call=call, position=position, text=text, **{**defaults, **values})


def _make_words(call: SalesCall) -> None:
    lines = [make_utterance(call, n, role, text) for n, (role, text) in enumerate(CONVERSATION)]
    Transcript.objects.create(
        call=call,
        language=call.language,
        language_probability=0.98,
        model_name="base",
        model_sha256="0" * 64,
        engine="faster-whisper",
        segments=[
            {
                "channel": 0,
                "start": line.start,
                "end": line.end,
                "text": line.text,
                "words": line.words,
                "avg_logprob": -0.3,
                "no_speech_prob": 0.01,
            }
            for line in lines
        ],
        mean_probability=0.9,
        speaker_confidence=0.85,
        role_confidence=0.9,
        role_reason="Speaker S1 says the company's name.",
    )


def _make_findings(call: SalesCall) -> None:
    line = {line.position: line for line in call.utterances.all()}
    CallAnalysis.objects.create(
        call=call,
        talk=TALK,
        sentiment=SENTIMENT,
        audio_quality=SOUND_QUALITY,
        script=SCRIPT,
        summary=[{"text": line[1].text, "utterance": 1, "about": "price"}],
        conversion=CONVERSION,
        versions={"language_rules": "1"},
    )
    make_objection(call, utterance=line[3], answer=line[4])
    Intent.objects.create(
        call=call, utterance=line[1], kind="pricing", quote="what the team plan costs", confidence=0.8
    )
    Topic.objects.create(call=call, name="pricing", seconds=12.0, share=0.4, positions=[1, 2, 3], confidence=0.8)
    Entity.objects.create(
        call=call,
        utterance=line[2],
        kind="money",
        text="forty nine dollars",
        value="49 USD",
        amount=Decimal("49.00"),
        currency="USD",
        start=17,
        end=35,
        confidence=0.9,
    )
    ComplianceFinding.objects.create(
        call=call,
        utterance=line[0],
        kind="recording_disclosure",
        verdict="present",
        quote="this call is recorded",
        reason="The agent says that the call is recorded.",
        confidence=0.95,
    )


def make_objection(call: SalesCall, **values: Any) -> Objection:
    defaults = {
        "kind": "price",
        "handled": True,
        "moved_on": True,
        "reason": "The agent answers with the value of the hours saved.",
        "quote": "too expensive",
        "confidence": 0.75,
    }
    return Objection.objects.create(call=call, **{**defaults, **values})


def make_follow_up(call: SalesCall, **values: Any) -> FollowUp:
    defaults = {
        "utterance": call.utterances.filter(position=6).first(),
        "position": 6,
        "text": f"Send the details ({next(_numbers)})",
        "due": date(2026, 11, 27),
        "by": "agent",
        "confidence": 0.8,
    }
    return FollowUp.objects.create(call=call, **{**defaults, **values})


def make_script(*, client: Client, **values: Any) -> Script:
    stages = [{"key": "opening", "name": "Opening", "goal": "", "weight": 1, "required": ["hello this is {agent}"]}]
    defaults = {"name": f"Script {next(_numbers)}", "language": "en", "stages": stages, **_IN_USE}
    return Script.objects.create(client=client, **{**defaults, **values})


def make_scorecard(*, client: Client, **values: Any) -> Scorecard:
    """A scorecard in use, unless `status` says otherwise."""
    defaults = {"name": f"Scorecard {next(_numbers)}", "criteria": [], **_IN_USE}
    return Scorecard.objects.create(client=client, **{**defaults, **values})


ONE_QUESTION = {"key": "greeting", "name": "Greeting", "weight": 1, "rule": "greeting_and_identification"}
_IN_USE: dict[str, Any] = {"status": StandardStatus.PUBLISHED, "published_at": timezone.now()}


def make_score(call: SalesCall, *, scorecard: Scorecard | None = None, total: str = "72.50") -> Score:
    """A score with one explained item that rests on the first line, where there is one; it is the one that counts."""
    call.scores.current().update(is_current=False)
    score = Score.objects.create(
        call=call, scorecard=scorecard or make_scorecard(client=call.client), total=Decimal(total)
    )
    ScoreItem.objects.create(
        score=score,
        position=0,
        key="greeting",
        name="Greeting and identification",
        points=Decimal("7.25"),
        max_points=Decimal("10.00"),
        reason="The agent gave their name and company.",
        confidence=0.9,
        evidence=call.utterances.filter(position=0).first(),
    )
    return score


def _make_steps(call: SalesCall) -> None:
    now = timezone.now()
    for stage in ("store", "transcribe", "attribute", "redact", "understand", "score", "publish"):
        PipelineStep.objects.create(
            call=call, stage=stage, inputs_hash="0" * 64, attempts=1, started_at=now, finished_at=now, seconds=0.5
        )


def make_analysis_job(call: SalesCall, **values: Any) -> Job:
    """The call's job as a waiting row; nothing was handed to the workers."""
    return Job.objects.create(client=call.client, task=ANALYZE_TASK, subject=str(call.pk), **values)


def make_policy(client: Client, action: str, days: int = 30, **values: Any) -> RetentionPolicy:
    """A retention policy for all calls of `client`, in force."""
    known = {"name": f"{action} after {days}", "ground": "Storage limitation", "is_active": True}
    return RetentionPolicy.objects.create(client=client, action=action, days=days, **{**known, **values})
