"""What runs, cases and exchanges say about a call or a person: blanked, masked, removed or given out by its subject.

Counted figures stay: validity, scores, tokens, cost, times. The rooms above call this when they forget a subject; each
function joins their transaction and may run again.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from prompts.models import (
    DatasetCase,
    EvaluationCell,
    ExchangeStatus,
    HumanRating,
    ModelExchange,
    PromptRun,
    PromptTrial,
)
from salesiq.people.models import Client

# Longer than any model may take with all its attempts.
LONGEST_ASKING = timedelta(hours=1)
Walk = Callable[[Any], Any]
RUN_TEXTS = ("variables", "messages", "left_out", "answer", "parsed", "problems", "error")
CASE_TEXTS = ("name", "variables", "expected", "assertions")
_EMPTY: dict[str, Any] = {
    "variables": {}, "messages": [], "left_out": [], "answer": "", "parsed": None, "problems": [], "error": "",
}  # fmt: skip


def forget_subjects(*, client: Client, kind: str, ids: Collection[UUID]) -> dict[str, int]:
    """Blank what runs about these subjects say, and delete the cases made of them with their answers' results.

    Returns how many rows by table.
    """
    runs = _runs(client, kind, ids)
    cells = EvaluationCell.objects.filter(run__in=runs)
    rows = {
        HumanRating: HumanRating.objects.filter(run__in=runs).exclude(comment="").update(comment=""),
        EvaluationCell: _blank_results(cells),
        ModelExchange: _forget_exchanges(client, runs),
        PromptTrial: _trials(client, kind, ids).exclude(values={}).update(values={}),
    }
    counted: dict[str, int] = {model._meta.label_lower: count for model, count in rows.items()}
    counted[PromptRun._meta.label_lower] = _written(runs).update(**_EMPTY)
    for label, count in _cases(client, kind, ids).delete()[1].items():
        counted[label.lower()] = counted.get(label.lower(), 0) + count
    return {label: count for label, count in counted.items() if count}


def remove_subjects(*, client: Client, kind: str, ids: Collection[UUID]) -> dict[str, int]:
    """Delete runs about these subjects and cases made of them: nothing of them is counted any more."""
    runs = _runs(client, kind, ids)
    counted = {ModelExchange._meta.label_lower: _forget_exchanges(client, runs)}
    doomed = (runs, _trials(client, kind, ids), _cases(client, kind, ids))
    for removed in [rows.delete()[1] for rows in doomed]:
        for label, count in removed.items():
            counted[label.lower()] = counted.get(label.lower(), 0) + count
    return {label: count for label, count in counted.items() if count}


def mask_subject(*, client: Client, kind: str, subject_id: UUID, walk: Walk) -> None:
    """Put `walk(value)` in the place of every text about the subject; it takes texts, lists and objects."""
    runs = _runs(client, kind, [subject_id])
    _mask(runs, RUN_TEXTS, walk)
    _mask(_cases(client, kind, [subject_id]), CASE_TEXTS, walk)
    _mask(_trials(client, kind, [subject_id]), ("values",), walk)
    about = Q(run__in=runs) | Q(case__in=_cases(client, kind, [subject_id]))
    _mask(EvaluationCell.objects.filter(about), ("results",), walk)
    _mask(HumanRating.objects.filter(run__in=runs), ("comment",), walk)
    _mask(ModelExchange.objects.filter(runs__in=runs).distinct(), ("answer", "error"), walk)
    _unowned(client, runs).update(answer="", key="", request_hash="")


def document_of(*, client: Client, kind: str, subject_id: UUID) -> list[dict[str, Any]]:
    """What models were asked about the subject and answered, oldest first, for the archive of a person."""
    runs = _runs(client, kind, [subject_id]).select_related("prompt", "version").prefetch_related("ratings")
    return [
        {
            "on": run.created_at.isoformat(timespec="seconds"),
            "asked_by_prompt": f"{run.prompt.name}, version {run.version.number}",
            "for": run.purpose,
            "model": run.model_name,
            "answer": run.answer,
            "found_to_be": run.validity,
            "what_people_said_of_it": [rating.comment for rating in run.ratings.all() if rating.comment],
        }
        for run in runs.order_by("created_at")
    ]


def subjects_with_texts(*, kind: str) -> "models.QuerySet[PromptRun, Any]":
    """Ids of subjects of a kind of which runs still say something."""
    return _written(PromptRun.objects.filter(subject_kind=kind)).values("subject_id")


def _runs(client: Client, kind: str, ids: Collection[UUID]) -> "models.QuerySet[PromptRun]":
    return PromptRun.objects.filter(client=client, subject_kind=kind, subject_id__in=list(ids))


def _cases(client: Client, kind: str, ids: Collection[UUID]) -> "models.QuerySet[DatasetCase]":
    return DatasetCase.objects.filter(client=client, subject_kind=kind, subject_id__in=list(ids))


def _trials(client: Client, kind: str, ids: Collection[UUID]) -> "models.QuerySet[PromptTrial]":
    return PromptTrial.objects.filter(client=client, subject_kind=kind, subject_id__in=list(ids))


def _written(runs: "models.QuerySet[PromptRun]") -> "models.QuerySet[PromptRun]":
    return runs.exclude(answer="", error="", messages=[], variables={}, problems=[])


def _forget_exchanges(client: Client, runs: "models.QuerySet[PromptRun]") -> int:
    """The answers that the runs own, and those that nobody owns and that may be about the same subject."""
    gone = {"answer": "", "error": "", "request_hash": "", "key": ""}
    owned = ModelExchange.objects.filter(pk__in=runs.exclude(exchange=None).values("exchange"))
    return owned.exclude(answer="", error="", request_hash="").update(**gone) + _unowned(client, runs).update(**gone)


def _unowned(client: Client, runs: "models.QuerySet[PromptRun]") -> "models.QuerySet[ModelExchange]":
    """First answers that were mended, and what judges said: no run names them. They go by their time, since the
    first run about the subject; what is lost is that the same question is not asked twice."""
    first = runs.order_by("created_at").values_list("created_at", flat=True).first()  # written when it had its answer
    if first is None:
        return ModelExchange.objects.none()
    rows = ModelExchange.objects.filter(client=client, runs=None, created_at__gte=first - LONGEST_ASKING)
    return rows.exclude(status=ExchangeStatus.RESERVED).exclude(answer="")


def _blank_results(cells: "models.QuerySet[EvaluationCell]") -> int:
    """What an assertion says of an answer may quote it; whether it passed stays."""
    changed = []
    for cell in cells.exclude(results=[]):
        cell.results = [{**result, "message": ""} for result in cell.results]
        changed.append(cell)
    return EvaluationCell.objects.bulk_update(changed, ["results"], batch_size=500) if changed else 0


def _mask(rows: "models.QuerySet[Any]", names: Collection[str], walk: Walk) -> None:
    for row in rows.iterator(chunk_size=200):
        before = {name: getattr(row, name) for name in names}
        after = {name: walk(value) for name, value in before.items()}
        if after != before:
            type(row)._base_manager.filter(pk=row.pk).update(**after)
