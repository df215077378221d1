"""The installation's signature: Ed25519 (RFC 8032) over receipts, proofs and anchors, checkable without a database.

The private key lies in a file that its owner alone may read; `public_key_pem` is what others need. A signed document
carries the public key, so that it can be checked anywhere; who wants to know that the key is the installation's own
compares its id with the one published.
"""

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

ALGORITHM = "Ed25519"
SIGNATURE = "signature"


class SignatureError(ValueError):
    """A document is not what was signed. `str(error)` says in a sentence what is wrong with it."""


def sign(content: bytes) -> bytes:
    """The 64 bytes of the installation's signature over `content`."""
    return _private_key().sign(content)


def verify(content: bytes, signature: bytes, *, public_key: str = "") -> bool:
    """Whether `signature` over `content` was made with the key of `public_key` (PEM; empty: this installation's)."""
    try:
        load_public_key(public_key or public_key_pem()).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def public_key_pem() -> str:
    """The installation's public key as PEM (SubjectPublicKeyInfo)."""
    return _pem(_private_key().public_key())


def key_id(public_key: str = "") -> str:
    """The first 16 hex digits of SHA-256 over the raw public key: what people compare."""
    key = load_public_key(public_key or public_key_pem())
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def canonical_json(document: dict[str, Any]) -> bytes:
    """One spelling for one document: keys sorted, no spaces, UTF-8. Numbers should be whole or text."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign_document(document: dict[str, Any]) -> dict[str, Any]:
    """`document` with a `signature` member: {algorithm, key_id, public_key, value}. Nothing else is changed."""
    unsigned = {name: value for name, value in document.items() if name != SIGNATURE}
    value = base64.b64encode(sign(canonical_json(unsigned))).decode()
    public_key = public_key_pem()
    named = {"algorithm": ALGORITHM, "key_id": key_id(public_key), "public_key": public_key, "value": value}
    return {**unsigned, SIGNATURE: named}


def verify_document(document: dict[str, Any], *, public_key: str = "") -> str:
    """Check a document of `sign_document` and return the id of the key that signed it.

    `public_key` (PEM) is the key to trust; without it the key inside the document is used, which proves only that
    the document is whole, not whose it is.

    Raises:
        SignatureError: the document is unsigned, was changed, or was signed with another key.
    """
    signature = document.get(SIGNATURE)
    if not isinstance(signature, dict) or signature.get("algorithm") != ALGORITHM:
        raise SignatureError("The document carries no Ed25519 signature.")
    trusted = public_key or str(signature.get("public_key", ""))
    unsigned = {name: value for name, value in document.items() if name != SIGNATURE}
    try:
        made = base64.b64decode(str(signature.get("value", "")), validate=True)
        whole = verify(canonical_json(unsigned), made, public_key=trusted)
        signer = key_id(trusted)
    except ValueError as error:
        raise SignatureError(f"The signature cannot be read: {error}") from error
    if public_key and signature.get("key_id") != signer:
        raise SignatureError("The document was signed with another key than the one you trust.")
    if not whole:
        raise SignatureError("The document was changed after it was signed, or was signed with another key.")
    return signer


def load_public_key(pem: str) -> Ed25519PublicKey:
    """Raises ValueError when `pem` holds no Ed25519 public key."""
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("This is not an Ed25519 public key.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("This is not an Ed25519 public key.")
    return key


def _private_key() -> Ed25519PrivateKey:
    """The key of the file, which the first to need it makes."""
    path = Path(settings.SIGNING_KEY_FILE)
    if not path.exists():
        _make_key(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 private key.")
    return key


def _make_key(path: Path) -> None:
    """Two processes may start at once: the first to link its file wins, and both read the winner's key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
