"""What the detectors give back: kinds and places of personal data, never the data."""

from __future__ import annotations

from dataclasses import dataclass

from recordings.language.types import Span

KINDS = (
    "card",
    "bank_account",
    "national_id",
    "password",
    "birth_date",
    "phone",
    "email",
    "address",
    "name",
)
# What nobody needs in a sales call's record, and what does the most harm when it leaks.
DEFAULT_KINDS = ("card", "bank_account", "national_id", "password")


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One piece of personal data at `spans`, one a line, in order.

    `part` says more than `kind` ("number", "cvv", "us_ssn", ...). `verified` is true when a check digit holds.
    `confidence` is 0 to 1; `country` an ISO 3166 code where a country's own rules decided, otherwise empty.
    """

    kind: str
    part: str
    spans: tuple[Span, ...]
    confidence: float
    verified: bool = False
    country: str = ""


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """Names that the call's record knows beforehand, so that they are found without any cue."""

    names: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
