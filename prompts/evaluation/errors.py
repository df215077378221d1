"""What evaluation refuses, in sentences that say what to do."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError


class EvaluationError(ValidationError):
    """Something cannot be done as asked; `messages` hold the sentences, `code` is for programs."""


class InvalidCasesError(EvaluationError):
    """Lines of a file that cannot become cases; nothing of the file was taken. `lines`: (line, sentence)."""

    def __init__(self, lines: Sequence[tuple[int, str]]) -> None:
        self.lines = list(lines)
        super().__init__([f"{line}: {sentence}" for line, sentence in lines], code="invalid_cases")
