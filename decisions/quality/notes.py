"""What a doubt about the data is."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypedDict


class Severity(StrEnum):
    """INFO: good to know. WARNING: results may be off. BLOCKING: what it touches cannot be told from this data."""

    INFO = "info"
    WARNING = "warning"
    BLOCKING = "blocking"


class QualityNote(TypedDict, total=False):
    """One doubt about the data: what it is (`code`), how bad (info | warning | blocking), how many rows `n` of `of`.

    `figures` are what its sentence names (a field, a day); `touches` the results it weakens ("" for all): dimensions,
    metrics, features.
    """

    code: str
    severity: str
    n: int
    of: int
    figures: dict[str, Any]
    touches: list[str]


def note(code: str, severity: Severity, n: int, of: int, touches: Iterable[str] = ("",), **figures: Any) -> QualityNote:
    return {
        "code": code, "severity": severity.value, "n": int(n), "of": int(of), "figures": figures,
        "touches": list(touches),
    }  # fmt: skip
