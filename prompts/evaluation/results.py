"""What was found of one answer by one assertion, and what all of them together make of it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# The rubric of an assertion (empty: of the house) to what the judge says of the answer.
Judge = Callable[[str], "Judgement"]
Assertion = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model that judges said, each from 0 (worst) to 1; the model gives them from 1 to 5."""

    accuracy: float
    relevance: float
    helpfulness: float
    reason: str = ""

    @property
    def mean(self) -> float:
        return (self.accuracy + self.relevance + self.helpfulness) / 3


class NotJudgedError(Exception):
    """The judge gave no scores; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """All that assertions look at. `parsed` is the answer read as its prompt says, None where it was not readable."""

    text: str
    parsed: Any = None
    expected: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)
    schema: Mapping[str, Any] | None = None
    judge: Judge | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """`passed` is None where it cannot be told (no judge, no embeddings); `score` is from 0 to 1."""

    passed: bool | None
    score: float | None
    message: str = ""

    @classmethod
    def of(cls, passed: bool, message: str) -> "Finding":
        """All or nothing; `message` is what is wrong, said only where something is."""
        return cls(passed, float(passed), "" if passed else message)


@dataclass(frozen=True, slots=True)
class Result:
    """A finding with the place of its assertion in the list, from 0; -1 is the check of the answer as such."""

    assertion: int
    kind: str
    passed: bool | None
    score: float | None
    message: str = ""
    weight: float = 1.0

    def as_json(self) -> dict[str, Any]:
        return {
            "assertion": self.assertion,
            "kind": self.kind,
            "passed": self.passed,
            "score": self.score,
            "message": self.message,
        }


def passed_all(results: Sequence[Result]) -> bool | None:
    """False where one failed, None where one cannot be told and none failed, else True."""
    said = [result.passed for result in results]
    if False in said:
        return False
    return None if None in said else True


def mean_score(results: Sequence[Result]) -> float | None:
    """The scores' mean by weight, 0 to 1; None where nothing was scored."""
    scored = [(result.score, result.weight) for result in results if result.score is not None]
    total = sum(weight for _score, weight in scored)
    return sum(score * weight for score, weight in scored) / total if total else None
