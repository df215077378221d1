"""What each model learns from and predicts: rows with what was known when the prediction was due, and no more."""

from decisions.prediction.targets.rows import TargetRows
from decisions.prediction.targets.selecting import rows_to_learn, rows_to_predict, today_of

__all__ = ["TargetRows", "rows_to_learn", "rows_to_predict", "today_of"]
