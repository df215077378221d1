"""What can be wrong with a script or a scorecard that people wrote."""


class QualityError(ValueError):
    """A standard that cannot be used. `code` is for machines, `message` for the person who wrote it.

    `where` names the entry, `sentence` says what is wrong there; both are empty where it is not about one entry.
    """

    code = "standard_invalid"

    def __init__(self, message: str, *, where: str = "", sentence: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.sentence = sentence


class ScriptError(QualityError):
    """A sales script that cannot be read."""

    code = "script_invalid"


class ScorecardError(QualityError):
    """A scorecard that cannot be read."""

    code = "scorecard_invalid"
