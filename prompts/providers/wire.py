"""The OpenAI chat completion protocol as we speak it: what is sent, and what of an answer is believed.

https://platform.openai.com/docs/api-reference/chat; spoken alike by Azure, vLLM, llama.cpp, Ollama and others.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from prompts.models import LanguageModel
from prompts.providers.errors import ErrorKind, ModelError
from prompts.providers.pricing import most_output_tokens
from prompts.providers.request import PARAMETERS, Request

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.\[\]-]{0,59}")
OVERLONG = ("context_length", "exceed_context_size", "context length", "context size", "too many tokens")


@dataclass
class Answer:
    """A completion. `counted` says whether the endpoint told its tokens."""

    text: str = ""
    finish_reason: str = ""
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    counted: bool = False
    first_token_ms: int | None = None

    def count(self, usage: Any) -> None:
        """Takes what the endpoint says of its tokens; nonsense is left aside."""
        if not isinstance(usage, dict):
            return
        details = usage.get("prompt_tokens_details")
        self.input_tokens = _count(usage.get("prompt_tokens"))
        self.output_tokens = _count(usage.get("completion_tokens"))
        self.cached_tokens = _count(details.get("cached_tokens")) if isinstance(details, dict) else 0
        self.counted = self.input_tokens > 0


def payload(*, model: LanguageModel, request: Request, stream: bool) -> dict[str, Any]:
    """The body of the request."""
    body: dict[str, Any] = {"model": model.name, "messages": request.wire_messages()}
    body |= {name: request.parameters[name] for name in PARAMETERS if request.parameters.get(name) is not None}
    body["max_tokens"] = most_output_tokens(model, request.parameters)
    if request.schema is not None and model.takes_schema and request.schema.get("type") == "object":
        named = {"name": "answer", "schema": request.schema, "strict": _is_strict(request.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return body


def read_completion(content: bytes) -> Answer:
    """The answer of a request that was not streamed; raises ModelError where it is no completion."""
    body = _object(content)
    try:
        choice = body["choices"][0]
        message = choice["message"]
        text, refusal = message.get("content"), message.get("refusal")
        answer = Answer(text=_text(text), finish_reason=str(choice.get("finish_reason") or "stop")[:30])
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise no_completion() from error
    if not answer.text and isinstance(refusal, str):
        answer.text, answer.finish_reason = refusal, "refusal"
    answer.count(body.get("usage"))
    return answer


def read_chunk(data: str, answer: Answer) -> str:
    """The new text of one event of a stream; what it says of finish and tokens goes into `answer`."""
    body = _object(data.encode())
    if "error" in body:
        raise ModelError(ErrorKind.SERVER_ERROR, _("The endpoint broke off with an error of its own."))
    answer.count(body.get("usage"))
    try:
        choices = body.get("choices") or []
        if not choices:
            return ""
        delta, finish = choices[0].get("delta") or {}, choices[0].get("finish_reason")
        piece, refusal = _text(delta.get("content")), delta.get("refusal")
    except (TypeError, AttributeError, KeyError) as error:
        raise no_completion() from error
    answer.finish_reason = str(finish)[:30] if finish else answer.finish_reason
    piece = piece or (refusal if isinstance(refusal, str) else "")
    answer.text += piece
    return piece


def no_completion() -> ModelError:
    return ModelError(ErrorKind.SERVER_ERROR, _("What the endpoint answered is no completion. Check the base URL."))


def problem_of(*, status: int, content: bytes, retry_after: float | None) -> ModelError:
    """What a refusal means. Of its words only identifiers are kept: they may quote the key or the texts."""
    error = _error_of(content)
    code = next((error[name] for name in ("code", "type") if isinstance(error.get(name), str)), "")
    named = ", ".join(row for row in (code, error.get("param")) if isinstance(row, str) and IDENTIFIER.fullmatch(row))
    kind = _kind(status, f"{code} {error.get('message', '')}".lower())
    message = _MESSAGES[kind]() + (f" ({status}, {named})" if named else f" ({status})")
    permanent = True if code in ("insufficient_quota", "billing_hard_limit_reached") else None
    return ModelError(kind, message, permanent=permanent, retry_after=retry_after)


def wants_other_limit(content: bytes, body: Mapping[str, Any]) -> bool:
    """Newer models of OpenAI take the longest answer by another name, and say so."""
    return "max_tokens" in body and _error_of(content).get("param") == "max_tokens"


def seconds_of(retry_after: str | None) -> float | None:
    """The header Retry-After, a number of seconds or a date (RFC 9110, 10.2.3), as seconds from now."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


_MESSAGES = {
    ErrorKind.REFUSED_KEY: lambda: _("The endpoint refused the key. Enter one that is valid and may use this model."),
    ErrorKind.WRONG_MODEL: lambda: _("The endpoint knows no such model or address. Check the model's name."),
    ErrorKind.BAD_REQUEST: lambda: _("The endpoint refused the request. Check the parameters and the schema."),
    ErrorKind.TOO_LONG: lambda: _("The question is longer than the model takes. Shorten it or use a larger model."),
    ErrorKind.TIMEOUT: lambda: _("The endpoint took too long."),
    ErrorKind.RATE_LIMITED: lambda: _("The endpoint takes no more requests for now, or its account has no credit."),
    ErrorKind.SERVER_ERROR: lambda: _("The endpoint had an error of its own."),
}


def _kind(status: int, said: str) -> ErrorKind:
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        return ErrorKind.TOO_LONG if any(row in said for row in OVERLONG) or status != 400 else ErrorKind.BAD_REQUEST
    known = {
        HTTPStatus.UNAUTHORIZED: ErrorKind.REFUSED_KEY,
        HTTPStatus.FORBIDDEN: ErrorKind.REFUSED_KEY,
        HTTPStatus.NOT_FOUND: ErrorKind.WRONG_MODEL,
        HTTPStatus.REQUEST_TIMEOUT: ErrorKind.TIMEOUT,
        HTTPStatus.PAYMENT_REQUIRED: ErrorKind.RATE_LIMITED,
        HTTPStatus.TOO_MANY_REQUESTS: ErrorKind.RATE_LIMITED,
    }
    default = ErrorKind.SERVER_ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ErrorKind.BAD_REQUEST
    return known.get(HTTPStatus(status), default) if status in list(HTTPStatus) else default


def _error_of(content: bytes) -> dict[str, Any]:
    try:
        error = json.loads(content).get("error")
    except (ValueError, AttributeError, RecursionError):
        return {}
    return error if isinstance(error, dict) else {}


def _object(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise no_completion() from error
    if not isinstance(body, dict):
        raise no_completion()
    return body


def _text(content: Any) -> str:
    """The text of a message: a string, or parts of which the text ones count."""
    if content is None or isinstance(content, str):
        return content or ""
    return "".join(str(part["text"]) for part in content if part.get("type") == "text")


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def _is_strict(schema: Mapping[str, Any]) -> bool:
    """Whether OpenAI would take the schema as strict: every object closed, every property required."""
    for row in _objects(schema):
        properties = row.get("properties", {})
        if row.get("additionalProperties") is not False or set(row.get("required", ())) != set(properties):
            return False
    return True


def _objects(schema: Any) -> list[Mapping[str, Any]]:
    if isinstance(schema, Mapping):
        own = [schema] if schema.get("type") == "object" else []
        return own + [row for value in schema.values() for row in _objects(value)]
    return [row for value in schema for row in _objects(value)] if isinstance(schema, list) else []
