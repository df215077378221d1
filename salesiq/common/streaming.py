"""Long answers, sent while they are made."""

from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

LINES_AT_ONCE = 500


def stream_lines(
    request: HttpRequest, lines: Iterable[str], *, content_type: str, headers: dict[str, str]
) -> StreamingHttpResponse:
    """Send `lines` as they come, with constant memory. Under ASGI Django would gather a plain iterator first."""
    batches = _batches(iter(lines))
    body: Any = _later(batches) if isinstance(request, ASGIRequest) else batches
    return StreamingHttpResponse(body, content_type=content_type, headers=headers)


def _batches(lines: Iterator[str]) -> Iterator[bytes]:
    while batch := list(islice(lines, LINES_AT_ONCE)):
        yield "".join(batch).encode()


async def _later(batches: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(batches, b""))
    while batch := await following():
        yield batch
