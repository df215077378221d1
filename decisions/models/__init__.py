from decisions.models.advice import (
    AdviceSubscription,
    AlertRule,
    Finding,
    FindingEvent,
    FindingKind,
    FindingStatus,
    RuleKind,
    Worked,
)
from decisions.models.anomaly import Anomaly, AnomalyKind
from decisions.models.audience import DECIDING_ROLES, EVERYONE, Audience, audience_key
from decisions.models.forecast import (
    Confidence,
    DealForecast,
    ForecastAdjustment,
    ForecastSnapshot,
    StageChance,
    StageKind,
)
from decisions.models.prediction import ModelForm, ModelStatus, Prediction, PredictiveModel, Target
from decisions.models.run import AnalysisRun, RunKind, RunStatus

__all__ = [
    "DECIDING_ROLES",
    "EVERYONE",
    "AdviceSubscription",
    "AlertRule",
    "AnalysisRun",
    "Anomaly",
    "AnomalyKind",
    "Audience",
    "Confidence",
    "DealForecast",
    "Finding",
    "FindingEvent",
    "FindingKind",
    "FindingStatus",
    "ForecastAdjustment",
    "ForecastSnapshot",
    "ModelForm",
    "ModelStatus",
    "Prediction",
    "PredictiveModel",
    "RuleKind",
    "RunKind",
    "RunStatus",
    "StageChance",
    "StageKind",
    "Target",
    "Worked",
    "audience_key",
]
