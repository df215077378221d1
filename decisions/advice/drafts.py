"""What a rule found, before it is known whether it was found before. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

QUARTER_DAYS = 91
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A finding to be: fields as `decisions.models.Finding` has them. `money` is for a quarter, where it is a flow."""

    kind: str
    code: str
    key: str
    action: str
    figures: Mapping[str, Any]
    evidence: list[dict[str, Any]]
    certainty: float
    money: float | None = None
    run: UUID | None = None

    @property
    def rank(self) -> float:
        """Money at stake × certainty; findings without money come after those with some, the surest first."""
        return (self.money or 0.0) * self.certainty + self.certainty

    @property
    def short_key(self) -> str:
        return self.key[:LONGEST_KEY]


@dataclass(slots=True)
class Heard:
    """What one rule said: its findings, or why it could not be asked (then what it found before stays)."""

    drafts: list[Draft] = field(default_factory=list)
    silent_because: str = ""


def key_of(code: str, groups: Mapping[str, str], *more: str) -> str:
    """The same for the same thing."""
    parts = [f"{dimension}={key}" for dimension, key in sorted(groups.items())]
    return ":".join([code, *more, *parts])


def evidence_row(label_code: str, value: Any, *, low: Any = None, high: Any = None, n: int | None = None,
                 unit: str = "", url_query: str = "") -> dict[str, Any]:  # fmt: skip
    """One figure behind a finding."""
    row = {"label_code": label_code, "value": value, "low": low, "high": high, "n": n, "url_query": url_query}
    return {**row, "unit": unit} if unit else row


def sure(q: float | None) -> float:
    """Certainty out of a corrected p."""
    return min(max(1.0 - (1.0 if q is None else q), 0.0), 1.0)
