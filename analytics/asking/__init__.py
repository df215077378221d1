"""Answers questions about the figures: the one way from rows to pages, API, reports and alerts."""

from analytics.asking.answering import ask
from analytics.asking.targets import targets_of

__all__ = ["ask", "targets_of"]
