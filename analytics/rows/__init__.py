"""The rows behind every figure: which there are of each kind, which of them a figure counts, and their totals."""

from analytics.rows.columns import Column
from analytics.rows.kinds import KINDS, RowKind, RowSet
from analytics.rows.selectors import list_rows, sum_rows

__all__ = ["KINDS", "Column", "RowKind", "RowSet", "list_rows", "sum_rows"]
