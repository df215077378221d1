"""The back office of calls. Importing the modules registers their screens."""

from recordings.admin import (
    bulk,
    calls,
    consent,
    dashboard,
    disposals,
    evidence,
    golden,
    holds,
    persons,
    redaction,
    retention,
    reviews,
    standards,
    tracking,
)

__all__ = [
    "bulk",
    "calls",
    "consent",
    "dashboard",
    "disposals",
    "evidence",
    "golden",
    "holds",
    "persons",
    "redaction",
    "retention",
    "reviews",
    "standards",
    "tracking",
]
