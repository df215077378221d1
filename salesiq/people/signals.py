"""What people did to objects, told to whoever keeps the audit trail."""

from django.dispatch import Signal

# Keyword arguments: target (model instance), action (str), actor (User or None), request (HttpRequest or None),
# details (JSON). Sent within the transaction of the change, so that both stand or fall together.
object_touched = Signal()
