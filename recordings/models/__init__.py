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
from recordings.models.consent import (
    Basis,
    ConsentRecord,
    ConsentState,
    EvidenceKind,
    JurisdictionRule,
    PartyRule,
    ProcessingPolicy,
    UnknownAction,
    WithdrawalAction,
)
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
    "Basis",
    "CallAnalysis",
    "CallRedaction",
    "CallStatus",
    "CallType",
    "ComplianceFinding",
    "ConsentRecord",
    "ConsentState",
    "DataKind",
    "Disposal",
    "DisposalResult",
    "Entity",
    "ErasureRequest",
    "EvidenceKind",
    "FollowUp",
    "HeldCall",
    "HeldError",
    "Intent",
    "JurisdictionRule",
    "LegalHold",
    "Objection",
    "Origin",
    "Outcome",
    "PartyRule",
    "PersonExport",
    "PipelineStep",
    "ProcessingPolicy",
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
    "UnknownAction",
    "Utterance",
    "WithdrawalAction",
]
