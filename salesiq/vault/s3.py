"""Files in S3-compatible storage, read by range."""

import io
import os
from typing import Any

from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage
from storages.utils import clean_name


class RangedS3Storage(S3Storage):
    """django-storages fetches a whole object as soon as it is opened; this reads the bytes that are asked for.

    An upload is there once its last part has arrived: S3 shows no half an object.
    """

    bucket_name: str  # set from the storage's options by its base

    def _open(self, name: str, mode: str = "rb") -> "RangedS3File":
        key = self._normalize_name(clean_name(name))  # type: ignore[no-untyped-call]
        return RangedS3File(self.connection.meta.client, self.bucket_name, key)

    def replace_file(self, name: str, content: Any) -> None:
        """Put `content` in the place of an existing object, at one go."""
        self._save(name, content)  # type: ignore[no-untyped-call]


class RangedS3File(io.RawIOBase):
    """One object; each `read` is one request. It stays the same object: one that was replaced meanwhile is an error.

    Raises:
        FileNotFoundError: there is no such object.
    """

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        try:
            head = client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(f"There is no object {key}.") from error
            raise
        self._size, self._etag, self._position = head["ContentLength"], head["ETag"], 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self._position = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence] + offset
        return self._position

    def readinto(self, buffer: Any, /) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int = -1, /) -> bytes:
        end = self._size if size < 0 else min(self._size, self._position + size)
        if end <= self._position:
            return b""
        part = self._client.get_object(
            Bucket=self._bucket, Key=self._key, Range=f"bytes={self._position}-{end - 1}", IfMatch=self._etag
        )
        data: bytes = part["Body"].read()
        self._position += len(data)
        return data
