"""One request to an endpoint, as it goes over the wire.

All requests of a process run on one event loop in a thread of its own: connections are shared and kept alive, a
deadline covers the whole answer and not each read, and a request that is cancelled leaves its connection at once.
"""

import asyncio
import json
import os
import queue
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx2
from django.utils.translation import gettext as _

from prompts.providers import wire
from prompts.providers.egress import CheckedTransport, Egress, TooLongAnswerError, private_address, resolve
from prompts.providers.errors import ErrorKind, ModelError

T = TypeVar("T")
POLL_SECONDS = 0.1
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "salesiq"}
MAX_EVENT_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Endpoint:
    """Where and with which key; `timeout` is that of a whole answer, in seconds."""

    url: str
    timeout: float
    egress: Egress
    key: str = field(default="", repr=False)

    def headers(self, repeat_key: str = "") -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return {**HEADERS, **own, **({"Idempotency-Key": repeat_key} if repeat_key else {})}


def complete(
    endpoint: Endpoint,
    body: dict[str, Any],
    *,
    answer: wire.Answer,
    repeat_key: str = "",
    cancelled: Callable[[], bool] | None = None,
    on_text: Callable[[str], None] | None = None,
) -> None:
    """Fills `answer`, with `on_text` piece by piece; what had come stays in it when the request fails.

    Raises:
        ModelError: there is no whole answer.
    """
    pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    sending = _complete(endpoint, body, answer, repeat_key, pieces.put if on_text else None)
    _wait(_submit(sending), pieces, cancelled, on_text)


def list_models(endpoint: Endpoint) -> list[str]:
    """The names of the models that the endpoint says it has; raises ModelError."""
    found: list[str] = []
    _wait(_submit(_list_models(endpoint, found)), queue.SimpleQueue(), None, None)
    return found


async def _list_models(endpoint: Endpoint, found: list[str]) -> None:
    async with _guarded(endpoint):
        answer = await _client(endpoint).get(f"{endpoint.url}/models", headers=endpoint.headers())
        await _refuse(endpoint, answer, answer.content)
        try:
            rows = json.loads(answer.content)["data"]
            found += [str(row["id"]) for row in rows][:500]
        except (ValueError, KeyError, TypeError) as error:
            raise wire.no_completion() from error


async def _complete(
    endpoint: Endpoint, body: dict[str, Any], answer: wire.Answer, repeat_key: str, put: Callable[[str], None] | None
) -> None:
    started = time.monotonic()
    async with _guarded(endpoint, answer):
        client, headers = _client(endpoint), endpoint.headers(repeat_key)
        for body_sent in (body, _with_other_limit(body)):
            async with client.stream(
                "POST", f"{endpoint.url}/chat/completions", json=body_sent, headers=headers
            ) as response:
                if response.status_code != HTTPStatus.OK:
                    content = await response.aread()
                    if response.status_code == HTTPStatus.BAD_REQUEST and wire.wants_other_limit(content, body_sent):
                        continue
                    await _refuse(endpoint, response, content)
                if body.get("stream") and "event-stream" in response.headers.get("content-type", ""):
                    await _read_stream(response, answer, put, started)
                else:
                    await _read_whole(response, answer, put)
                return


async def _read_whole(response: httpx2.Response, answer: wire.Answer, put: Callable[[str], None] | None) -> None:
    whole = wire.read_completion(await response.aread())
    vars(answer).update(vars(whole))
    if put and answer.text:
        put(answer.text)


async def _read_stream(
    response: httpx2.Response, answer: wire.Answer, put: Callable[[str], None] | None, started: float
) -> None:
    async for event in httpx2.EventSource(response, max_event_size=MAX_EVENT_BYTES):
        if event.data == "[DONE]":
            answer.finish_reason = answer.finish_reason or "stop"
            return
        piece = wire.read_chunk(event.data, answer)
        if piece and answer.first_token_ms is None:
            answer.first_token_ms = int((time.monotonic() - started) * 1000)
        if piece and put:
            put(piece)
    if not answer.finish_reason:
        raise _truncated()


async def _refuse(endpoint: Endpoint, response: httpx2.Response, content: bytes) -> None:
    """Raises what a status other than 200 means."""
    if response.status_code == HTTPStatus.OK:
        return
    if response.has_redirect_location:
        raise await _redirected(endpoint, response.headers["location"])
    after = wire.seconds_of(response.headers.get("retry-after"))
    raise wire.problem_of(status=response.status_code, content=content, retry_after=after)


async def _redirected(endpoint: Endpoint, location: str) -> ModelError:
    """A redirect is not followed: it would take the texts, and perhaps the key, where nobody allowed them to go."""
    target = urlsplit(urljoin(endpoint.url, location))
    host, port = target.hostname or "", target.port or (443 if target.scheme == "https" else 80)
    try:
        endpoint.egress.check(host=host, port=port, scheme="https", addresses=await resolve(host, port))
    except ModelError as error:
        return private_address(host) if error.kind is ErrorKind.PRIVATE_ADDRESS else error
    message = _("The endpoint sends its requests on to %(host)s. Enter that address as base URL if you trust it.")
    return ModelError(ErrorKind.NOT_ALLOWED, message % {"host": host})


def _with_other_limit(body: dict[str, Any]) -> dict[str, Any]:
    return {("max_completion_tokens" if name == "max_tokens" else name): value for name, value in body.items()}


def _truncated() -> ModelError:
    return ModelError(ErrorKind.TRUNCATED, _("The answer broke off before its end."), maybe_paid=True)


@asynccontextmanager
async def _guarded(endpoint: Endpoint, answer: wire.Answer | None = None) -> AsyncIterator[None]:
    """The deadline of a whole request, and what goes wrong on the way said in our words."""
    try:
        async with asyncio.timeout(endpoint.timeout):
            yield
    except TimeoutError as late:
        raise _timeout(maybe_paid=True) from late
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise _named(error, answer) from error


def _named(error: Exception, answer: wire.Answer | None) -> ModelError:
    if isinstance(error, httpx2.ConnectTimeout):
        return _timeout(maybe_paid=False)
    if isinstance(error, httpx2.ConnectError) and _is_about_certificates(error):
        message = _("The endpoint's certificate is not valid for its name, or of an authority this machine trusts.")
        return ModelError(ErrorKind.UNREACHABLE, message, permanent=True)
    if isinstance(error, httpx2.ConnectError | httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return ModelError(ErrorKind.UNREACHABLE, _("Nothing answers at the endpoint's address."))
    if isinstance(error, TooLongAnswerError):
        message = _("The answer was longer than this installation takes, and was left.")
        return ModelError(ErrorKind.TOO_LONG, message, maybe_paid=True)
    if isinstance(error, httpx2.SSEError):
        return wire.no_completion()
    if isinstance(error, httpx2.TimeoutException):
        return _timeout(maybe_paid=True)
    if answer is not None and answer.text:
        return _truncated()
    message = _("The endpoint closed the connection without a whole answer.")
    return ModelError(ErrorKind.TRUNCATED, message, maybe_paid=True)


def _is_about_certificates(error: BaseException | None) -> bool:
    """Whether TLS is at the bottom of it."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error is not None


def _timeout(*, maybe_paid: bool) -> ModelError:
    return ModelError(ErrorKind.TIMEOUT, _("The endpoint took too long."), maybe_paid=maybe_paid)


def _wait(
    future: "Future[None]",
    pieces: "queue.SimpleQueue[str | None]",
    cancelled: Callable[[], bool] | None,
    on_text: Callable[[str], None] | None,
) -> None:
    """Waits for `future`; hands on the pieces of its answer in this thread, and leaves it when `cancelled` says so."""
    try:
        if on_text:
            future.add_done_callback(lambda _done: pieces.put(None))
            _hand_on(pieces, cancelled, on_text)
        while cancelled and not future.done():
            _stop_if(cancelled)
            try:
                future.result(POLL_SECONDS)
            except NotYet:
                if future.done():
                    raise
        future.result()
    except CancelledError as error:
        raise ModelError(ErrorKind.UNREACHABLE, _("The process is ending.")) from error
    finally:
        future.cancel()


def _hand_on(
    pieces: "queue.SimpleQueue[str | None]", cancelled: Callable[[], bool] | None, on_text: Callable[[str], None]
) -> None:
    asked = 0.0
    while True:
        if cancelled and time.monotonic() - asked >= POLL_SECONDS:
            _stop_if(cancelled)
            asked = time.monotonic()
        try:
            piece = pieces.get(timeout=POLL_SECONDS if cancelled else None)
        except queue.Empty:
            continue
        if piece is None:
            return
        on_text(piece)


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise ModelError(ErrorKind.CANCELLED, _("The request was cancelled."), maybe_paid=True)


# --- The loop that all requests of this process share. A forked child starts its own. -----------------------

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_clients: dict[tuple[Egress, str], httpx2.AsyncClient] = {}


def _submit(work: Coroutine[Any, Any, T]) -> "Future[T]":
    global _loop
    with _lock:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="model-requests", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, _loop)


def _forget() -> None:
    global _loop, _lock
    _loop, _lock = None, threading.Lock()
    _clients.clear()


os.register_at_fork(after_in_child=_forget)


def _client(endpoint: Endpoint) -> httpx2.AsyncClient:
    """A pool of connections for each host and permission: addresses are shared between hosts, TLS proves one of them.

    Only the loop's thread gets here.
    """
    pool = (endpoint.egress, urlsplit(endpoint.url).netloc)
    if pool not in _clients:
        _clients[pool] = httpx2.AsyncClient(
            transport=CheckedTransport(endpoint.egress),
            timeout=httpx2.Timeout(None, connect=10.0),
            follow_redirects=False,
        )
    return _clients[pool]
