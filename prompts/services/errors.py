"""What the services of prompts refuse, in sentences that say what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from prompts.templates.problems import Problem


class PromptError(Exception):
    """`sentence` is for people, `code` for programs."""

    code = "prompt"

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code


class ContentError(PromptError):
    """The content cannot be a version: `problems` say what is wrong and where."""

    code = "content"

    def __init__(self, sentence: str, problems: Sequence[Problem]) -> None:
        super().__init__(sentence)
        self.problems = list(problems)


class NameTakenError(PromptError):
    """Another prompt of the client has the name."""

    code = "name_taken"


class StaleVersionError(PromptError):
    """Somebody saved a newer version since; `newest` is its number."""

    code = "stale_version"

    def __init__(self, sentence: str, *, newest: int) -> None:
        super().__init__(sentence)
        self.newest = newest


class ProtectedLabelError(PromptError):
    """The label is moved by a release only."""

    code = "protected_label"


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One mistake in a file: `line` counts from 1, and is 0 where none can be named."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.message}" if self.line else self.message


class PromptFileError(PromptError):
    """A file is no prompt; `problems` name the lines."""

    code = "prompt_file"

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        super().__init__(" ".join(str(problem) for problem in problems))
        self.problems = list(problems)
