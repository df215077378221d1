"""Why a run was not made or changed."""

from django.core.exceptions import PermissionDenied

from testcases.services import CaseError


class RunError(CaseError):
    """It cannot be run or changed so; the sentence says what to do."""

    code = "not_run"


class RunDeniedError(PermissionDenied):
    """The user may not, or does not see what it is about."""
