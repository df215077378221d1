"""Why a model gave no answer, in kinds that callers decide by and in words that people can act on."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prompts.models import ModelExchange


class ErrorKind(StrEnum):
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    REFUSED_KEY = "refused_key"
    WRONG_MODEL = "wrong_model"
    BAD_REQUEST = "bad_request"
    TRUNCATED = "truncated"
    TOO_LONG = "too_long"
    BUDGET = "budget"
    NOT_ALLOWED = "not_allowed"
    PRIVATE_ADDRESS = "private_address"
    CANCELLED = "cancelled"
    NO_MODEL = "no_model"


# What may pass by itself; all else stays until somebody changes something.
PASSING = frozenset(
    {
        ErrorKind.UNREACHABLE,
        ErrorKind.TIMEOUT,
        ErrorKind.RATE_LIMITED,
        ErrorKind.SERVER_ERROR,
        ErrorKind.TRUNCATED,
    }
)


class ModelError(Exception):
    """No answer. `message` is a sentence for people and holds no key; `retry_after` are seconds, where known.

    `maybe_paid`: the endpoint had the question, and may ask money for it. `exchange` is the failed one, where there is.
    """

    def __init__(
        self,
        kind: ErrorKind | str,
        message: str,
        *,
        permanent: bool | None = None,
        retry_after: float | None = None,
        maybe_paid: bool = False,
    ) -> None:
        super().__init__(message)
        self.kind = ErrorKind(kind)
        self.message = message
        self.permanent = self.kind not in PASSING if permanent is None else permanent
        self.retry_after = retry_after
        self.maybe_paid = maybe_paid
        self.exchange: ModelExchange | None = None
