"""What each kind of analysis is worked by. Named by dotted strings: the runs know nothing of what they run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.utils.module_loading import import_string

from decisions.models import Audience, RunKind
from decisions.quality.notes import QualityNote


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an analysis: its document, doubts about the data, and how many rows it read."""

    result: dict[str, Any]
    quality: list[QualityNote] = field(default_factory=list)
    rows: int = 0


class CannotAnswerError(ValueError):
    """A question cannot be answered: a sentence for who asked. Any other error is a fault of ours, and nobody's to
    read but in the log."""


class Analysis(Protocol):
    """Works one kind. Idempotent; may write rows of its own kind besides, while `working_run` gives a run. Raises
    CannotAnswerError where the question cannot be answered. `progress` takes 0 to 1."""

    def __call__(
        self, audience: Audience, *, as_of: date, question: Mapping[str, Any], progress: Callable[[float], None]
    ) -> Outcome: ...


__all__ = ["ANALYSES", "Analysis", "CannotAnswerError", "Outcome", "QualityNote", "analysis_of"]

ANALYSES: dict[str, str] = {
    RunKind.WINRATE: "decisions.winrate.analysis.analyse",
    RunKind.DRIVERS: "decisions.drivers.analysis.analyse",
    RunKind.PATTERNS: "decisions.patterns.analysis.analyse",
    RunKind.ANOMALIES: "decisions.anomalies.analysis.analyse",
    RunKind.FORECAST: "decisions.forecasting.analysis.analyse",
    RunKind.ADVICE: "decisions.advice.analysis.analyse",
}


def analysis_of(kind: str) -> Analysis:
    found: Analysis = import_string(ANALYSES[kind])
    return found
