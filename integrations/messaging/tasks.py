"""What workers run for the outbox."""

from integrations.messaging.sending import deliver_message, forget_old_messages, sweep_outbox
from integrations.messaging.webhooks.sending import deliver_webhook, forget_old_deliveries, sweep_webhooks
from salesiq.jobs.leases import Lease


def send_message(subject: str, lease: Lease) -> None:
    """Send the letter with the id `subject`, if it is due."""
    deliver_message(message_id=subject, lease=lease)


def send_due(subject: str, lease: Lease) -> None:
    """Every two minutes: letters and webhooks whose next attempt has come."""
    sweep_outbox()
    sweep_webhooks()


def forget_messages(subject: str, lease: Lease) -> None:
    """Every night: letters whose days are over, and files that no row names."""
    forget_old_messages()
    forget_old_deliveries()


def send_webhook(subject: str, lease: Lease) -> None:
    """Post the event of the delivery with the id `subject`, if it is due."""
    deliver_webhook(delivery_id=subject, lease=lease)
