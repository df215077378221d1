"""What can go wrong with keys, each a sentence that says what to do. No error carries a key."""

from django.utils.translation import gettext as _

from salesiq.vault.streaming import SealedFileError


class KeyRingError(Exception):
    """The ring of keys cannot be used as it is."""


class KeyGoneError(SealedFileError):
    """The data key was shredded, or never came with the backup that was restored."""

    def __init__(self) -> None:
        super().__init__(_("The key of this file was destroyed, so nobody can read it any more."))


class PlainFileError(SealedFileError):
    """A file from before encryption, or one that somebody put there."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This file is not encrypted, so it is not shown. If it was stored by an older version of salesiq, run: "
                "manage.py encrypt_media"
            )
        )
