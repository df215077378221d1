"""Webhooks that leave: signed, through an outbox of their own, to addresses that were checked."""
