"""How well an outcome can be known beforehand. Pure types."""

from typing import Any, TypedDict


class ModelReport(TypedDict):
    """What `manage.py evaluate_model --json` prints; all figures out of sample.

    `leaks`: [{field, why, …}] that know the outcome: after_outcome | duration | last_activity | filled_after |
    too_good. `kept_out`: [{field, why, …}] that cannot help: excluded | all_missing | constant | identifier.
    `compared`: [{form, auc, auc_low, auc_high, brier, log_loss, …}]. `calibration`: [{predicted, observed, low, high,
    n}]. `conclusion`: signal | no_signal | too_little | one_class | no_fields | no_days | nothing.
    """

    target: str
    split: str
    n: int
    positives: int
    base_rate: float | None
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    brier: float | None
    brier_base: float | None
    ece: float | None
    signal: bool
    leaks: list[dict[str, Any]]
    kept_out: list[dict[str, Any]]
    chosen: str
    features: list[str]
    compared: list[dict[str, Any]]
    calibration: list[dict[str, Any]]
    conclusion: str
