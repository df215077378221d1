"""The periods of the pages are those of reports: `analytics.periods`."""

from analytics.periods import ALL, CUSTOM, LAST_DAYS, PERIODS, USUAL, days_of, usual_grain

__all__ = ["ALL", "CUSTOM", "LAST_DAYS", "PERIODS", "USUAL", "days_of", "usual_grain"]
