"""Whether an answer may be used: its form first, then what it says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from prompts.templates.content import VersionContent
from prompts.validation.echo import find_echoes
from prompts.validation.forbidden import find_forbidden
from prompts.validation.form import read_answer
from prompts.validation.languages import find_wrong_language
from prompts.validation.lengths import find_wrong_length
from prompts.validation.numbers import find_ungrounded_numbers
from prompts.validation.personal_data import find_leaks
from prompts.validation.quotes import find_ungrounded_quotes
from prompts.validation.refusals import find_refusal
from prompts.validation.texts import text_leaves
from prompts.validation.types import Answer, AnswerProblem, Validated

__all__ = ["AnswerProblem", "Validated", "validate"]

MOST_PROBLEMS = 20


def validate(
    answer: str,
    *,
    content: VersionContent,
    values: Mapping[str, Any],
    language: str = "",
    messages: Sequence[Mapping[str, str]] = (),
    boundary: str = "",
) -> Validated:
    """What `answer` is by the response type of `content`, and what `content.checks` finds wrong with it.

    `values` filled the prompt. `language` is the one that answers should have, unless the checks name another.
    `messages` ({role, content}) are those that were sent, `boundary` marks texts of calls in them: an answer must not
    repeat what they told the model.
    """
    parsed, problems = read_answer(answer, content)
    if not problems or parsed is not None:
        read = Answer(answer, parsed, values, dict(text_leaves(answer if parsed is None else parsed)))
        problems = [*problems, *_of_meaning(read, content, language), *find_echoes(read, content, messages, boundary)]
    elif refusal := list(find_refusal(Answer(answer, None, values, {"": answer}), content.checks)):
        problems = refusal
    return Validated(parsed, tuple(_once(problems))[:MOST_PROBLEMS])


def _of_meaning(answer: Answer, content: VersionContent, language: str) -> Iterator[AnswerProblem]:
    checks = content.checks
    yield from find_refusal(answer, checks)
    yield from find_wrong_length(answer, checks)
    yield from find_wrong_language(answer, checks, language)
    yield from find_ungrounded_quotes(answer, checks, content.variables)
    yield from find_ungrounded_numbers(answer, checks, content.variables)
    yield from find_forbidden(answer, checks)
    yield from find_leaks(answer, checks, content.variables, language)


def _once(problems: Iterable[AnswerProblem]) -> Iterator[AnswerProblem]:
    yield from dict.fromkeys(problems)
