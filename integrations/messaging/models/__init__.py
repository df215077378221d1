from integrations.messaging.models.outbox import (
    MessageKind,
    MessageStatus,
    OutboxAttachment,
    OutboxMessage,
    attachment_path,
)
from integrations.messaging.models.webhooks import DeliveryStatus, WebhookDelivery, WebhookEndpoint

__all__ = [
    "DeliveryStatus",
    "MessageKind",
    "MessageStatus",
    "OutboxAttachment",
    "OutboxMessage",
    "WebhookDelivery",
    "WebhookEndpoint",
    "attachment_path",
]
