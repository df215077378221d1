"""Endpoints are set up here, and events put into the outbox."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.messaging.models import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from integrations.messaging.webhooks.addresses import problem_of_url
from integrations.messaging.webhooks.signing import new_secret
from salesiq.audit.services import record_event
from salesiq.jobs.services import enqueue
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability

SEND_TASK = "integrations.messaging.tasks.send_webhook"
EVENTS = ("finding.opened", "finding.woke", "webhook.test")
OLD_SECRET_HOLDS = timedelta(hours=24)


def save_endpoint(*, endpoint: WebhookEndpoint, actor: User) -> str:
    """Add or change an endpoint; the secret of a new one is returned, this once, "" for one that has its own.

    Another host gets another secret, since the one that is there was for the host before: it too is returned.

    Raises:
        PermissionDenied: `actor` does not manage what is sent.
        ValidationError: by field, what is wrong.
    """
    _must_manage(endpoint, actor)
    if problem := problem_of_url(endpoint.url):
        raise ValidationError({"url": problem})
    if not isinstance(endpoint.events, list) or set(map(str, endpoint.events)) - set(EVENTS):
        raise ValidationError({"events": _("Choose from: %(events)s.") % {"events": ", ".join(EVENTS)}})
    with transaction.atomic():
        before = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
        fresh = ""
        if before is None or _host(before.url) != _host(endpoint.url):
            endpoint.secret = fresh = new_secret()
            endpoint.old_secret, endpoint.old_secret_until = "", None
        if endpoint.is_active:
            endpoint.stopped_because = ""
        endpoint.save()
        details = {"events": endpoint.events, "is_active": endpoint.is_active, "host": _host(endpoint.url)}
        record_event(action="webhook_changed" if before else "webhook_added", target=endpoint, actor=actor,
                     details=details)  # fmt: skip
    return fresh


def replace_secret(*, endpoint: WebhookEndpoint, actor: User) -> str:
    """A new secret, returned this once; for a day messages are signed by both.

    Raises:
        PermissionDenied: `actor` does not manage what is sent.
    """
    _must_manage(endpoint, actor)
    with transaction.atomic():
        row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        row.old_secret, row.old_secret_until = row.secret, timezone.now() + OLD_SECRET_HOLDS
        row.secret = fresh = new_secret()
        row.save()
        record_event(action="webhook_secret_replaced", target=row, actor=actor)
    return fresh


def queue_event(
    *, client: Client, event: str, data: Mapping[str, Any], key: str, endpoint: WebhookEndpoint | None = None
) -> list[WebhookDelivery]:
    """Put an event into the outbox for each endpoint of the client that wants it, in the caller's transaction.

    The body is `{"type", "timestamp", "data"}`; `data` holds codes, figures and ids, no names of people. `key` says
    what it is about, once per endpoint: with the same key again nothing is sent.
    """
    wanted = [endpoint] if endpoint else WebhookEndpoint.objects.filter(client=client, is_active=True)
    return [
        delivery
        for row in wanted
        if endpoint is not None or not row.events or event in row.events
        for delivery in _queue(client, row, event, data, key)
    ]


def _queue(
    client: Client, endpoint: WebhookEndpoint, event: str, data: Mapping[str, Any], key: str
) -> list[WebhookDelivery]:
    if WebhookDelivery.objects.filter(endpoint=endpoint, idempotency_key=key).exists():
        return []
    body = {"type": event, "timestamp": timezone.now().isoformat(), "data": data}
    delivery = WebhookDelivery(
        client=client, endpoint=endpoint, event=event, idempotency_key=key, message_id=f"msg_{uuid4().hex}",
        body=json.dumps(body, cls=DjangoJSONEncoder, allow_nan=False, ensure_ascii=False),
    )  # fmt: skip
    try:
        with transaction.atomic():
            delivery.save(force_insert=True)
            enqueue(task=SEND_TASK, subject=str(delivery.pk), client=client)
    except IntegrityError:  # somebody else was first, in the same moment
        return []
    return [delivery]


def send_test(*, endpoint: WebhookEndpoint, actor: User) -> WebhookDelivery:
    """Send an event that says nothing, to see whether it arrives.

    Raises:
        PermissionDenied: `actor` does not manage what is sent.
    """
    _must_manage(endpoint, actor)
    with transaction.atomic():
        record_event(action="webhook_tested", target=endpoint, actor=actor)
        key = f"test:{uuid4().hex}"
        return queue_event(client=endpoint.client, event="webhook.test", data={}, key=key, endpoint=endpoint)[0]


def retry_delivery(*, delivery: WebhookDelivery, actor: User) -> WebhookDelivery:
    """Send what was set aside once more, its attempts counted anew.

    Raises:
        PermissionDenied: `actor` does not manage what is sent.
        ValidationError: it did not fail.
    """
    _must_manage(delivery.endpoint, actor)
    with transaction.atomic():
        row = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
        if row.status != DeliveryStatus.FAILED:
            raise ValidationError(_("Only a message that was not sent can be sent again."), code="not_failed")
        row.status, row.error, row.finished_at, row.attempts = DeliveryStatus.WAITING, "", None, 0
        row.next_attempt_at = timezone.now()
        row.save()
        record_event(action="message_retried", target=row, actor=actor)
        enqueue(task=SEND_TASK, subject=str(row.pk), client=row.client, created_by=actor)
    return row


def _must_manage(endpoint: WebhookEndpoint, actor: User) -> None:
    own = actor.is_superuser or (actor.client_id is not None and endpoint.client_id == actor.client_id)
    if not (own and actor.can(Capability.MANAGE_MESSAGES)):
        raise PermissionDenied(_("You may not set up webhooks. Ask an administrator."))


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0].lower()
