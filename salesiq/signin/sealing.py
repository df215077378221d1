"""Secrets of second factors are sealed by a data key of the vault before they reach the database."""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from salesiq.vault.keys import NONCE_BYTES, make_key, open_key


class SealError(ValueError):
    """A sealed secret was changed."""


OWNER = "signin/second-factors"
# What is sealed here opens nowhere else, whoever moves it.
PURPOSE = b"salesiq.signin second factor"


def seal(text: str) -> str:
    """`text` under AES-256-GCM (NIST SP 800-38D) as URL-safe base64: nonce, then ciphertext and tag."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(make_key(OWNER).secret).encrypt(nonce, text.encode(), PURPOSE)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str) -> str:
    """What `seal` was given.

    Raises:
        SealError: this is not what `seal` made.
        KeyGoneError, KeyRingError: the key is gone.
    """
    try:
        raw = base64.urlsafe_b64decode(sealed)
        opened = AESGCM(open_key(OWNER).secret).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], PURPOSE)
    except (InvalidTag, binascii.Error, ValueError):
        raise SealError(
            "A second factor's secret was changed in the database. Reset that person's second factor."
        ) from None
    return opened.decode()
