"""What is found wrong with an answer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """`check` names the rule, `message` says what is wrong so that a model can mend it, `place` where (a JSON path)."""

    check: str
    message: str
    place: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Validated:
    """The answer as its response type says (text, number, list, JSON), None where it is none; and what is wrong."""

    parsed: Any
    problems: tuple[AnswerProblem, ...]

    @property
    def valid(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer on its way through the checks: `texts` are its pieces of text by place, all that a person reads."""

    text: str
    parsed: Any
    values: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict)
