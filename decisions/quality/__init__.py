"""Doubts about the data that stand beside every result they touch."""

from decisions.quality.checking import check_deals
from decisions.quality.notes import QualityNote, Severity, note

__all__ = ["QualityNote", "Severity", "check_deals", "note"]
