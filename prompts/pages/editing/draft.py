"""A version while it is written: what the fields hold, what it would be, and what is wrong, each at its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from prompts.pages.editing.answer import LENGTHS, NUMBERS, AnswerFields
from prompts.pages.editing.entries import MessageEntry, VariableEntry, read_messages, read_variables
from prompts.templates.checking import check_content
from prompts.templates.content import VersionContent
from prompts.templates.filling import declared
from prompts.templates.language import compile_messages, message_place
from prompts.templates.problems import Problem
from prompts.templates.variables import NAME

# Fields of the answer at which problems are shown.
PLACES = (*NUMBERS, *LENGTHS, "schema", "more_checks", "more_parameters")


@dataclass(slots=True)
class Draft:
    """`whole` are problems that belong to no field, `undeclared` names that messages use and no variable has."""

    messages: list[MessageEntry]
    variables: list[VariableEntry]
    answer: AnswerFields
    blocks: dict[str, str] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)
    undeclared: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, content: VersionContent) -> "Draft":
        data = content.as_json()
        return cls(
            [MessageEntry(f"m{n}", each["role"], each["content"]) for n, each in enumerate(data["messages"])],
            [VariableEntry.of(f"v{n}", each) for n, each in enumerate(data["variables"])],
            AnswerFields.of(
                response_type=data["response_type"], parameters=data["parameters"],
                schema=data["response_schema"], checks=data["checks"],
            ),
            dict(data["blocks"]),
        )  # fmt: skip

    @classmethod
    def empty(cls) -> "Draft":
        """What a new prompt begins with."""
        answer = AnswerFields.of(response_type="text", parameters={"temperature": 0.2}, schema=None, checks={})
        return cls([MessageEntry("m0", "system"), MessageEntry("m1", "user")], [], answer)

    @classmethod
    def read(cls, data: QueryDict) -> "Draft":
        return cls(read_messages(data), read_variables(data), AnswerFields.read(data))

    @property
    def content(self) -> VersionContent:
        """What the fields say, as far as they can be read."""
        return VersionContent.from_json(
            {
                "messages": [each.as_json() for each in self.messages],
                "variables": [each.as_json() for each in self.variables],
                "blocks": self.blocks,
                "parameters": self.answer.parameters,
                "response_type": self.answer.response_type,
                "response_schema": self.answer.schema,
                "checks": self.answer.checks,
            }
        )

    @property
    def problem_count(self) -> int:
        fields = sum(len(each) for each in self.answer.problems.values())
        messages = sum(len(each.problems) for each in self.messages)
        return fields + len(self.whole) + messages + sum(len(each.problems) for each in self.variables)

    def check(self, blocks: Mapping[str, str]) -> None:
        """Find what is wrong and put it where it is."""
        content = replace(self.content, blocks=blocks)
        self.place(check_content(content, blocks))
        messages = tuple((each.role, each.content) for each in content.messages)
        uses = compile_messages(messages, tuple(sorted(blocks.items()))).uses
        names = dict.fromkeys(use.name for use in uses if declared(content, use) is None)
        self.undeclared = [name for name in names if NAME.fullmatch(name)]

    def place(self, problems: Iterable[Problem]) -> None:
        """Each of `problems` to the field that it is about; those of no field to the whole."""
        for problem in problems:
            row = self._row_of(problem)
            told = _at_line(problem, row)
            if row is not None:
                row.problems.append(told)
            elif problem.name in ("schema", "response_schema"):
                self.answer.problems.setdefault("schema", []).append(told)
            elif problem.name in self.answer.texts:
                self.answer.problems.setdefault(problem.name, []).append(told)
            else:
                self.whole.append(str(problem))

    def _row_of(self, problem: Problem) -> MessageEntry | VariableEntry | None:
        for index, message in enumerate(self.messages):
            at = message_place(index)
            if problem.place == at or problem.place.startswith(f"{at},"):
                return message
        return next((each for each in self.variables if each.name and each.name == problem.name), None)

    def context(self) -> dict[str, Any]:
        places = [(name, self.answer.problems.get(name, ())) for name in PLACES]
        return {
            "draft": self,
            "answer": self.answer,
            "answer_places": places,
            "problem_count": self.problem_count,
        }


def _at_line(problem: Problem, row: MessageEntry | VariableEntry | None) -> str:
    """The problem without what is plain from where it is shown: `line 3: …`."""
    if isinstance(row, MessageEntry) and "," in problem.place:
        return f"{problem.place.split(',', 1)[1].strip()}: {problem.message}"
    return problem.message if row is not None else str(problem)
