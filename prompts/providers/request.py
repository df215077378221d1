"""What is asked of a model, and what came back."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from prompts.models import LanguageModel, ModelExchange, Prompt

# What of a version's parameters reaches the endpoint.
PARAMETERS = ("temperature", "top_p", "max_tokens", "seed", "stop", "presence_penalty", "frequency_penalty")


class Turn(Protocol):
    """A message, as rendering makes it."""

    @property
    def role(self) -> str: ...
    @property
    def content(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question. `purpose` is one of `Purpose`.

    `key` is the idempotency key: the same key of one client is answered, and paid, once. A `cacheable` request takes
    an answer that the same model gave to the same messages, parameters and schema before.
    """

    messages: Sequence[Turn | Mapping[str, str]]
    purpose: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    schema: Mapping[str, Any] | None = None
    prompt: Prompt | None = None
    key: str = ""
    cacheable: bool = False

    def wire_messages(self) -> list[dict[str, str]]:
        return [_wire(message) for message in self.messages]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer. Times are milliseconds, `cost` is in `currency`; `from_cache` and `repeated` ones cost nothing anew.

    `repeated`: the key had been answered before.
    """

    text: str
    finish_reason: str
    model: LanguageModel | None
    exchange: ModelExchange
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)
    currency: str = "USD"
    latency_ms: int | None = None
    first_token_ms: int | None = None
    from_cache: bool = False
    repeated: bool = False


def request_hash(*, model: LanguageModel, request: Request) -> str:
    """SHA-256 of all that decides an answer: endpoint, model, messages, parameters, schema."""
    asked = {
        "provider": str(model.provider_id),
        "model": model.name,
        "messages": request.wire_messages(),
        "parameters": {name: request.parameters[name] for name in PARAMETERS if name in request.parameters},
        "schema": request.schema,
    }
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _wire(message: Turn | Mapping[str, str]) -> dict[str, str]:
    if isinstance(message, Mapping):
        return {"role": str(message["role"]), "content": str(message["content"])}
    return {"role": message.role, "content": message.content}
