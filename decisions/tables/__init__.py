"""Rows of the database as columns of numbers, which all analyses work on."""

from decisions.tables.columns import Coded
from decisions.tables.deals import DealTable, load_deals

__all__ = ["Coded", "DealTable", "load_deals"]
