"""How webhooks leave: claimed by one worker, posted once, tried again later or set aside.

A worker that is killed between the post and our writing it down leaves the delivery claimed; it is then posted again
with the same `webhook-id`, by which receivers know a copy (Standard Webhooks: at least once).
"""

import time
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import httpx2
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.messaging.models import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from integrations.messaging.webhooks.addresses import CheckedTransport, RefusedAddressError
from integrations.messaging.webhooks.services import SEND_TASK
from integrations.messaging.webhooks.signing import signed_headers
from salesiq.audit.services import record_event
from salesiq.jobs.errors import LeaseLost
from salesiq.jobs.services import enqueue

# Seconds until the next attempt, as Standard Webhooks advises; about three days in all.
WAITS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
TIMEOUT_SECONDS = 15
LONGEST_WAIT = 86_400
SWEEP_AT_ONCE = 200

log = structlog.get_logger(__name__)


class Lease(Protocol):
    @property
    def token(self) -> UUID: ...

    def fence(self) -> None: ...


class NotDeliveredError(Exception):
    """A sentence for people. `answer` is the status, where there was an answer; `gone`: it wants nothing more."""

    def __init__(self, message: str, *, answer: int | None = None, wait: float = 0, gone: bool = False) -> None:
        super().__init__(message)
        self.answer, self.wait, self.gone = answer, wait, gone


def deliver_webhook(*, delivery_id: UUID | str, lease: Lease) -> None:
    """Post the event to its endpoint. Does nothing where it is not due.

    Raises:
        LeaseLost: another worker has taken it over.
    """
    now = timezone.now()
    cut_off = Q(status=DeliveryStatus.SENDING) & ~Q(claim=lease.token)
    due = Q(status=DeliveryStatus.WAITING, next_attempt_at__lte=now) | cut_off
    claimed = WebhookDelivery.objects.filter(due, pk=delivery_id).update(
        status=DeliveryStatus.SENDING, claim=lease.token, attempts=F("attempts") + 1, updated_at=now
    )
    if not claimed:
        return
    delivery = WebhookDelivery.objects.select_related("endpoint", "client").get(pk=delivery_id)
    try:
        delivery.answer = post(delivery)
    except NotDeliveredError as error:
        _failed(delivery, error)
    else:
        delivery.status, delivery.error, delivery.finished_at = DeliveryStatus.SENT, "", timezone.now()
    _save(delivery, lease)
    log.info("webhook_tried", delivery=str(delivery.pk), status=str(delivery.status), attempts=delivery.attempts)


def post(delivery: WebhookDelivery) -> int:
    """The status of the answer, one of 2xx.

    Raises:
        NotDeliveredError: anything else.
    """
    endpoint = delivery.endpoint
    if not endpoint.is_active:
        raise NotDeliveredError(_("The webhook is switched off."), gone=True)
    body = str(delivery.body).encode()
    known = [str(endpoint.secret)]
    if endpoint.old_secret and endpoint.old_secret_until and endpoint.old_secret_until > timezone.now():
        known.append(str(endpoint.old_secret))
    headers = signed_headers(known, message_id=delivery.message_id, timestamp=int(time.time()), body=body)
    headers |= {"content-type": "application/json", "user-agent": "salesiq-webhooks/1.0", "accept-encoding": "identity"}
    try:
        with (
            httpx2.Client(transport=CheckedTransport(), timeout=TIMEOUT_SECONDS, follow_redirects=False) as client,
            client.stream("POST", endpoint.url, content=body, headers=headers) as response,
        ):
            return _answered(response)  # what the receiver says in the body is not read
    except RefusedAddressError as error:
        raise NotDeliveredError(str(error)) from error
    except httpx2.TimeoutException as error:
        text = _("There was no answer within %(seconds)d seconds.") % {"seconds": TIMEOUT_SECONDS}
        raise NotDeliveredError(text) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError) as error:
        raise NotDeliveredError(_("The address cannot be reached.")) from error


def _answered(response: httpx2.Response) -> int:
    status = response.status_code
    if 200 <= status < 300:
        return status
    if status == 410:
        raise NotDeliveredError(_("The receiver says that it is gone (410)."), answer=status, gone=True)
    text = _("The receiver answered %(status)d.") % {"status": status}
    if 300 <= status < 400:
        text = _("The receiver sends us elsewhere (%(status)d). Enter the address that it names.") % {"status": status}
    raise NotDeliveredError(text, answer=status, wait=_seconds(response.headers.get("retry-after", "")))


def _seconds(text: str) -> float:
    """Of the header Retry-After, where it is a number (RFC 9110, 10.2.3)."""
    return min(float(text), LONGEST_WAIT) if text.isdecimal() and len(text) < 9 else 0.0


def _failed(delivery: WebhookDelivery, error: NotDeliveredError) -> None:
    delivery.answer, delivery.error = error.answer, str(error)[:300]
    if error.gone or delivery.attempts > len(WAITS):
        delivery.status, delivery.finished_at = DeliveryStatus.FAILED, timezone.now()
        return
    wait = max(error.wait, WAITS[delivery.attempts - 1])
    delivery.status, delivery.next_attempt_at = DeliveryStatus.WAITING, timezone.now() + timedelta(seconds=wait)


def _save(delivery: WebhookDelivery, lease: Lease) -> None:
    """Commit the row while both lease and claim are still ours."""
    with transaction.atomic():
        lease.fence()
        held = WebhookDelivery.objects.select_for_update().filter(pk=delivery.pk, claim=lease.token)
        if not held.exists():
            raise LeaseLost(str(delivery.pk))
        delivery.claim = None
        delivery.save()
        _note_endpoint(delivery)


def _note_endpoint(delivery: WebhookDelivery) -> None:
    """An endpoint that is gone, or took nothing for as long as we try, is switched off, and says why."""
    row = WebhookEndpoint.objects.filter(pk=delivery.endpoint_id)
    if delivery.status == DeliveryStatus.SENT:
        row.update(last_sent_at=delivery.finished_at)
        return
    silent = Q(last_sent_at__isnull=True) | Q(last_sent_at__lt=delivery.created_at)
    if delivery.status != DeliveryStatus.FAILED or (delivery.answer != 410 and delivery.attempts <= len(WAITS)):
        return
    stopped = row.filter(is_active=True) if delivery.answer == 410 else row.filter(silent, is_active=True)
    if stopped.update(is_active=False, stopped_because=delivery.error):
        record_event(action="webhook_stopped", target=delivery.endpoint, actor=None)


def sweep_webhooks() -> int:
    """Queue every delivery that is due, and those left half-way; return how many. Called every two minutes."""
    due = WebhookDelivery.objects.due().select_related("client").order_by("next_attempt_at")[:SWEEP_AT_ONCE]
    for delivery in due:
        enqueue(task=SEND_TASK, subject=str(delivery.pk), client=delivery.client)
    return len(due)


def forget_old_deliveries() -> int:
    """Delete deliveries finished more than settings.MESSAGE_DAYS ago; return how many."""
    over = timezone.now() - timedelta(days=settings.MESSAGE_DAYS)
    return WebhookDelivery.objects.filter(finished_at__lt=over).delete()[0]
