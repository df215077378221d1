"""The back office of decisions. Importing the modules registers their screens."""

from decisions.admin import advice, forecasting, models

__all__ = ["advice", "forecasting", "models"]
