"""Receipts of erasures: signed, checkable anywhere, and without anything by which the person could be found again."""

import hashlib
import re
import secrets
from datetime import UTC, datetime
from typing import Any

from recordings.models import ErasureRequest
from salesiq.people.contact import Phone
from salesiq.vault.signing import sign_document

KIND = "salesiq erasure receipt"
SCHEMA = 1
# Slow on purpose: there are few phone numbers, so a quick hash of one could be tried out.
SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
HASHING = {
    "function": "scrypt (RFC 7914)",
    **SCRYPT,
    "salt": "16 bytes of each identifier's own, hexadecimal",
    "text": "e-mail: trimmed, lower case; phone: + and digits where the country is known, else the digits without "
    "trunk prefix; customer: the id as it is; all in UTF-8",
}


def hash_identifier(kind: str, value: str, salt: str = "") -> dict[str, str]:
    """{kind, salt, hash} of an e-mail address, phone or customer id; `salt` (hexadecimal) is new when not given."""
    salt = salt or secrets.token_hex(16)
    digest = hashlib.scrypt(_normal(kind, value).encode(), salt=bytes.fromhex(salt), **SCRYPT)
    return {"kind": kind, "salt": salt, "hash": digest.hex()}


def is_of(receipt: dict[str, Any], kind: str, value: str) -> bool:
    """Whether the receipt is about the person with this identifier: what a requester computes for themselves."""
    return any(
        entry["kind"] == kind
        and secrets.compare_digest(hash_identifier(kind, value, entry["salt"])["hash"], entry["hash"])
        for entry in receipt.get("person", [])
    )


def _normal(kind: str, value: str) -> str:
    if kind == "email":
        return value.strip().lower()
    if kind == "phone":
        phone = Phone.of(value)
        return (phone.e164 or phone.national) if phone else re.sub(r"\D", "", value)
    return value.strip()


def make_receipt(request: ErasureRequest) -> dict[str, Any]:
    """The signed receipt of a finished erasure, from its row alone."""
    scrubbed = request.scrubbed_at
    return sign_document(
        {
            "type": KIND,
            "schema": SCHEMA,
            "request": str(request.pk),
            "client": {"id": str(request.client_id), "name": request.client.name},
            "received_at": _time(request.received_at),
            "finished_at": _time(request.finished_at),
            "erased_by": str(request.requested_by_id) if request.requested_by_id else "system",
            "complete": not any(entry.get("held") for entry in request.kept),
            "person": request.identifiers,
            "hashing": HASHING,
            "removed": request.removed,
            "kept": request.kept,
            "database_files": {
                "scrubbed_at": _time(scrubbed),
                "notes": request.progress.get("scrub_notes", []),
                "meaning": "When the bytes of the removed rows were taken out of the database's own files; null: not "
                "yet, it happens every night.",
            },
        }
    )


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")
