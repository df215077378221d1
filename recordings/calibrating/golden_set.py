"""Testing scorecards on the golden set: what would be answered now, held against what people said is right."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from recordings.models import GoldenExample, Scorecard
from recordings.quality.agreement import Agreement, cohens_kappa, percent_agreement
from recordings.quality.criteria import Criterion, read_criteria
from recordings.quality.scorecard import ScoreResult
from recordings.scoring.selection import load_calls
from recordings.scoring.work import measure_call
from salesiq.people.models import Client, User

AT_ONCE = 50
COLUMNS = ("call", "source", "question", "place", "machine_answer", "answer", "reason", "versions", "created_at")


@dataclass(frozen=True, slots=True)
class Tested:
    """One question: share of examples answered right now, and kappa; `unanswered` are left out of both."""

    question: str
    name: str
    share: Agreement
    kappa: Agreement
    unanswered: int


def try_scorecard(client: Client, scorecard: Scorecard) -> list[Tested]:
    """Answer the golden examples of `client` anew by `scorecard` from what is stored. Nothing changes.

    Examples of questions that the scorecard does not have, and corrected transcripts, are left out: those measure the
    recogniser, see `measure_accuracy`. Questions that a person answers have no automatic answer: unanswered.
    """
    questions = {criterion.key: criterion for criterion in read_criteria(scorecard.criteria)}
    rows = GoldenExample.objects.filter(client=client, question__in=questions).order_by("call", "created_at")
    right: dict[Any, dict[str, str]] = defaultdict(dict)
    for call, question, answer in rows.values_list("call_id", "question", "answer"):
        right[call][question] = answer  # the latest word
    pairs: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for call, said in _answers(list(right), list(questions.values())):
        for question, answer in right[call].items():
            pairs[question].append((answer, said.get(question) or None))
    return [_tested(question, pairs[key]) for key, question in questions.items() if key in pairs]


def _answers(calls: Sequence[Any], questions: Sequence[Criterion]) -> Iterator[tuple[Any, dict[str, str]]]:
    for start in range(0, len(calls), AT_ONCE):
        for call in load_calls(calls[start : start + AT_ONCE]):
            if hasattr(call, "analysis") and hasattr(call, "transcript"):
                result: ScoreResult = measure_call(call, questions)
                yield call.pk, {item.key: item.value for item in result.items}


def _tested(question: Criterion, pairs: Sequence[tuple[str, str | None]]) -> Tested:
    missing = sum(said is None for _, said in pairs)
    return Tested(question.key, question.name, percent_agreement(pairs), cohens_kappa(pairs), missing)


def list_golden(user: User) -> "QuerySet[GoldenExample]":
    """The examples of calls that `user` may see."""
    return GoldenExample.objects.visible_to(user).order_by("-created_at")


def golden_documents(rows: Iterable[GoldenExample]) -> Iterator[dict[str, Any]]:
    """Each example as JSON, as exports hold it."""
    for row in rows:
        yield {
            "call": str(row.call_id), "source": row.source, "question": row.question, "place": row.place,
            "machine_answer": row.machine_answer, "answer": row.answer, "reason": row.reason,
            "versions": row.versions, "created_at": row.created_at.isoformat(),
        }  # fmt: skip
