"""Answers questions about the figures: the one way from rows to pages, API, reports and alerts."""

from analytics.asking.answering import ask

__all__ = ["ask"]
