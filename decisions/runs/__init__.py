"""Analyses as rows: who is served which, how they are begun and worked."""

from decisions.runs.audiences import audience_of, due_audiences
from decisions.runs.registry import Analysis, CannotAnswerError, Outcome, QualityNote
from decisions.runs.services import analyse_now, start_analysis, start_daily

__all__ = [
    "Analysis", "CannotAnswerError", "Outcome", "QualityNote", "analyse_now", "audience_of", "due_audiences",
    "start_analysis", "start_daily",
]  # fmt: skip
