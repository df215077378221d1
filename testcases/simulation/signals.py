"""What others are told about practice."""

from django.dispatch import Signal

# Inside the transaction that ended it: `session`, a PracticeSession whose status is no longer open.
session_ended = Signal()
