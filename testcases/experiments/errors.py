"""What can be wrong with an experiment."""


class ExperimentError(Exception):
    """A sentence that says what to do; `code` for machines."""

    def __init__(self, sentence: str, *, code: str) -> None:
        super().__init__(sentence)
        self.code = code
