"""What one version makes of one case: asked, checked and scored as an evaluation would, kept as a run."""

from dataclasses import dataclass

from prompts.context.registry import ContextDeniedError, ContextError, Subject
from prompts.evaluation.assertions import check_assertions
from prompts.evaluation.cells import FAULTS_OF_VERSION, assertions_of
from prompts.evaluation.judging import judge_of
from prompts.evaluation.results import Judge, Result, mean_score, passed_all
from prompts.models import DatasetCase, LanguageModel, PromptRun, PromptVersion, Purpose, Suggestion, Validity
from prompts.providers.errors import PASSING, ErrorKind
from prompts.running.running import run_version
from prompts.templates.content import VersionContent
from prompts.templates.problems import RenderingError
from salesiq.jobs.errors import JobError, PermanentJobError


@dataclass(frozen=True, slots=True)
class Measured:
    """`score` is 0 to 1; `wrong` says what did not hold. `run` is None where the case could not be filled."""

    passed: bool
    score: float
    wrong: tuple[str, ...] = ()
    run: PromptRun | None = None


def as_version(base: PromptVersion, content: VersionContent) -> PromptVersion:
    """A version of `content` that is asked and not saved. Its runs hang on `base`, with the purpose improvement, and
    their messages hold what was asked; so nothing becomes a version before a person says so."""
    given = content.as_json()
    return PromptVersion(
        pk=base.pk, prompt=base.prompt, client=base.client, number=base.number, created_at=base.created_at, **given
    )


def measure_case(
    *, suggestion: Suggestion, version: PromptVersion, case: DatasetCase, key: str, judge: LanguageModel | None
) -> Measured:
    """Ask `version` and check the answer. The same `key` again finds the run that is there.

    Raises:
        JobError: the model does not answer now.
        PermanentJobError: it will not before somebody changes something.
    """
    subject = Subject(case.subject_kind, case.subject_id) if case.subject_id else None
    try:
        run = run_version(
            version=version, values=case.variables, subject=subject, model=suggestion.model,
            purpose=Purpose.IMPROVEMENT, user=suggestion.asked_by, key=key,
        )  # fmt: skip
    except (RenderingError, ContextError, ContextDeniedError) as error:
        return Measured(False, 0.0, (str(error),))
    if run.validity == Validity.FAILED:
        if run.error_kind in FAULTS_OF_VERSION:
            return Measured(False, 0.0, (run.error,), run)
        raise unanswered(run)
    results = _results(suggestion, version, case, run, key, judge)
    wrong = tuple(result.message for result in results if result.passed is False and result.message)
    if run.validity == Validity.INVALID:
        return Measured(False, 0.0, (*(problem["message"] for problem in run.problems), *wrong), run)
    passed, score = passed_all(results), mean_score(results)
    return Measured(bool(passed), float(bool(passed)) if score is None else score, wrong, run)


def unanswered(run: PromptRun) -> JobError:
    """What to raise where a job needs an answer and got none."""
    passing = run.error_kind in PASSING or run.error_kind == ErrorKind.CANCELLED
    return JobError(run.error) if passing else PermanentJobError(run.error)


def _results(
    suggestion: Suggestion,
    version: PromptVersion,
    case: DatasetCase,
    run: PromptRun,
    key: str,
    judge: LanguageModel | None,
) -> list[Result]:
    asked: Judge | None = None
    if judge is not None:
        asked = judge_of(
            client=suggestion.client, model=judge, messages=run.messages, answer=run.answer, expected=case.expected,
            prompt=suggestion.prompt, key=key,
        )  # fmt: skip
    return check_assertions(
        assertions_of(case, version), answer=run.answer, parsed=run.parsed, expected=case.expected,
        values=case.variables, judge=asked, schema=version.response_schema,
    )  # fmt: skip
