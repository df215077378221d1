"""How letters leave: claimed by one worker, told to the server recipient by recipient, tried again later or set aside.

After each recipient what became of it is committed. A worker that is killed while the server has the letter and we
have not written so leaves one recipient in doubt: that one is tried once more, with the same Message-ID, by which
receiving systems know a copy. A letter that is cut off twice is set aside instead of being sent a third time.
"""

from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.messaging.models import MessageStatus, OutboxMessage
from integrations.messaging.services import SEND_TASK, drop_attachments
from integrations.messaging.smtp import File, Letter, NotSentError, Send, mail_server
from recordings.privacy.sound import remove_files
from salesiq.jobs.errors import LeaseLost
from salesiq.jobs.services import enqueue
from salesiq.vault.errors import KeyGoneError
from salesiq.vault.keys import shred
from salesiq.vault.models import DataKey
from salesiq.vault.streaming import SealedFileError

# Minutes until the next attempt; RFC 5321, section 4.5.4.1 asks for half an hour between later ones.
WAITS_MINUTES = (1, 5, 15, 30, 60)
SWEEP_AT_ONCE = 200
YOUNGEST_ORPHAN = timedelta(days=1)

log = structlog.get_logger(__name__)


class Lease(Protocol):
    @property
    def token(self) -> UUID: ...

    def fence(self) -> None: ...


def deliver_message(*, message_id: UUID | str, lease: Lease) -> None:
    """Send the letter to each recipient who does not have it yet. Does nothing where it is not due.

    Raises:
        LeaseLost: another worker has taken it over.
    """
    if not _claim(message_id, lease):
        return
    message = OutboxMessage.objects.select_related("client").get(pk=message_id)
    try:
        letter = _letter(message)
        with mail_server() as send:
            for number, entry in enumerate(message.recipients):
                if entry["status"] == MessageStatus.WAITING:
                    _send_one(message, number, letter, send, lease)
    except NotSentError as error:
        _note_for_all(message, error, lease)
    _conclude(message, lease)


def _claim(message_id: UUID | str, lease: Lease) -> bool:
    """Take the letter by one conditional UPDATE. The job's lease is exclusive, so another claim is a dead worker's."""
    cut_off = OutboxMessage.objects.filter(pk=message_id, status=MessageStatus.SENDING).exclude(claim=lease.token)
    if broken := cut_off.filter(interruptions__gte=1).first():
        _set_aside_as_doubtful(broken, lease)
        return False
    now = timezone.now()
    due = Q(status=MessageStatus.WAITING, next_attempt_at__lte=now) | Q(pk__in=cut_off.values("pk"))
    return bool(
        OutboxMessage.objects.filter(due, pk=message_id).update(
            interruptions=Case(When(status=MessageStatus.SENDING, then=F("interruptions") + 1), default=Value(0)),
            status=MessageStatus.SENDING,
            claim=lease.token,
            attempts=F("attempts") + 1,
            updated_at=now,
        )
    )


def _set_aside_as_doubtful(message: OutboxMessage, lease: Lease) -> None:
    message.error = _(
        "Sending was cut off twice, so it is not known whether the letter arrived. Ask a recipient, or send it again."
    )
    message.status, message.finished_at, message.claim = MessageStatus.FAILED, timezone.now(), None
    with transaction.atomic():
        lease.fence()
        message.save()


def _letter(message: OutboxMessage) -> Letter:
    try:
        files = [
            File(filename=row.filename, content_type=row.content_type, content=row.file.open("rb").read())
            for row in message.attachments.all()
        ]
    except (OSError, ValueError, KeyGoneError, SealedFileError) as error:
        raise NotSentError(_("The attached file cannot be read any more. Make it anew."), permanent=True) from error
    return Letter(
        subject=message.subject, text=message.text, html=message.html, message_id=message.message_id, files=files
    )


def _send_one(message: OutboxMessage, number: int, letter: Letter, send: Send, lease: Lease) -> None:
    """Send to one recipient and commit what became of it; errors that concern everybody go to the caller."""
    entry = message.recipients[number]
    try:
        send(letter, entry["address"])
    except NotSentError as error:
        if error.everybody:
            raise
        _note(entry, error)
    else:
        entry.update(status=MessageStatus.SENT.value, error="")
    _save(message, lease)


def _note(entry: dict[str, Any], error: NotSentError) -> None:
    entry["error"] = str(error)
    if error.permanent:
        entry["status"] = MessageStatus.FAILED.value


def _note_for_all(message: OutboxMessage, error: NotSentError, lease: Lease) -> None:
    for entry in message.recipients:
        if entry["status"] == MessageStatus.WAITING:
            _note(entry, error)
    _save(message, lease)


def _conclude(message: OutboxMessage, lease: Lease) -> None:
    """Sent, set aside, or to be tried again: by what became of the recipients."""
    statuses = [entry["status"] for entry in message.recipients]
    errors = list(dict.fromkeys(entry["error"] for entry in message.recipients if entry["error"]))
    message.error, message.claim, message.interruptions = " ".join(map(_sentence, errors)), None, 0
    if MessageStatus.WAITING in statuses:
        _wait_or_give_up(message)
    else:
        failed = MessageStatus.FAILED in statuses
        message.status, message.finished_at = MessageStatus.FAILED if failed else MessageStatus.SENT, timezone.now()
        if failed and MessageStatus.SENT in statuses:
            counts = {"sent": statuses.count(MessageStatus.SENT), "all": len(statuses)}
            message.error = _("%(sent)d of %(all)d got it.") % counts + f" {message.error}"
    _save(message, lease, conclude=True)
    log.info("message_tried", message=str(message.pk), status=str(message.status), attempts=message.attempts)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _wait_or_give_up(message: OutboxMessage) -> None:
    now = timezone.now()
    wait = timedelta(minutes=WAITS_MINUTES[min(message.attempts, len(WAITS_MINUTES)) - 1])
    message.status, message.next_attempt_at = MessageStatus.WAITING, now + wait
    if message.next_attempt_at > message.tried_since + timedelta(hours=settings.MESSAGE_GIVE_UP_HOURS):
        message.status, message.finished_at = MessageStatus.FAILED, now
        tried = _("It was tried for %(hours)d hours.") % {"hours": settings.MESSAGE_GIVE_UP_HOURS}
        message.error = f"{message.error} {tried}"


def _save(message: OutboxMessage, lease: Lease, *, conclude: bool = False) -> None:
    """Commit the letter's row while both lease and claim are still ours."""
    with transaction.atomic():
        lease.fence()
        held = OutboxMessage.objects.select_for_update().filter(pk=message.pk, claim=lease.token)
        if not held.exists():
            raise LeaseLost(str(message.pk))
        message.save()
        if conclude and message.status == MessageStatus.SENT:
            drop_attachments(message)


def sweep_outbox() -> int:
    """Queue every letter that is due, and those left half-way; return how many. Called every two minutes."""
    due = OutboxMessage.objects.due().select_related("client").order_by("next_attempt_at")[:SWEEP_AT_ONCE]
    for message in due:
        enqueue(task=SEND_TASK, subject=str(message.pk), client=message.client)
    return len(due)


def forget_old_messages() -> int:
    """Delete letters finished more than settings.MESSAGE_DAYS ago, with files and keys; return how many rows went."""
    over = timezone.now() - timedelta(days=settings.MESSAGE_DAYS)
    old = OutboxMessage.objects.filter(finished_at__lt=over)
    count = 0
    for message in old.iterator(chunk_size=200):
        with transaction.atomic():
            drop_attachments(message)
            message.delete()
        count += 1
    _remove_orphans()
    return count


def _remove_orphans() -> None:
    """Files and keys of letters that have no row: of a transaction that was rolled back, of a deleted client."""
    for owner in DataKey.objects.filter(owner__startswith="outbox/").values_list("owner", flat=True):
        if not _has_row(owner):
            shred(owner)
    for client in _folders("outbox"):
        for folder in _folders(client):
            if not _has_row(folder) and _is_old(folder):
                remove_files(default_storage, folder)


def _has_row(folder: str) -> bool:
    return OutboxMessage.objects.filter(pk=UUID(folder.rpartition("/")[2])).exists()


def _folders(path: str) -> list[str]:
    try:
        return [f"{path}/{name}" for name in default_storage.listdir(path)[0]]
    except FileNotFoundError:
        return []


def _is_old(folder: str) -> bool:
    names = default_storage.listdir(folder)[1]
    youngest = timezone.now() - YOUNGEST_ORPHAN
    return all(default_storage.get_modified_time(f"{folder}/{name}") < youngest for name in names)
