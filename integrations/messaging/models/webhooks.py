"""Webhooks that leave: where they go, and each one that was sent or is still to be."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet
from salesiq.vault.fields import EncryptedCharField, EncryptedTextField


class WebhookEndpointQuerySet(ScopedQuerySet["WebhookEndpoint"]):
    scope = Scope(roles=frozenset({Role.ADMIN}))


class WebhookEndpoint(TimestampedModel):
    """An address of a client's own that is told what happens, signed by a secret that only both sides know.

    `secret` and, for a day after it was replaced, `old_secret` lie sealed and are shown once. `events` are the types
    that it is told; none means all.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="webhook_endpoints")
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500, help_text=_("e.g. https://example.com/hooks/salesiq"))
    secret = EncryptedCharField(_("secret"), max_length=120, default="", editable=False)
    old_secret = EncryptedCharField(max_length=120, default="", editable=False)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    events = models.JSONField(_("events"), default=list, blank=True, help_text=_("Types of events; empty for all"))
    is_active = models.BooleanField(_("in use"), default=True)
    stopped_because = models.CharField(_("why it stopped"), max_length=300, blank=True, editable=False)
    last_sent_at = models.DateTimeField(_("last delivery"), null=True, editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="webhook_name_once")]

    def __str__(self) -> str:
        return self.name


class DeliveryStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Delivered")
    FAILED = "failed", _("Not delivered")


class WebhookDeliveryQuerySet(ScopedQuerySet["WebhookDelivery"]):
    scope = Scope(roles=frozenset({Role.ADMIN}))

    def due(self) -> "WebhookDeliveryQuerySet":
        """Those to try now, and those whose worker may have died over them."""
        waiting = models.Q(status=DeliveryStatus.WAITING, next_attempt_at__lte=timezone.now())
        return self.filter(waiting | models.Q(status=DeliveryStatus.SENDING))


class WebhookDelivery(TimestampedModel):
    """One event to one endpoint. `message_id` stays the same in every attempt: a receiver knows a copy by it.

    `claim` is the token of the job's lease that sends it: whoever lost the lease writes nothing more.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=60, editable=False)
    event = models.CharField(_("event"), max_length=60)
    body = EncryptedTextField(_("body"), default="")
    status = models.CharField(_("status"), max_length=8, choices=DeliveryStatus.choices, default=DeliveryStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    claim = models.UUIDField(null=True, editable=False)
    answer = models.PositiveSmallIntegerField(_("answer"), null=True, help_text=_("Status of the last answer"))
    error = models.CharField(_("error"), max_length=300, blank=True)
    idempotency_key = models.CharField(max_length=200, editable=False, help_text="What the event is about, once")
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("delivery of a webhook")
        verbose_name_plural = _("deliveries of webhooks")
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "idempotency_key"], name="webhook_delivery_once_per_key"),
        ]
        indexes = [
            models.Index(fields=["status", "next_attempt_at"]),
            models.Index(fields=["client", "-created_at"]),
            models.Index(fields=["finished_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"
