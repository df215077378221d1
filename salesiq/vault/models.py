"""The keys that seal files and fields, themselves sealed."""

from django.db import models

from salesiq.common.models import TimestampedModel


class WrappingKey(models.Model):
    """A key-encryption key by its name; its secret stands in the ring, never here.

    Forgetting one replaces its row (see `salesiq.vault.rotation`): a process with an old ring that wraps a data key by
    it meanwhile is stopped by the foreign key, and cannot name it anew.
    """

    name = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    forgotten_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class DataKey(TimestampedModel):
    """The key of one storage folder or of one tenant's fields, wrapped by a key-encryption key.

    `owner` says what it opens: the folder, as in `recordings/<client>/<recording>`, or `fields/<client>`. Without this
    row nothing of it can be read again.
    """

    owner = models.CharField(max_length=255, unique=True)
    wrapped = models.BinaryField()
    wrapped_by = models.ForeignKey(WrappingKey, on_delete=models.PROTECT, related_name="data_keys")
    rotated_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.owner
