"""Why a run was not made or changed."""


class RunError(ValueError):
    """It cannot be run or changed so; the sentence says what to do. `code` for machines."""

    def __init__(self, message: str, code: str = "not_run") -> None:
        super().__init__(message)
        self.code = code


class RunDeniedError(PermissionError):
    """The user's role does not allow it."""
