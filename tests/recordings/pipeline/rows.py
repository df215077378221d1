"""What one call has left behind, to be compared with another's."""

from pathlib import Path
from typing import Any

from django.db.models import Model, QuerySet

from recordings.document import analysis_document
from recordings.models import (
    CallAnalysis,
    ComplianceFinding,
    Entity,
    FollowUp,
    Intent,
    Objection,
    PipelineStep,
    Recording,
    SalesCall,
    Score,
    ScoreItem,
    Topic,
    Transcript,
    Utterance,
)
from recordings.selectors import whole_calls
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job

FINDINGS = (Utterance, Intent, Entity, Topic, Objection, ComplianceFinding, FollowUp, Transcript, Score)


def all_rows(model: type[Model]) -> QuerySet[Any]:
    return model._default_manager.all()


def count_rows(call: str, rows: Any = all_rows) -> dict[str, int]:
    """How many rows of each kind belong to the call; `rows` gives a model's rows in the right database."""
    counts = {model.__name__: rows(model).filter(call=call).count() for model in FINDINGS}
    for model in (CallAnalysis, PipelineStep, Recording):
        counts[model.__name__] = rows(model).filter(call=call).count()
    counts["ScoreItem"] = rows(ScoreItem).filter(score__call=call).count()
    counts["Job"] = rows(Job).filter(subject=call).count()
    counts["AuditEvent"] = rows(AuditEvent).filter(object_id=call).count()
    return counts


def document_of(call: str, rows: Any = all_rows) -> dict[str, Any]:
    """The call as one document, without what differs from run to run."""
    document = analysis_document(whole_calls(rows(SalesCall).filter(pk=call)).get())
    assert set(document.pop("timings")) == {step.stage for step in rows(PipelineStep).filter(call=call)}
    return document


def files_of(call: str, media: Path, rows: Any = all_rows) -> set[str]:
    """Names of the files in the recording's folder; those that the row names are called "received" and "current"."""
    recording = rows(Recording).get(call=call)
    named = {Path(recording.file.name).name: "received", Path(recording.playback.name or "-").name: "current"}
    return {named.get(path.name, path.name) for path in (media / recording.folder).iterdir()}
