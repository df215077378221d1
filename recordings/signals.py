"""What this room tells those above it."""

from django.dispatch import Signal

# Sent inside the transaction that publishes a call; keyword argument `call` is the row. Receivers queue work, no more.
call_published = Signal()

# Sent inside the transaction of an erasure's step that drops exports; keyword argument `client`. What was drawn up of
# the client's rows before may be about the person: receivers remove it then and there, because the receipt says so,
# and return {table: how many}.
exports_outdated = Signal()

# Sent inside the transaction that changes a review; keyword arguments `review`, `event` (a value of
# `recordings.reviewing.transitions.Event`) and `actor` (None: the product itself). Receivers queue letters, no more.
review_changed = Signal()
