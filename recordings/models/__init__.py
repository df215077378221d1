from recordings.models.analysis import (
    CallAnalysis,
    ComplianceFinding,
    Entity,
    FollowUp,
    Intent,
    Objection,
    Topic,
)
from recordings.models.bulk import BulkAction, BulkChange
from recordings.models.calibration import AgreedAnswer, CalibrationCall, CalibrationSession
from recordings.models.call import CallStatus, CallType, Origin, Outcome, SalesCall
from recordings.models.call_words import CallWords, SearchDue
from recordings.models.coaching import CoachingGoal, CoachingPoint, CoachingSession, CoachingStatus, Moment, MomentShare
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
from recordings.models.correction import GoldenExample, GoldenSource, Hearing, UtteranceCorrection
from recordings.models.holds import HeldCall, HeldError, LegalHold
from recordings.models.person_requests import ErasureRequest, PersonExport, RequestStatus
from recordings.models.recording import Recording
from recordings.models.redaction import CallRedaction, DataKind, RedactionPolicy, SoundMask
from recordings.models.retention import Action, Disposal, DisposalResult, RetentionPolicy, RetentionRun
from recordings.models.review import Appeal, AppealStatus, CallComment, Review, ReviewAnswer, ReviewKind, ReviewStatus
from recordings.models.sampling import Cadence, SamplingPlan, SamplingRun, SamplingStrategy, Stratum
from recordings.models.scorecard import Score, Scorecard, ScoreItem, Script, StandardStatus
from recordings.models.scoring_run import ScoringPurpose, ScoringRun
from recordings.models.search import SavedSearch, Tracker, TrackerHit, TrackerKind, TrackerRun, TrackerStatus
from recordings.models.step import PipelineStep, StageName
from recordings.models.transcript import SpeakerRole, Transcript, Utterance
from recordings.models.transparency import TransparencyNotice

__all__ = [
    "Action",
    "AgreedAnswer",
    "Appeal",
    "AppealStatus",
    "Basis",
    "BulkAction",
    "BulkChange",
    "Cadence",
    "CalibrationCall",
    "CalibrationSession",
    "CallAnalysis",
    "CallComment",
    "CallRedaction",
    "CallStatus",
    "CallType",
    "CallWords",
    "CoachingGoal",
    "CoachingPoint",
    "CoachingSession",
    "CoachingStatus",
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
    "GoldenExample",
    "GoldenSource",
    "Hearing",
    "HeldCall",
    "HeldError",
    "Intent",
    "JurisdictionRule",
    "LegalHold",
    "Moment",
    "MomentShare",
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
    "Review",
    "ReviewAnswer",
    "ReviewKind",
    "ReviewStatus",
    "SalesCall",
    "SamplingPlan",
    "SamplingRun",
    "SamplingStrategy",
    "SavedSearch",
    "Score",
    "ScoreItem",
    "Scorecard",
    "ScoringPurpose",
    "ScoringRun",
    "Script",
    "SearchDue",
    "SoundMask",
    "SpeakerRole",
    "StageName",
    "StandardStatus",
    "Stratum",
    "Topic",
    "Tracker",
    "TrackerHit",
    "TrackerKind",
    "TrackerRun",
    "TrackerStatus",
    "Transcript",
    "TransparencyNotice",
    "UnknownAction",
    "Utterance",
    "UtteranceCorrection",
    "WithdrawalAction",
]
