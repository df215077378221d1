"""A real OpenAI-compatible server on loopback that answers, and fails, as it is told.

    with ModelServer() as server:
        provider = make_provider(url=server.url)
        server.answers("Yes.")                                  # every request
        server.answers(lambda request: request.text.upper())    # by the request
        server.answers(too_many(retry_after=1), "Yes.")         # one after the other; the last one stays

What it was asked stands in `requests`. While it runs, requests to its address are allowed.
"""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Received:
    """One request as it came. `text` is its last message, `system` its system messages together."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float

    @property
    def messages(self) -> list[dict[str, str]]:
        return self.body.get("messages", [])

    @property
    def model(self) -> str:
        return self.body.get("model", "")

    @property
    def text(self) -> str:
        return self.messages[-1]["content"] if self.messages else ""

    @property
    def system(self) -> str:
        return "\n".join(row["content"] for row in self.messages if row["role"] == "system")

    @property
    def key(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Answer:
    """What the server does with a request. `delay` seconds pass first, `pause` between two words of a stream.

    `cut` ends the connection before the answer is whole. `raw` is sent as it is, in place of a completion.
    """

    text: str = ""
    delay: float = 0.0
    pause: float = 0.0
    finish_reason: str = "stop"
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    usage: bool = True
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    cut: bool = False


def _problem(status: int, message: str, code: str, headers: dict[str, str] | None = None) -> Answer:
    error = {"error": {"message": message, "type": "invalid_request_error", "code": code}}
    return Answer(status=status, raw=json.dumps(error).encode(), headers=headers or {})


def slow(text: str, seconds: float) -> Answer:
    return Answer(text, delay=seconds)


def hang(seconds: float = 30.0) -> Answer:
    """Takes the request and says nothing; the server's end releases it."""
    return Answer(delay=seconds, cut=True)


def dropped() -> Answer:
    """The connection ends without an answer."""
    return Answer(cut=True, raw=b"")


def truncated(text: str = "This answer breaks off in the middle of") -> Answer:
    """Half of the answer, then the connection ends; as a stream, without `finish_reason` and `[DONE]`."""
    return Answer(text, cut=True)


def stopped_by_length(text: str = "This answer was too long for") -> Answer:
    return Answer(text, finish_reason="length")


def too_many(retry_after: float | str | None = None) -> Answer:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return _problem(429, "Rate limit reached.", "rate_limit_exceeded", headers)


def server_error(status: int = 500) -> Answer:
    return _problem(status, "The server had an error.", "server_error")


def refused_key() -> Answer:
    return _problem(401, "Incorrect API key provided: sk-echoed-by-the-server.", "invalid_api_key")


def wrong_model() -> Answer:
    return _problem(404, "The model does not exist.", "model_not_found")


def too_long_a_question() -> Answer:
    return _problem(400, "This model's maximum context length is 4096 tokens.", "context_length_exceeded")


def bad_request() -> Answer:
    return _problem(400, "Unknown parameter.", "unknown_parameter")


def redirect(url: str) -> Answer:
    return Answer(status=307, headers={"Location": url}, raw=b"")


def invalid_json() -> Answer:
    return Answer(raw=b'{"choices": [{"message": {"content": "He')


def not_a_completion() -> Answer:
    return Answer(raw=b'{"status": "fine", "choices": []}')


def huge(size: int = 20 * 1024 * 1024) -> Answer:
    return Answer("word " * (size // 5))


Script = str | Answer | Callable[[Received], "str | Answer"]


class ModelServer:
    """Answers "OK" until it is told otherwise. With `key`, refuses requests that do not carry it; `models` are those
    it knows (all, where empty). `peak` is the highest number of requests that it answered at once."""

    def __init__(self, *, key: str = "", models: tuple[str, ...] = ()) -> None:
        self.key, self.models = key, models
        self.peak = self._now = 0
        self._received: list[Received] = []
        self._script: list[Script] = ["OK"]
        self._lock, self._ended = threading.Lock(), threading.Event()

    def __enter__(self) -> "ModelServer":
        handler = type("Handler", (_Handler,), {"model_server": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        settings.MODEL_PRIVATE_HOSTS.append(self.host)
        return self

    def __exit__(self, *exc: object) -> None:
        with suppress(ValueError):
            settings.MODEL_PRIVATE_HOSTS.remove(self.host)
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"http://{self.host}/v1"

    @property
    def requests(self) -> list[Received]:
        """The questions it got, in the order they came."""
        with self._lock:
            return [row for row in self._received if row.method == "POST"]

    @property
    def everything(self) -> list[Received]:
        with self._lock:
            return list(self._received)

    def answers(self, *script: Script) -> "ModelServer":
        """One entry a request; the last one stays. Callables get the request."""
        with self._lock:
            self._script = list(script)
        return self

    def forget(self) -> None:
        with self._lock:
            self._received.clear()
            self.peak = 0

    def take(self, received: Received) -> Answer:
        with self._lock:
            self._received.append(received)
            if received.method != "POST":
                return Answer()
            refusal = self._refusal(received)
            if refusal:
                return refusal
            step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        answer = step(received) if callable(step) else step
        return Answer(answer) if isinstance(answer, str) else answer

    def _refusal(self, received: Received) -> Answer | None:
        if self.key and received.key != self.key:
            return refused_key()
        return wrong_model() if self.models and received.model not in self.models else None

    def wait(self, seconds: float) -> None:
        self._ended.wait(seconds)

    def count(self, change: int) -> None:
        with self._lock:
            self._now += change
            self.peak = max(self.peak, self._now)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asks may hang up."""


class _Handler(BaseHTTPRequestHandler):
    model_server: ModelServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.model_server.take(self._received({}))
        names = self.model_server.models or ("test-model",)
        listing = {"object": "list", "data": [{"id": name, "object": "model"} for name in names]}
        self._send(200, json.dumps(listing).encode(), {})

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        received = self._received(json.loads(content or b"{}"))
        self.model_server.count(1)
        try:
            self._answer(received, self.model_server.take(received))
        finally:
            self.model_server.count(-1)

    def _received(self, body: dict[str, Any]) -> Received:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Received(self.command, self.path, headers, body, time.monotonic())

    def _answer(self, received: Received, answer: Answer) -> None:
        if answer.delay:
            self.model_server.wait(answer.delay)
        if answer.raw is not None or (answer.cut and not answer.text):
            if answer.cut:
                self.close_connection = True
                return
            self._send(answer.status, answer.raw or b"", answer.headers)
        elif received.body.get("stream"):
            self._stream(received, answer)
        else:
            whole = json.dumps(self._completion(received, answer)).encode()
            self._send(200, whole, answer.headers, cut=answer.cut)

    def _send(self, status: int, content: bytes, headers: dict[str, str], cut: bool = False) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut

    def _stream(self, received: Received, answer: Answer) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for word in _words(answer.text):
            self._event(self._chunk(received, {"content": word}))
            if answer.pause:
                self.model_server.wait(answer.pause)
        if answer.cut:
            self.close_connection = True
            return
        self._event(self._chunk(received, {}, answer.finish_reason))
        if received.body.get("stream_options", {}).get("include_usage") and answer.usage:
            usage = {**self._chunk(received, {}), "choices": [], "usage": self._usage(received, answer)}
            self._event(usage)
        self._piece(b"data: [DONE]\n\n")
        self._piece(b"")

    def _event(self, content: dict[str, Any]) -> None:
        self._piece(b"data: " + json.dumps(content).encode() + b"\n\n")

    def _piece(self, content: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))

    def _chunk(self, received: Received, delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {"id": "c1", "object": "chat.completion.chunk", "model": received.model, "choices": [choice]}

    def _completion(self, received: Received, answer: Answer) -> dict[str, Any]:
        message = {"role": "assistant", "content": answer.text}
        choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason}
        whole = {"id": "c1", "object": "chat.completion", "model": received.model, "choices": [choice]}
        return {**whole, "usage": self._usage(received, answer)} if answer.usage else whole

    def _usage(self, received: Received, answer: Answer) -> dict[str, Any]:
        asked = sum(len(row["content"].split()) for row in received.messages)
        taken = asked if answer.input_tokens is None else answer.input_tokens
        given = len(answer.text.split()) if answer.output_tokens is None else answer.output_tokens
        details = {"cached_tokens": answer.cached_tokens}
        return {
            "prompt_tokens": taken,
            "completion_tokens": given,
            "total_tokens": taken + given,
            "prompt_tokens_details": details,
        }


def _words(text: str) -> list[str]:
    """The words with the spaces after them: what a stream sends one by one, at most a few thousand pieces."""
    if len(text) > 100_000:
        return [text[at : at + 65_536] for at in range(0, len(text), 65_536)]
    return [word + " " for word in text.split(" ")[:-1]] + [text.split(" ")[-1]]
