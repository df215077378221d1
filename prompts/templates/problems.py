"""What is wrong with a prompt or with what it is filled with, each with its name and its place."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `name` is the variable, block, tag or field; `place` says where ("message 2, line 3")."""

    name: str
    message: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message

    def as_json(self) -> dict[str, str]:
        return {"name": self.name, "message": self.message, "place": self.place}


class RenderingError(ValueError):
    """A prompt that cannot be filled. `problems` are all that was found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(str(each) for each in self.problems))
