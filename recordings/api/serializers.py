"""Calls and jobs as JSON: the specification's `SalesCall` under its own names, and what the product adds."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from recordings.api.document_schema import AnalysisSerializer
from recordings.document import analysis_document, readable_utterances, withheld_document
from recordings.models import (
    Basis,
    CallStatus,
    CallType,
    ConsentState,
    Origin,
    Outcome,
    SalesCall,
    SpeakerRole,
    Utterance,
)
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.selectors import job_progress


class EmptyAsNull(serializers.ChoiceField):
    """A choice whose empty value, "not known", is null in JSON."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return value or None


class TeamSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class AgentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    team = TeamSerializer(allow_null=True)


class CustomerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    company = serializers.CharField()


class CallSerializer(serializers.Serializer[SalesCall]):
    """One call. Expects `selectors.list_calls`; `transcript` is filled where the context asks for it."""

    id = serializers.UUIDField()
    client_id = serializers.UUIDField()
    agent_id = serializers.UUIDField(allow_null=True)
    customer_id = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    started_at = serializers.DateTimeField()
    call_duration = serializers.FloatField(allow_null=True, help_text="Seconds")
    call_type = EmptyAsNull(CallType.choices)
    outcome = EmptyAsNull(Outcome.choices)
    outcome_origin = EmptyAsNull(Origin.choices, help_text="Who set the outcome; a person's word stands")
    outcome_confidence = serializers.FloatField(allow_null=True, help_text="0 to 1")
    outcome_reason = serializers.CharField()
    quality_score = serializers.FloatField(allow_null=True, help_text="0 to 100, by rules; not reviewed by a person")
    conversion_probability = serializers.FloatField(allow_null=True, help_text="0 to 1, an uncalibrated estimate")
    recording_url = serializers.SerializerMethodField(help_text="Where the sound plays from; null until it is stored")
    sound_removed_at = serializers.SerializerMethodField(help_text="When the sound was removed; null while it is there")
    sound_removed_reason = serializers.SerializerMethodField(help_text="Why it was removed; otherwise empty")
    transcript = serializers.SerializerMethodField(help_text="Null in lists unless asked for with include=transcript")
    notes = serializers.CharField()
    language = serializers.CharField(help_text="Language spoken, e.g. en; empty until known")
    region = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    lawful_basis = EmptyAsNull(Basis.choices, help_text="GDPR Art. 6(1) ground it is processed on")
    consent_state = EmptyAsNull(ConsentState.choices, help_text="Null where the basis needs no consent")
    status = serializers.ChoiceField(CallStatus.choices)
    error = serializers.CharField(help_text="Why the analysis failed or may not be, and what to do; otherwise empty")
    error_code = serializers.CharField()
    agent = AgentSerializer(allow_null=True)
    customer = CustomerSerializer(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField(help_text="This call with its whole analysis")

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_recording_url(self, call: SalesCall) -> str | None:
        recording = getattr(call, "recording", None)
        if recording is None or not recording.playback or not call.is_redacted or call.is_held_back:
            return None
        return str(reverse("api-sound", args=[call.pk], request=self.context["request"]))

    @extend_schema_field({"type": ["string", "null"], "format": "date-time"})
    def get_sound_removed_at(self, call: SalesCall) -> str | None:
        recording = getattr(call, "recording", None)
        return recording.dropped_at.isoformat() if recording and recording.dropped_at else None

    def get_sound_removed_reason(self, call: SalesCall) -> str:
        recording = getattr(call, "recording", None)
        return recording.drop_reason if recording else ""

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, call: SalesCall) -> str:
        return str(reverse("api-call", args=[call.pk], request=self.context["request"]))

    def get_transcript(self, call: SalesCall) -> str | None:
        return transcript_text(call) if self.context.get("with_transcript") and not call.is_held_back else None


class CallDetailSerializer(CallSerializer):
    """One call whole. Expects `selectors.load_call`."""

    analysis = serializers.SerializerMethodField(help_text="Everything the analysis found")

    def get_transcript(self, call: SalesCall) -> str | None:
        return None if call.is_held_back else transcript_text(call)

    @extend_schema_field(AnalysisSerializer)
    def get_analysis(self, call: SalesCall) -> dict[str, Any]:
        return withheld_document(call) if call.is_held_back else analysis_document(call)


class JobSerializer(serializers.Serializer[Job]):
    """How far a piece of background work is."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(JobStatus.choices)
    stage = serializers.CharField(help_text="The pipeline's stage now, e.g. transcribe; empty while it waits")
    fraction = serializers.FloatField(help_text="0 to 1")
    seconds_left = serializers.FloatField(allow_null=True)
    waiting_ahead = serializers.SerializerMethodField(help_text="Jobs that were queued before this one")
    attempts = serializers.IntegerField()
    error = serializers.CharField(help_text="Why it failed and what to do; otherwise empty")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField()
    recording_url = serializers.SerializerMethodField(help_text="The call it analyses")

    def get_waiting_ahead(self, job: Job) -> int:
        return job_progress(job).waiting_ahead

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, job: Job) -> str:
        return str(reverse("api-job", args=[job.pk], request=self.context["request"]))

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_recording_url(self, job: Job) -> str:
        return str(reverse("api-call", args=[job.subject], request=self.context["request"]))


class AcceptedSerializer(serializers.Serializer[Any]):
    """The answer to POST …/analyze while the analysis waits or runs."""

    job = JobSerializer(
        allow_null=True, help_text="Null where the job was started by somebody whose work you do not see"
    )
    recording = CallSerializer()
    duplicate = serializers.BooleanField(help_text="These very bytes had been received before; nothing was added")


class AnalyzedSerializer(CallDetailSerializer):
    """The answer to POST …/analyze when the analysis ended within the wait that was asked for."""

    duplicate = serializers.BooleanField(help_text="These very bytes had been received before; nothing was added")


def transcript_text(call: SalesCall) -> str | None:
    """What was said as plain text, a line per utterance; None before the call is transcribed and masked."""
    return "\n".join(f"{_speaker(line)}: {line.text}" for line in readable_utterances(call)) or None


def _speaker(line: Utterance) -> str:
    return line.role.capitalize() if line.role != SpeakerRole.UNKNOWN else f"Speaker {line.speaker.removeprefix('S')}"
