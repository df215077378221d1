"""The one door to language models."""

import time
from collections.abc import Callable, Sequence

import httpx

from prompts.models import ExchangeStatus, LanguageModel, ModelExchange
from prompts.providers.errors import ErrorKind, ModelError
from prompts.providers.request import Reply, Request, request_hash
from salesiq.people.models import Client

__all__ = ["ErrorKind", "ModelError", "Reply", "Request", "ask"]


def ask(
    *,
    client: Client,
    models: Sequence[LanguageModel],
    request: Request,
    cancelled: Callable[[], bool] | None = None,
    on_text: Callable[[str], None] | None = None,
) -> Reply:
    """The answer of the first of `models` that gives one.

    `on_text` gets each piece of the answer as it comes; `cancelled` is asked several times a second and ends the
    request when it says yes.

    Raises:
        ModelError: none of them answered; the error is that of the last one asked.
    """
    error = ModelError(ErrorKind.NO_MODEL, "No language model is connected. Connect one under Models and providers.")
    for model in models:
        try:
            return _ask_one(client, model, request, on_text)
        except ModelError as failure:
            error = failure
    raise error


def _ask_one(client: Client, model: LanguageModel, request: Request, on_text: Callable[[str], None] | None) -> Reply:
    exchange = ModelExchange.objects.create(
        client=client, key=request.key, prompt=request.prompt, provider=model.provider, model=model,
        model_name=model.name, purpose=request.purpose, request_hash=request_hash(model=model, request=request),
    )  # fmt: skip
    started = time.monotonic()
    try:
        answer = httpx.post(
            f"{model.provider.base_url}/chat/completions",
            json={"model": model.name, "messages": request.wire_messages(), **request.parameters},
            timeout=model.provider.timeout_seconds,
        )
        answer.raise_for_status()
        content = answer.json()
    except (httpx.HTTPError, ValueError) as failure:
        exchange.status, exchange.error = ExchangeStatus.FAILED, str(failure)[:500]
        exchange.save()
        raise ModelError(ErrorKind.UNREACHABLE, f"{model.provider} did not answer.") from failure
    choice, usage = content["choices"][0], content.get("usage", {})
    exchange.status, exchange.answer = ExchangeStatus.OK, choice["message"]["content"]
    exchange.finish_reason = choice["finish_reason"]
    exchange.input_tokens, exchange.output_tokens = usage["prompt_tokens"], usage["completion_tokens"]
    exchange.latency_ms = int((time.monotonic() - started) * 1000)
    exchange.save()
    if on_text:
        on_text(exchange.answer)
    return Reply(
        text=exchange.answer, finish_reason=exchange.finish_reason, model=model, exchange=exchange,
        input_tokens=exchange.input_tokens, output_tokens=exchange.output_tokens, latency_ms=exchange.latency_ms,
    )  # fmt: skip
