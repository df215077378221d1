"""Writing to the outbox, and sending again what was not sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.base import File as DjangoFile
from django.core.files.storage import default_storage
from django.core.mail.utils import DNS_NAME
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.messaging.models import MessageStatus, OutboxAttachment, OutboxMessage
from recordings.privacy.sound import remove_files
from salesiq.audit.services import record_event
from salesiq.jobs.services import enqueue
from salesiq.people.models import Client, User
from salesiq.vault.keys import shred

SEND_TASK = "integrations.messaging.tasks.send_message"
LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file for a letter: bytes, or an open file that is read in pieces."""

    filename: str
    content_type: str
    content: "bytes | DjangoFile[bytes]"


def queue_email(
    *,
    client: Client,
    to: Iterable[str],
    subject: str,
    text: str,
    key: str,
    html: str = "",
    attachments: Iterable[Attachment] = (),
    created_by: User | None = None,
) -> OutboxMessage:
    """Put a letter into the outbox, in the caller's transaction; it leaves after the commit.

    `key` says what it is about, once per client: with the same key again, the letter that is there is returned and
    nothing is sent. Each address of `to` gets its own copy.

    Raises:
        ValidationError: there is no address, or one is none.
    """
    addresses = list(dict.fromkeys(address.strip() for address in to))
    if not addresses:
        raise ValidationError(_("Say who gets the letter."), code="no_recipients")
    for address in addresses:
        validate_email(address)
    known = OutboxMessage.objects.filter(client=client, idempotency_key=key)
    if found := known.first():
        return found
    message = OutboxMessage(client=client, idempotency_key=key, text=text, html=html)
    message.recipients = [_recipient(address) for address in addresses]
    message.subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    message.message_id = f"<{message.pk.hex}@{_domain()}>"
    try:
        with transaction.atomic():
            message.save(force_insert=True)
            for attachment in attachments:
                _attach(message, attachment)
            enqueue(task=SEND_TASK, subject=str(message.pk), client=client, created_by=created_by)
    except IntegrityError:  # somebody else was first, in the same moment
        return known.get()
    return message


def can_be_told(address: str) -> bool:
    """Whether a letter can go there: asked before `queue_email` where others are to be told all the same."""
    try:
        validate_email(address.strip())
    except ValidationError:
        return False
    return True


def _recipient(address: str) -> dict[str, str]:
    return {"address": address, "status": MessageStatus.WAITING.value, "error": ""}


def _domain() -> str:
    """The right side of Message-IDs: the sender's own."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return domain or str(DNS_NAME)


def _attach(message: OutboxMessage, attachment: Attachment) -> None:
    content = attachment.content
    file = ContentFile(content) if isinstance(content, bytes) else content
    row = OutboxAttachment(message=message, filename=attachment.filename, content_type=attachment.content_type)
    row.size = file.size
    row.file.save(attachment.filename, file, save=False)
    row.save(force_insert=True)


def retry_message(*, message: OutboxMessage, actor: User) -> OutboxMessage:
    """Send a letter that was set aside to those who did not get it, its days counted anew.

    Raises:
        ValidationError: it did not fail, or its file was removed meanwhile.
    """
    with transaction.atomic():
        row = OutboxMessage.objects.select_for_update().get(pk=message.pk)
        if row.status != MessageStatus.FAILED:
            raise ValidationError(_("Only a message that was not sent can be sent again."), code="not_failed")
        if row.attachments.filter(file="").exists():
            raise ValidationError(_("Its file was removed meanwhile. Make it anew instead."), code="file_gone")
        row.recipients = [
            entry if entry["status"] == MessageStatus.SENT else _recipient(entry["address"]) for entry in row.recipients
        ]
        row.status, row.error, row.finished_at = MessageStatus.WAITING, "", None
        row.attempts = row.interruptions = 0
        row.next_attempt_at = row.tried_since = timezone.now()
        row.save()
        record_event(action="message_retried", target=row, actor=actor)
        enqueue(task=SEND_TASK, subject=str(row.pk), client=row.client, created_by=actor)
    return row


def withdraw_messages(*, client: Client, reason: str) -> int:
    """Take back every letter of `client` that still has a file with it and is on its way; return how many.

    For erasures: what was drawn up before may be about the person.
    """
    carrying = OutboxAttachment.objects.filter(message__client=client).exclude(file="").values("message")
    count = 0
    with transaction.atomic():
        for message in OutboxMessage.objects.select_for_update().filter(pk__in=carrying):
            if message.status != MessageStatus.SENT:
                message.status, message.error, message.claim = MessageStatus.FAILED, reason, None
                message.finished_at = timezone.now()
                message.save()
                count += 1
            drop_attachments(message)
    return count


def drop_attachments(message: OutboxMessage) -> None:
    """The files of a letter go with their key, after the commit; their names and sizes stay."""
    if shred(message.folder):
        message.attachments.update(file="")
        transaction.on_commit(partial(remove_files, default_storage, message.folder))
