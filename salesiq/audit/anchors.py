"""Anchors: where each chain ended, signed, and written down where the database's keeper cannot rewrite it.

Someone who owns the database can take the triggers away, rewrite a chain from any event on and compute all hashes
anew. Only who wrote down an end in time can tell. So once a day each chain's end is signed with the installation's
key, appended to a file, and sent to a webhook if there is one (https://www.standardwebhooks.com).
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import httpx
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from filelock import FileLock

from salesiq.audit.models import Anchoring, AuditChain
from salesiq.audit.walking import Anchor
from salesiq.vault import signing

KIND = "salesiq.audit.anchor"
TIMEOUT_SECONDS = 20.0
LOCK_SECONDS = 30.0


class AnchorError(Exception):
    """An anchor could not be written or read. `str(error)` says in a sentence where and why."""


def make_anchoring() -> Anchoring:
    """Sign the end of every chain as it is now. Kept as a row until it is delivered."""
    at = timezone.now().astimezone(UTC).isoformat(timespec="seconds")
    ends = AuditChain.objects.filter(length__gt=0).order_by("pk")
    documents = [
        signing.sign_document({"kind": KIND, "at": at, "chain": str(end.pk), "length": end.length, "head": end.head})
        for end in ends
    ]
    return Anchoring.objects.create(documents=documents)


def deliver(anchoring: Anchoring) -> None:
    """Write what was not written yet; each place that succeeded is remembered at once.

    Raises:
        AnchorError: a place could not be reached; the others were served.
    """
    failures = []
    for done, write in (("filed_at", _append_to_file), ("sent_at", _send)):
        if getattr(anchoring, done) is None:
            try:
                if write(anchoring):
                    setattr(anchoring, done, timezone.now())
            except (OSError, httpx.HTTPError, ValueError, AnchorError) as error:
                failures.append(str(error) or type(error).__name__)
    anchoring.error = " ".join(failures)
    anchoring.save(update_fields=["filed_at", "sent_at", "error"])
    if failures:
        raise AnchorError(anchoring.error)


def has_a_place() -> bool:
    """Whether this installation writes anchors anywhere."""
    return bool(settings.AUDIT_ANCHOR_FILE or settings.AUDIT_ANCHOR_URL)


def _append_to_file(anchoring: Anchoring) -> bool:
    if not settings.AUDIT_ANCHOR_FILE:
        return False
    path = Path(settings.AUDIT_ANCHOR_FILE)
    lines = "".join(json.dumps(document, sort_keys=True) + "\n" for document in anchoring.documents)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=LOCK_SECONDS), _opened_to_append(path) as file:
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AnchorError(_("The anchor could not be written to %(path)s: %(why)s.") % _at(path, error)) from error
    return True


def _opened_to_append(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "wb")


def _send(anchoring: Anchoring) -> bool:
    url = settings.AUDIT_ANCHOR_URL
    if not url:
        return False
    body = json.dumps(
        {"type": KIND, "timestamp": anchoring.at.isoformat(), "data": {"anchors": anchoring.documents}}, sort_keys=True
    ).encode()
    headers = {"Content-Type": "application/json", **_signed_headers(f"anchor_{anchoring.pk}", body)}
    try:
        answer = httpx.post(url, content=body, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=False)
    except httpx.HTTPError as error:
        raise AnchorError(_("The anchor could not be sent to %(path)s: %(why)s.") % _at(url, error)) from error
    if not answer.is_success:
        sentence = _("The anchor was refused by %(path)s: it answered %(status)d.")
        raise AnchorError(sentence % {"path": url, "status": answer.status_code})
    return True


def _signed_headers(message_id: str, body: bytes) -> dict[str, str]:
    """Standard Webhooks: `v1a` by the installation's Ed25519 key, and `v1` by a shared secret where one is set."""
    sent = str(int(timezone.now().timestamp()))
    content = f"{message_id}.{sent}.".encode() + body
    signatures = [f"v1a,{base64.b64encode(signing.sign(content)).decode()}"]
    if settings.AUDIT_ANCHOR_SECRET:
        key = base64.b64decode(settings.AUDIT_ANCHOR_SECRET.removeprefix("whsec_"))
        signatures.append(f"v1,{base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()}")
    return {"webhook-id": message_id, "webhook-timestamp": sent, "webhook-signature": " ".join(signatures)}


def read_anchors(place: Path, *, public_key: str = "") -> list[Anchor]:
    """The anchors in a file, or in all `*.jsonl` files of a folder, each checked against `public_key` (PEM; empty:
    this installation's).

    Raises:
        AnchorError: it cannot be read, or a line is no anchor signed with that key.
    """
    files = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    try:
        return [anchor for file in files for anchor in _parse(file, public_key or signing.public_key_pem())]
    except OSError as error:
        raise AnchorError(_("The anchors in %(path)s cannot be read: %(why)s.") % _at(place, error)) from error


def own_anchors() -> list[Anchor]:
    """Those of this installation's file; none where there is no file yet."""
    path = settings.AUDIT_ANCHOR_FILE
    return read_anchors(Path(path)) if path and Path(path).exists() else []


def _parse(file: Path, public_key: str) -> Iterator[Anchor]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(filter(str.strip, lines), start=1):
            try:
                document: dict[str, Any] = json.loads(line)
                signing.verify_document(document, public_key=public_key)
                if document["kind"] != KIND:
                    raise ValueError(_("it is of another kind"))
                yield Anchor(
                    chain_id=UUID(document["chain"]),
                    at=datetime.fromisoformat(document["at"]),
                    length=int(document["length"]),
                    head=str(document["head"]),
                )
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                sentence = _("Line %(number)d of %(path)s is no anchor of this installation: %(why)s")
                raise AnchorError(sentence % {"number": number, **_at(file, error)}) from error


def latest(anchors: Iterable[Anchor]) -> datetime | None:
    return max((anchor.at for anchor in anchors), default=None)


def _at(place: object, error: Exception) -> dict[str, Any]:
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return {"path": place, "why": why}
