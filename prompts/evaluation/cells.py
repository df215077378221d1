"""One cell of the matrix: asked, checked, judged; the same whether it is the first attempt or one after a crash."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from prompts.context.registry import ContextDeniedError, ContextError, Subject
from prompts.evaluation.assertions import check_assertions
from prompts.evaluation.judging import SCORES, judge_of
from prompts.evaluation.results import Assertion, Judge, NotJudgedError, Result, mean_score, passed_all
from prompts.models import (
    DatasetCase,
    Evaluation,
    EvaluationCell,
    LanguageModel,
    PromptRun,
    PromptVersion,
    Purpose,
    ResponseType,
    Validity,
)
from prompts.providers.errors import ErrorKind
from prompts.running.running import run_version
from prompts.templates.problems import RenderingError

# No answer, and the version is to blame: asking again would change nothing.
FAULTS_OF_VERSION = frozenset({ErrorKind.TOO_LONG, ErrorKind.BAD_REQUEST})


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the matrix."""

    case: DatasetCase
    version: PromptVersion
    model: LanguageModel
    repeat: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A cell that is not saved yet. `error_kind` and `error` say why there is no answer, where it may come later."""

    cell: EvaluationCell
    cost: Decimal
    error_kind: str = ""
    error: str = ""


def key_of(evaluation: Evaluation, place: Place) -> str:
    """The idempotency key of a cell's question: whoever asks again gets the answer that was paid."""
    return f"{key_prefix(evaluation)}{place.case.pk}:{place.version.pk}:{place.model.pk}:{place.repeat}"


def key_prefix(evaluation: Evaluation) -> str:
    """How the keys of all exchanges of an evaluation begin."""
    return f"evaluation:{evaluation.pk}:"


def fill_cell(evaluation: Evaluation, place: Place) -> Filled:
    """Ask, check and judge. Outside any transaction: it waits for models."""
    case = place.case
    subject = Subject(case.subject_kind, case.subject_id) if case.subject_id else None
    try:
        run = run_version(
            version=place.version, values=case.variables, subject=subject, model=place.model,
            purpose=Purpose.EVALUATION, user=evaluation.started_by, key=key_of(evaluation, place),
        )  # fmt: skip
    except (RenderingError, ContextError, ContextDeniedError) as error:
        return Filled(_cell(evaluation, place, None, [_whole("rendering", False, str(error))], 0.0), Decimal(0))
    if run.validity == Validity.FAILED:
        return _unanswered(evaluation, place, run)
    return Filled(_answered(evaluation, place, run), run.cost)


def assertions_of(case: DatasetCase, version: PromptVersion) -> list[Assertion]:
    """What must hold: the case's assertions; without any that the answer is the right one, where that is known. A text
    need only mean the same."""
    if case.assertions or case.expected is None:
        return list(case.assertions)
    return [{"kind": "similarity" if version.response_type == ResponseType.TEXT else "equals"}]


def _answered(evaluation: Evaluation, place: Place, run: PromptRun) -> EvaluationCell:
    case = place.case
    judge = _judge(evaluation, place, run)
    results = check_assertions(
        assertions_of(case, place.version), answer=run.answer, parsed=run.parsed, expected=case.expected,
        values=case.variables, judge=judge, schema=place.version.response_schema,
    )  # fmt: skip
    score: float | None = mean_score(results)
    if run.validity == Validity.INVALID:
        # What production would refuse is worth nothing, whatever else holds of it.
        told = "; ".join(problem["message"] for problem in run.problems)
        results, score = [_whole("validity", False, told or _("The answer is invalid.")), *results], 0.0
    cell = _cell(evaluation, place, run, results, 1.0 if score is None and passed_all(results) else score)
    if judge is not None:
        try:
            said = judge("")
        except NotJudgedError as error:
            cell.results = [*cell.results, _whole("judge", None, str(error)).as_json()]
        else:
            for name in SCORES:
                setattr(cell, name, getattr(said, name))
    return cell


def _judge(evaluation: Evaluation, place: Place, run: PromptRun) -> Judge | None:
    if evaluation.judge is None:
        return None
    return judge_of(
        client=evaluation.client, model=evaluation.judge, messages=run.messages, answer=run.answer,
        expected=place.case.expected, prompt=evaluation.prompt, key=key_of(evaluation, place),
    )  # fmt: skip


def _unanswered(evaluation: Evaluation, place: Place, run: PromptRun) -> Filled:
    if run.error_kind in FAULTS_OF_VERSION:
        return Filled(_cell(evaluation, place, run, [_whole("answer", False, run.error)], 0.0), run.cost)
    cell = _cell(evaluation, place, run, [_whole("answer", None, run.error)], None)
    return Filled(cell, run.cost, run.error_kind or ErrorKind.UNREACHABLE, run.error)


def _whole(kind: str, passed: bool | None, message: str) -> Result:
    """A finding about the answer as such."""
    return Result(-1, kind, passed, None if passed is None else float(passed), message[:1000])


def _cell(
    evaluation: Evaluation, place: Place, run: PromptRun | None, results: list[Result], score: float | None
) -> EvaluationCell:
    values: dict[str, Any] = {"passed": passed_all(results), "score": score}
    return EvaluationCell(
        client_id=evaluation.client_id, evaluation=evaluation, case=place.case, version=place.version,
        model=place.model, repeat=place.repeat, run=run, results=[each.as_json() for each in results], **values,
    )  # fmt: skip
