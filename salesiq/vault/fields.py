"""Model fields that lie encrypted in the database, each value by the data key of its tenant's fields.

A value is sealed when its row is saved (AES-256-GCM, NIST SP 800-38D) and opened when it is first looked at, so that a
list that does not show it costs nothing. It is bound to model, field and row: moved to another row it does not open.
It cannot be filtered, sorted or changed by `update()`; exact look-up goes by a `BlindIndexField` beside it.
"""

import json
import os
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.core import checks
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.module_loading import import_string

from salesiq.vault.keys import NONCE_BYTES, OpenedKey, make_key, open_key_by_id, open_keys
from salesiq.vault.streaming import SealedFileError

VERSION = b"\x01"
INDEX_BYTES = 16


class SealedFieldError(SealedFileError):
    """A sealed value was changed in the database, or moved there from another row."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} was changed or damaged in the database. Restore the row from a backup.")


class Sealed:
    """A sealed value as it lies in the database. Shows nothing of itself; the row's attribute opens it."""

    __slots__ = ("token",)

    def __init__(self, token: bytes) -> None:
        self.token = token

    def __repr__(self) -> str:
        return "<sealed>"

    def __eq__(self, other: object) -> bool:
        """The same bytes; equal values are sealed differently."""
        return isinstance(other, Sealed) and other.token == self.token

    def __hash__(self) -> int:
        return hash(self.token)


class OpeningAttribute(DeferredAttribute):
    """Opens a value when it is first asked for."""

    field: "SealedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.open(instance, value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.Field):  # type: ignore[type-arg]
    """What all encrypted fields share. `client` is the path of attributes from the row to its tenant's id."""

    descriptor_class = OpeningAttribute

    def __init__(self, *args: Any, client: str = "client_id", **kwargs: Any) -> None:
        self.client = client
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "client": self.client}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if not isinstance(self.model._meta.pk, models.UUIDField):
            found.append(checks.Error("An encrypted field is bound to its row's id, which must be a UUID.", obj=self))
        if getattr(self, "db_index", False) or self.unique:
            found.append(
                checks.Error("An encrypted field cannot be indexed; put a BlindIndexField beside it.", obj=self)
            )
        return found

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        """None, which Django reports as an unsupported lookup: equal values are sealed differently."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> Any:
        return None

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        return value if value is None or isinstance(value, Sealed) else self.seal(model_instance, value)

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        if isinstance(value, Sealed):
            return connection.Database.Binary(value.token)
        if value == b"" or self._is_empty(value):
            return connection.Database.Binary(b"")
        raise TypeError(f"{self.name} is encrypted for its own row: set it there and save() the row.")

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return self.get_db_prep_value(value, connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        token = bytes(value)
        return Sealed(token) if token else self.get_default()

    def seal(self, row: models.Model, value: Any, *, key: OpenedKey | None = None) -> Sealed:
        """`value` encrypted for its place in `row`; `key` is its tenant's, where it is at hand for many rows."""
        if self._is_empty(value):
            return Sealed(b"")
        key = key or make_key(owner_of_fields(attrgetter(self.client)(row)))
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(key.secret).encrypt(nonce, self.pack(value), VERSION + self._place(row))
        return Sealed(VERSION + key.id.bytes + nonce + sealed)

    def open(self, row: models.Model, value: Sealed) -> Any:
        """What `seal` was given.

        Raises:
            SealedFieldError: it was changed, or moved here from another row.
            KeyGoneError, KeyRingError: its key is gone.
        """
        token = value.token
        if not token:
            return self.get_default()
        key_id, nonce, sealed = token[1:17], token[17 : 17 + NONCE_BYTES], token[17 + NONCE_BYTES :]
        try:
            key = open_key_by_id(UUID(bytes=key_id))
            return self.unpack(AESGCM(key.secret).decrypt(nonce, sealed, token[:1] + self._place(row)))
        except (InvalidTag, ValueError):
            raise SealedFieldError(f"{self.model._meta.label}.{self.name}") from None

    def pack(self, value: Any) -> bytes:
        return str(value).encode()

    def unpack(self, packed: bytes) -> Any:
        return packed.decode()

    def _is_empty(self, value: Any) -> bool:
        return bool(value == self.get_default())

    def _place(self, row: models.Model) -> bytes:
        return f"{row._meta.label_lower}.{self.name}:{row.pk}".encode()


class EncryptedCharField(SealedField, models.CharField):  # type: ignore[type-arg]
    pass


class EncryptedTextField(SealedField, models.TextField):  # type: ignore[type-arg]
    pass


class EncryptedEmailField(SealedField, models.EmailField):  # type: ignore[type-arg]
    pass


class EncryptedJSONField(SealedField, models.JSONField):
    def pack(self, value: Any) -> bytes:
        return json.dumps(
            value, cls=self.encoder or DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")
        ).encode()

    def unpack(self, packed: bytes) -> Any:
        return json.loads(packed, cls=self.decoder)


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """A keyed hash (HMAC-SHA256, 128 bits) of the normalised value of the encrypted field `of`, for exact look-up.

    Equal values of one tenant have equal hashes; without the tenant's key nobody can tell of what. `normalise` is the
    dotted path of a function from the value to what is compared, or to "" where there is nothing to be found by.
    """

    def __init__(self, *args: Any, of: str, normalise: str, **kwargs: Any) -> None:
        self.of, self.normalise = of, normalise
        fixed = {"max_length": 2 * INDEX_BYTES, "blank": True, "default": "", "editable": False, "db_index": True}
        super().__init__(*args, **{**fixed, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of, "normalise": self.normalise}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        field = model_instance._meta.get_field(self.of)
        assert isinstance(field, SealedField)
        if isinstance(model_instance.__dict__.get(field.attname), Sealed):
            return getattr(model_instance, self.attname)  # the value was not even looked at
        plain = self._normalised(getattr(model_instance, self.of))
        owner = owner_of_fields(attrgetter(field.client)(model_instance))
        value = self._hash(make_key(owner), plain) if plain else ""
        setattr(model_instance, self.attname, value)
        return value

    def hashes(self, value: str, clients: Iterable[Any]) -> list[str]:
        """What rows of `clients` with this value have in the index: one hash for each that has any encrypted field."""
        plain = self._normalised(value)
        if not plain:
            return []
        return [self._hash(key, plain) for key in open_keys(owner_of_fields(client) for client in clients)]

    def hashes_of(self, values: Iterable[str], *, key: OpenedKey) -> dict[str, str]:
        """{value: what a row of the key's tenant with it has in the index}, of those that can be found by it."""
        plain = {value: self._normalised(value) for value in values}
        secret = self._secret(key)
        return {value: keyed_hash(secret, text) for value, text in plain.items() if text}

    def _normalised(self, value: str) -> str:
        normalise: Callable[[str], str] = import_string(self.normalise)
        return normalise(value)

    def _hash(self, key: OpenedKey, plain: str) -> str:
        return keyed_hash(self._secret(key), plain)

    def _secret(self, key: OpenedKey) -> bytes:
        return hashing_secret(key, f"blind index {self.model._meta.label_lower}.{self.of}")


def hashing_secret(key: OpenedKey, purpose: str) -> bytes:
    """What a tenant's hashes of one purpose are keyed with (HKDF-Expand, RFC 5869): those of another tell nothing."""
    return HKDFExpand(SHA256(), 32, purpose.encode()).derive(key.secret)


def keyed_hash(secret: bytes, plain: str) -> str:
    """HMAC-SHA256 of `plain`, its first 128 bits in hexadecimal digits."""
    mac = hmac.HMAC(secret, SHA256())
    mac.update(plain.encode())
    return mac.finalize()[:INDEX_BYTES].hex()


class IndexedModel(models.Model):
    """Base of models with a `BlindIndexField`: saving a value saves its index with it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None:
            named = set(update_fields)
            indexes = (field for field in self._meta.concrete_fields if isinstance(field, BlindIndexField))
            update_fields = named | {field.name for field in indexes if field.of in named}
        super().save(*args, update_fields=update_fields, **kwargs)


def owner_of_fields(client_id: Any) -> str:
    """Whose data key seals the fields of a tenant."""
    return f"fields/{client_id}"
