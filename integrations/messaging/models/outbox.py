"""The outbox: everything that is sent stands here before it leaves, in the transaction of what it is about."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet
from salesiq.vault.fields import EncryptedCharField, EncryptedJSONField, EncryptedTextField


class MessageKind(models.TextChoices):
    EMAIL = "email", _("E-mail")


class MessageStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")


class OutboxMessageQuerySet(ScopedQuerySet["OutboxMessage"]):
    scope = Scope(roles=frozenset({Role.ADMIN}))

    def due(self) -> "OutboxMessageQuerySet":
        """Those to try now, and those whose worker may have died over them."""
        waiting = models.Q(status=MessageStatus.WAITING, next_attempt_at__lte=timezone.now())
        return self.filter(waiting | models.Q(status=MessageStatus.SENDING))


class OutboxMessage(TimestampedModel):
    """One letter. Each of its recipients gets a copy of their own, so that none reads who the others are.

    `claim` is the token of the job's lease that sends it: whoever lost the lease writes nothing more.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(_("kind"), max_length=8, choices=MessageKind.choices, default=MessageKind.EMAIL)
    recipients = EncryptedJSONField(default=list, help_text="[{address, status, error}], status as the message's")
    subject = EncryptedCharField(_("subject"), max_length=200, default="")
    text = EncryptedTextField(_("text"), blank=True, default="")
    html = EncryptedTextField(blank=True, default="")
    status = models.CharField(_("status"), max_length=8, choices=MessageStatus.choices, default=MessageStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    interruptions = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="How often a worker died over it"
    )
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    tried_since = models.DateTimeField(default=timezone.now, editable=False, help_text="From when days are counted")
    claim = models.UUIDField(null=True, editable=False)
    error = EncryptedTextField(_("error"), blank=True, default="")
    message_id = models.CharField(_("Message-ID"), max_length=200, editable=False)
    idempotency_key = models.CharField(max_length=200, editable=False, help_text="What the letter is about, once")
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["client", "idempotency_key"], name="message_once_per_key"),
        ]
        indexes = [
            models.Index(fields=["status", "next_attempt_at"]),
            models.Index(fields=["client", "-created_at"]),
            models.Index(fields=["finished_at"]),
        ]

    def __str__(self) -> str:
        return str(self.subject)

    @property
    def folder(self) -> str:
        """Where its attachments lie; one data key seals them all."""
        return f"outbox/{self.client_id}/{self.pk}"


def attachment_path(attachment: "OutboxAttachment", filename: str) -> str:
    return f"{attachment.message.folder}/{attachment.pk}"


class OutboxAttachmentQuerySet(ScopedQuerySet["OutboxAttachment"]):
    scope = Scope(client="message__client", roles=frozenset({Role.ADMIN}))


class OutboxAttachment(TimestampedModel):
    """A file that travels with a letter, encrypted until then. It goes as soon as everybody has it."""

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="attachments")
    filename = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    file = models.FileField(upload_to=attachment_path, max_length=255, blank=True)

    objects = OutboxAttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.filename
