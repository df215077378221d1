"""Rows made for the engine's tests: those of the simulation."""

import json
from typing import Any

import numpy as np

from benchmarks.prediction import made_rows
from decisions.prediction.engine.frame import Frame, Groups


def noise(n: int = 150, seed: int = 0, **kind: Any) -> Frame:
    return made_rows(n, seed=seed, effect=0, **kind)[0]


def planted(n: int = 250, seed: int = 0, effect: float = 1.0, **kind: Any) -> Frame:
    return made_rows(n, seed=seed, effect=effect, **kind)[0]


def with_fields(
    frame: Frame, *, numbers: dict[str, Any] | None = None, groups: dict[str, Groups] | None = None
) -> Frame:
    """The same rows with more fields."""
    made = {name: np.asarray(column, dtype=np.float64) for name, column in (numbers or {}).items()}
    return Frame(
        target=frame.target, outcome=frame.outcome, days=frame.days, numbers={**frame.numbers, **made},
        groups={**frame.groups, **(groups or {})},
    )  # fmt: skip


def as_json(document: Any) -> Any:
    """What is left of it in a database; fails on NaN, infinity and what is not plain."""
    return json.loads(json.dumps(document, allow_nan=False))
