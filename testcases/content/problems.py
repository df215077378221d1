"""What is wrong with a case's document, each with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def gettext_noop(text: str) -> str:
    """Marks a sentence for translation; who shows it translates (this room knows nothing of Django)."""
    return text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `path` is a JSON Pointer into the document, as `/facts/2/asked`; "" is all of it.

    `message` is English; `template` and `values` are what it is made of, for who shows it in another language.
    """

    path: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.template % self.values if self.values else self.template

    def __str__(self) -> str:
        return f"{self.path or '/'}: {self.message}"


class ContentError(ValueError):
    """A document that is no case. `problems` are all that was found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(str(problem) for problem in self.problems))
