"""The document of a fitted model: plain JSON, all that predicting needs. No pickles: a model is read, not run."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypedDict

from decisions.documents import ModelReport

VERSION = 1
RARE = "(rare)"


class NumberField(TypedDict):
    """How one number enters: `log1p` first where `log`, cut to [low, high], (x − mean) / scale; the mean where it is
    missing, beside a column that says so where `missing`."""

    name: str
    kind: Literal["number"]
    log: bool
    low: float
    high: float
    mean: float
    scale: float
    missing: bool


class GroupField(TypedDict):
    """How one group enters: a column for each of `levels`, one for all others where `rare`, one for no answer where
    `missing`. A level never seen counts as rare where rare is known, else as the average row."""

    name: str
    kind: Literal["group"]
    levels: list[str]
    rare: bool
    missing: bool


class Tree(TypedDict):
    """A regression tree as arrays by node: `feature` −1 at leaves, rows with x ≤ threshold (both as 32-bit floats) go
    `left`; `value` of leaves in log-odds, learning rate included; `weight` is the share of training rows in a node."""

    feature: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    value: list[float]
    weight: list[float]


class Reference(TypedDict):
    """How a field was spread: `shares` of the bands between `edges` (numbers) or of `levels` and all others (groups),
    the last of those that did not say."""

    name: str
    edges: list[float]
    levels: list[str]
    shares: list[float]


class ModelDocument(TypedDict):
    """`form`: base_rate | logistic | boosted. `n` rows taught it, of which the share `base_rate` came true.

    The log-odds of a row: slope · (intercept + Σ weights · (x − means)) + shift, or slope · (intercept + Σ trees) +
    shift; slope and shift are the calibration (Platt 1999). `reference`: how each field was spread, to see drift by.
    """

    version: int
    target: str
    form: str
    n: int
    base_rate: float
    fields: list[NumberField | GroupField]
    means: list[float]
    intercept: float
    weights: list[float]
    trees: list[Tree]
    slope: float
    shift: float
    reference: list[Reference]


class Reason(TypedDict):
    """One field's part in one prediction. `effect` in log-odds against the average row; `level` is the group or
    "(missing)"; `value` the number, None for groups and where it is missing."""

    feature: str
    level: str
    value: float | None
    effect: float


class Predicted(NamedTuple):
    """logit(probability) = `applying.base_log_odds(document)` + the sum of all effects. Largest effects first."""

    probability: float
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class Fitted:
    """`document`: to keep and predict with; `report`: what was measured out of sample; `card`: {calibration, drift,
    fairness, split, folds, compared, doubts, left_out} of `PredictiveModel.card`."""

    document: ModelDocument
    report: ModelReport
    card: dict[str, Any]
