"""Sums of calls by day and month, counted again for whatever changed.

`reading.call_sums` answers from them; `refreshing` keeps them equal to a recount; triggers say what changed.
"""
