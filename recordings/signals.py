"""What this room tells those above it."""

from django.dispatch import Signal

# Sent inside the transaction that publishes a call; keyword argument `call` is the row. Receivers queue work, no more.
call_published = Signal()
