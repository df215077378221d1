"""Asking once more, with what was wrong in words."""

from collections.abc import Sequence

from prompts.templates.content import ASSISTANT, USER, VersionContent
from prompts.validation.types import AnswerProblem

# Of a first answer that ran away, this much is shown back.
MOST_CHARACTERS = 6000


def repair_messages(answer: str, problems: Sequence[AnswerProblem], content: VersionContent) -> list[dict[str, str]]:
    """The turns that follow the first ones: the answer as it came, and what must be otherwise."""
    listed = "\n".join(f"- {_line(problem)}" for problem in problems)
    form = " Give one JSON value and nothing beside it." if content.response_type == "json" else ""
    asked = f"This answer cannot be used:\n{listed}\n\nAnswer the first request again, with this mended.{form}"
    return [
        {"role": ASSISTANT, "content": answer[:MOST_CHARACTERS] or "(empty)"},
        {"role": USER, "content": asked},
    ]


def _line(problem: AnswerProblem) -> str:
    return f"{problem.place}: {problem.message}" if problem.place not in ("", "$") else problem.message
