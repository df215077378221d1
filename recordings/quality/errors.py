"""What can be wrong with a script or a scorecard that people wrote."""


class QualityError(ValueError):
    """A standard that cannot be used. `code` is for machines, `message` for the person who wrote it."""

    code = "standard_invalid"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ScriptError(QualityError):
    """A sales script that cannot be read."""

    code = "script_invalid"


class ScorecardError(QualityError):
    """A scorecard that cannot be read."""

    code = "scorecard_invalid"
