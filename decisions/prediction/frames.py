"""Rows of a target as the engine takes them, and what the engine says of them put together with what the rows know."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from decisions.documents import ModelReport
from decisions.prediction.engine.fitting import evaluate
from decisions.prediction.engine.frame import Frame
from decisions.prediction.targets import TargetRows, rows_to_learn, today_of
from salesiq.people.models import Client

# A model is looked at by these, whether or not it uses them.
FAIRNESS = ("team", "region", "language", "industry")
# Our own columns that stand as they stood on the day of the question.
OWN = frozenset({"days_since_lead", "call_type", "script"})
# So many rows, and so many of them with a day, are measured as time went by.
ENOUGH_FOR_TIME, SHARE_WITH_DAY = 500, 0.9


def frame_of(rows: TargetRows, as_of: date | None = None) -> Frame:
    """What the engine learns from or predicts."""
    return Frame(
        target=rows.target,
        outcome=rows.came_true,
        days=rows.decided,
        numbers=rows.numbers,
        groups=rows.groups,
        clusters=rows.clusters,
        known_before=OWN & {*rows.groups, *rows.numbers},
        fairness={name: rows.groups[name] for name in FAIRNESS if name in rows.groups},
        as_of=as_of,
    )


def split_of(rows: TargetRows) -> str:
    """How a model of these rows is measured: by time where they are many and say when, else at random."""
    dated = ~np.isnat(rows.decided[~np.isnan(rows.came_true)])
    return "time" if len(dated) >= ENOUGH_FOR_TIME and dated.mean() >= SHARE_WITH_DAY else "random"


def with_later(leaks: list[dict[str, Any]], later: Mapping[str, str]) -> list[dict[str, Any]]:
    """The engine's leaks and the fields that were never offered to it."""
    return [*leaks, *({"field": name, "why": why} for name, why in sorted(later.items()))]


def evaluate_target(
    client: Client, target: str, *, split: str = "random", exclude: frozenset[str] = frozenset()
) -> ModelReport:
    """How well the outcome of the client's rows could be known beforehand, out of sample. Keeps nothing.

    Raises:
        CannotAnswerError: a field of `exclude` is not there.
    """
    rows = rows_to_learn(client, target).without(exclude)
    report = evaluate(frame_of(rows, today_of(client)), split=split)
    report["leaks"] = with_later(report["leaks"], rows.later)
    return report
