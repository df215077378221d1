"""Decisions, in the table and the world of the access matrix."""

from typing import Any

PAGES = ("decisions", "win-rate", "drivers", "forecast", "patterns", "anomalies", "findings", "rules", "models")


def addresses_of_decisions(address: Any, *, readers: frozenset[str], managers: frozenset[str]) -> list[Any]:
    """`readers` work with decisions; `managers` set rules and which model is in use."""
    return [
        *(address(f"analytics-{name}", get=readers) for name in PAGES),
        address("analytics-decisions-work", post=readers, data={"kind": "winrate"}),
    ]
