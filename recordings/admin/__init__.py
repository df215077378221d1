"""The back office of calls. Importing the modules registers their screens."""

from recordings.admin import (
    calls,
    consent,
    dashboard,
    disposals,
    evidence,
    holds,
    persons,
    redaction,
    retention,
    standards,
)

__all__ = [
    "calls",
    "consent",
    "dashboard",
    "disposals",
    "evidence",
    "holds",
    "persons",
    "redaction",
    "retention",
    "standards",
]
