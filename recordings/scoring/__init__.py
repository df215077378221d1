"""Measuring past calls by a scorecard: to see what would change (preview), or to change it (rescore)."""
