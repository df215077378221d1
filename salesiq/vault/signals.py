"""What became of keys, told to whoever keeps the audit trail."""

from django.dispatch import Signal

# Keyword arguments: action (key_shredded, keys_rotated), owner (whose key, or ""), details (JSON). Sent within the
# transaction of a shredding, so that both stand or fall together.
keys_changed = Signal()
