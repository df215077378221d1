from recordings.models.analysis import (
    CallAnalysis,
    ComplianceFinding,
    Entity,
    FollowUp,
    Intent,
    Objection,
    Topic,
)
from recordings.models.call import CallStatus, CallType, Origin, Outcome, SalesCall
from recordings.models.holds import HeldCall, HeldError, LegalHold
from recordings.models.person_requests import ErasureRequest, PersonExport, RequestStatus
from recordings.models.recording import Recording
from recordings.models.redaction import CallRedaction, DataKind, RedactionPolicy, SoundMask
from recordings.models.retention import Action, Disposal, DisposalResult, RetentionPolicy, RetentionRun
from recordings.models.scorecard import Score, Scorecard, ScoreItem, Script
from recordings.models.step import PipelineStep, StageName
from recordings.models.transcript import SpeakerRole, Transcript, Utterance
from recordings.models.transparency import TransparencyNotice

__all__ = [
    "Action",
    "CallAnalysis",
    "CallRedaction",
    "CallStatus",
    "CallType",
    "ComplianceFinding",
    "DataKind",
    "Disposal",
    "DisposalResult",
    "Entity",
    "ErasureRequest",
    "FollowUp",
    "HeldCall",
    "HeldError",
    "Intent",
    "LegalHold",
    "Objection",
    "Origin",
    "Outcome",
    "PersonExport",
    "PipelineStep",
    "Recording",
    "RedactionPolicy",
    "RequestStatus",
    "RetentionPolicy",
    "RetentionRun",
    "SalesCall",
    "Score",
    "ScoreItem",
    "Scorecard",
    "Script",
    "SoundMask",
    "SpeakerRole",
    "StageName",
    "Topic",
    "Transcript",
    "TransparencyNotice",
    "Utterance",
]
