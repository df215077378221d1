from integrations.messaging.admin import outbox, webhooks

__all__ = ["outbox", "webhooks"]
