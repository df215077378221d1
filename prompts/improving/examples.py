"""A proposal without a model that writes: the best answers known so far become examples in the prompt."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Max

from prompts.improving.measuring import Measured
from prompts.models import DatasetCase, EvaluationCell, PromptVersion
from prompts.templates.content import ASSISTANT, USER, Message, VersionContent
from prompts.templates.marking import MARKED

MOST_EXAMPLES, LONGEST_EXAMPLE = 3, 4_000


@dataclass(frozen=True, slots=True)
class Example:
    case: UUID
    question: str
    answer: str


def choose_examples(
    *, version: PromptVersion, measured: Sequence[tuple[DatasetCase, Measured]], most: int = MOST_EXAMPLES
) -> list[Example]:
    """The best: cases that failed with their right answer; answers that people liked; answers that passed.

    Only of development cases that are about nobody: an example stays in a version for ever, and the words of a call
    must be erasable. Neither question nor answer may hold marks of templates.
    """
    free = [(case, result) for case, result in measured if case.subject_id is None and case.agent_id is None]
    liked = _liked(version, [case.pk for case, _result in free])
    found: list[tuple[int, Example]] = []
    for case, result in free:
        question = _question(result)
        if not question:
            continue
        if not result.passed and case.expected is not None:
            found.append((0, Example(case.pk, question, _as_answer(case.expected))))
        elif case.pk in liked:
            found.append((1 if not result.passed else 2, Example(case.pk, question, liked[case.pk])))
        elif result.passed and result.run is not None:
            found.append((3, Example(case.pk, question, result.run.answer)))
    usable = [(rank, example) for rank, example in found if _usable(example)]
    usable.sort(key=lambda pair: (pair[0], len(pair[1].question) + len(pair[1].answer)))
    return [example for _rank, example in usable[:most]]


def with_examples(content: VersionContent, examples: Iterable[Example]) -> VersionContent:
    """`content` with each example as a question and its answer before the last question."""
    turns = [turn for each in examples for turn in (Message(USER, each.question), Message(ASSISTANT, each.answer))]
    return replace(content, messages=(*content.messages[:-1], *turns, content.messages[-1]))


def _liked(version: PromptVersion, cases: Sequence[UUID]) -> dict[UUID, str]:
    """The newest passing answer of any version to each case that a person gave a thumb up and nobody one down."""
    cells = EvaluationCell.objects.filter(case__in=cases, passed=True, version__prompt=version.prompt_id)
    rows = (
        cells.filter(run__ratings__thumb=1)
        .exclude(run__ratings__thumb=-1)
        .values("case_id", "run__answer")
        .annotate(at=Max("created_at"))
        .order_by("at")
    )
    return {row["case_id"]: row["run__answer"] for row in rows}


def _question(result: Measured) -> str:
    if result.run is None or not result.run.messages or result.run.messages[-1].get("role") != USER:
        return ""
    # Each rendering marks values by a word of its own; in an example they would point nowhere.
    return MARKED.sub("", str(result.run.messages[-1]["content"]))


def _as_answer(expected: Any) -> str:
    return expected if isinstance(expected, str) else json.dumps(expected, ensure_ascii=False)


def _usable(example: Example) -> bool:
    both = example.question + example.answer
    return bool(example.answer.strip()) and len(both) <= LONGEST_EXAMPLE and "{{" not in both and "{%" not in both
