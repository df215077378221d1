"""How much of a request is taken in, before anybody has looked who asks.

Django's ASGI handler stores a whole body before any view runs, however large and whoever sends it. This stands in
front of it: it answers a request that announces too much at once, and stops one that sends more than it announced.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TOO_LARGE = "The request is larger than this address takes. Send less at once, or compress the recording."


class TooMuchError(Exception):
    """More came than may."""


class BodyLimit:
    """An ASGI application around `inner` that takes bodies of up to `most` bytes; below `wide_paths`, `most_there`."""

    def __init__(self, inner: Application, *, most: int, wide_paths: Iterable[str], most_there: int) -> None:
        self._inner = inner
        self._most, self._most_there = most, most_there
        self._wide_paths = tuple(wide_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        limit = self._most_there if scope["path"].startswith(self._wide_paths) else self._most
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        if not all(value.isdigit() for value in lengths):
            await _refuse(scope, send, HTTPStatus.BAD_REQUEST, "bad_request", "Content-Length must be a number.")
            return
        if any(int(value) > limit for value in lengths):
            await _refuse(scope, send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", TOO_LARGE)
            return
        answered = False

        async def noting_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._inner(scope, _counting(receive, limit), noting_send)
        except TooMuchError:
            if not answered:
                await _refuse(scope, send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", TOO_LARGE)


def _counting(receive: Receive, limit: int) -> Receive:
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > limit:
            raise TooMuchError
        return message

    return counted


async def _refuse(scope: Scope, send: Send, status: HTTPStatus, code: str, detail: str) -> None:
    """A problem (RFC 9457), and the end of the connection: the rest of the body is not read."""
    problem = {
        "type": f"urn:salesiq:problem:{code}",
        "code": code,
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "instance": scope["path"],
    }
    body = json.dumps(problem).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
