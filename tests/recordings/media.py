"""The files behind the encryption, as they lie on the disk."""

from pathlib import Path

from django.db.models.fields.files import FieldFile


def sealed_path(file: FieldFile) -> Path:
    """Where the sealed file lies."""
    return Path(file.storage.inner.path(file.name))
