"""transcribed → attributed: who said it, and which of them is the agent."""

from dataclasses import dataclass
from typing import Any

from recordings.language.agent_role import identify_agent
from recordings.language.personal_data.masks import Mark, Piece, add_marks, mask_segments
from recordings.language.types import Line, RoleMap
from recordings.models import CallStatus, SalesCall, SpeakerRole, StageName, Utterance
from recordings.pipeline.stage import Progress, RunContext
from recordings.pipeline.transcribe import pack_words
from recordings.privacy.masking_rules import rules_of
from recordings.privacy.spoken import mask_speech
from recordings.speech.attribution import attribute
from recordings.speech.diarization import diarize
from recordings.speech.types import Segment, SpokenUtterance, Word

VERSION = 1


@dataclass(frozen=True, slots=True)
class Attributed:
    """`pieces` are the utterances as they may be stored; `marks` what was masked in them only now."""

    utterances: list[SpokenUtterance]
    pieces: list[Piece]
    marks: list[Mark]
    roles: RoleMap
    speaker_confidence: float


class AttributeStage:
    name = StageName.ATTRIBUTE.value
    reaches = CallStatus.ATTRIBUTED
    share = 0.12
    needs_sound = True

    def inputs(self, call: SalesCall) -> dict[str, Any]:
        return {
            "version": VERSION,
            "speakers": call.requested_speakers,
            "agent_channel": call.agent_channel,
            "agent": call.agent.name if call.agent else "",
        }

    def compute(self, context: RunContext, progress: Progress) -> Attributed:
        call = context.call
        segments = unpack_segments(call.transcript.segments)
        if context.sound.channels > 1:
            turns, confidence = None, 1.0
        else:
            found = diarize(context.sound, context.speech[0], speakers=call.requested_speakers, progress=progress)
            turns, confidence = found.turns, found.confidence
        utterances = attribute(segments, turns=turns, channel_count=context.sound.channels)
        roles = decide_roles(call, utterances)
        pieces, marks = mask_speech(
            [pack_utterance(spoken, roles) for spoken in utterances],
            call=call,
            language=call.language,
            rules=rules_of(call),
        )
        return Attributed(utterances, pieces, marks, roles, confidence)

    def save(self, call: SalesCall, output: Attributed) -> None:
        call.utterances.all().delete()
        Utterance.objects.bulk_create(
            Utterance(
                call=call,
                position=position,
                speaker=spoken.speaker,
                role=piece.role,
                channel=spoken.channel,
                start=piece.start,
                end=piece.end,
                text=piece.text,
                words=piece.words,
            )
            for position, (spoken, piece) in enumerate(zip(output.utterances, output.pieces, strict=True))
        )
        transcript = call.transcript
        transcript.segments = mask_segments(transcript.segments, output.marks)
        transcript.redactions = add_marks(transcript.redactions, output.marks)
        transcript.speaker_confidence = round(output.speaker_confidence, 3)
        transcript.role_confidence = round(output.roles.confidence, 3)
        transcript.role_reason = output.roles.reason
        transcript.save()


def pack_utterance(spoken: SpokenUtterance, roles: RoleMap) -> Piece:
    """An utterance as it is stored."""
    return Piece(
        channel=spoken.channel or 0,
        start=round(spoken.start, 2),
        end=round(max(spoken.start, spoken.end), 2),
        text=spoken.text,
        words=pack_words(spoken.words),
        role=roles.roles.get(spoken.speaker, SpeakerRole.UNKNOWN.value),
        speaker=spoken.speaker,
    )


def decide_roles(call: SalesCall, utterances: list[SpokenUtterance]) -> RoleMap:
    """The agent by the channel the source named, else by what they say, else nobody."""
    by_channel = {spoken.speaker: spoken.channel for spoken in utterances if spoken.channel is not None}
    if call.agent_channel is not None and call.agent_channel in by_channel.values():
        roles = {
            speaker: SpeakerRole.AGENT if channel == call.agent_channel else SpeakerRole.CUSTOMER
            for speaker, channel in by_channel.items()
        }
        return RoleMap(dict(roles), 1.0, reason=f"The source says that the agent is on channel {call.agent_channel}.")
    lines = tuple(
        Line(position, SpeakerRole.UNKNOWN, spoken.start, spoken.end, spoken.text, spoken.speaker)
        for position, spoken in enumerate(utterances)
    )
    agent_name = call.agent.name if call.agent else ""
    return identify_agent(lines, call.language, agent_name, (call.client.name,))


def unpack_segments(rows: list[dict[str, Any]]) -> list[Segment]:
    return [
        Segment(
            channel=row["channel"],
            start=row["start"],
            end=row["end"],
            text=row["text"],
            words=tuple(Word(*word) for word in row["words"]),
            avg_logprob=row["avg_logprob"],
            no_speech_prob=row["no_speech_prob"],
        )
        for row in rows
    ]
