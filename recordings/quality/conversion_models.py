"""Who estimates the chance of a sale in the place of the rules: a model fitted on a client's own calls.

This package knows no such model; the room that fits them registers one who asks it when the installation starts.
"""

from __future__ import annotations

from typing import Protocol

from recordings.quality.conversion import Conversion


class ConversionEstimator(Protocol):
    """Ids are texts. `version_for` names the client's model in use, empty where none has earned it. `estimate` joins
    the caller's transaction and may keep rows of its own; None leaves the call to the rules. Neither raises."""

    def version_for(self, client: str) -> str: ...

    def estimate(self, *, call: str, client: str) -> Conversion | None: ...


_registered: list[ConversionEstimator] = []


def register_estimator(estimator: ConversionEstimator | None) -> None:
    """Have `estimator` asked before the rules from now on, in this process; None leaves all to the rules."""
    _registered[:] = [] if estimator is None else [estimator]


def conversion_version(client: str) -> str:
    """Of the model that estimates this client's calls; empty while the rules do."""
    return _registered[0].version_for(client) if _registered else ""


def estimate_by_model(*, call: str, client: str) -> Conversion | None:
    """What the client's model says of the call; None where it has none in use."""
    return _registered[0].estimate(call=call, client=client) if _registered else None
