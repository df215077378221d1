"""One question to one model, tried until it is answered or there is no sense in trying."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from prompts.models import LanguageModel, ModelExchange
from prompts.providers import breaker, ledger, wire
from prompts.providers.connection import Endpoint, complete
from prompts.providers.errors import ErrorKind, ModelError
from prompts.providers.gates import pause
from prompts.providers.pricing import worst_cost
from prompts.providers.request import Reply, Request
from salesiq.people.models import Client

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 20.0


@dataclass
class Asking:
    """What is the same for all models that one question goes to."""

    client: Client
    request: Request
    cancelled: Callable[[], bool] | None
    on_text: Callable[[str], None] | None
    told: bool = field(default=False)  # text was handed on: it cannot be taken back, so nobody else is asked

    def tell(self, piece: str) -> None:
        self.told = True
        if self.on_text:
            self.on_text(piece)


def attempt_until_answered(asking: Asking, *, model: LanguageModel, endpoint: Endpoint, turn: ledger.Turn) -> Reply:
    """The settled answer of a reserved exchange.

    Raises:
        ModelError: the last attempt's. The exchange has ended and its reservation is free.
    """
    exchange, patience = turn.exchange, float(model.provider.timeout_seconds)
    try:
        pause(turn.wait, asking.cancelled)
        for number in range(1, max(1, model.provider.max_attempts) + 1):
            try:
                return _attempt(asking, model, endpoint, exchange)
            except ModelError as error:
                breaker.note_failure(model.provider, error)
                wait = seconds_before_next(number, error.retry_after)
                if error.permanent or asking.told or wait > patience or number >= model.provider.max_attempts:
                    raise
            pause(wait, asking.cancelled)
            breaker.check_awake(model.provider)
            again = ledger.reserve_again(exchange=exchange, model=model, request=asking.request, patience=patience)
            pause(again.wait, asking.cancelled)
        raise AssertionError("every attempt returns or raises")
    except ModelError as error:
        ledger.fail(exchange, error=error)
        error.exchange = exchange
        raise
    except BaseException:
        ledger.fail(exchange, error=ModelError(ErrorKind.CANCELLED, "The process that asked broke off."))
        raise


def _attempt(asking: Asking, model: LanguageModel, endpoint: Endpoint, exchange: ModelExchange) -> Reply:
    """One request; what it may have cost is entered whether it is answered or not."""
    request, answer = asking.request, wire.Answer()
    streamed, worst = asking.on_text is not None, worst_cost(model=model, request=asking.request)
    body = wire.payload(model=model, request=request, stream=streamed)
    started = time.monotonic()
    try:
        complete(
            endpoint, body, answer=answer, repeat_key=str(exchange.pk), cancelled=asking.cancelled,
            on_text=asking.tell if streamed else None,
        )  # fmt: skip
    except BaseException as caught:
        error = caught if isinstance(caught, ModelError) else ModelError(ErrorKind.CANCELLED, "", maybe_paid=True)
        paid = ledger.paid_for(error, model=model, request=request, answer=answer, streamed=streamed)
        ledger.close_attempt(exchange, error=error, paid=paid, worst=worst)
        raise
    latency = int((time.monotonic() - started) * 1000)
    settled = ledger.settle(exchange, model=model, request=request, answer=answer, worst=worst, latency_ms=latency)
    return reply_of(settled, text=answer.text)


def seconds_before_next(number: int, retry_after: float | None) -> float:
    """After attempt `number`: as long as the endpoint asks and a little more, else a random time up to twice as long
    as before, so that those who failed together do not come back together (full jitter: M. Brooker, "Exponential
    Backoff and Jitter", AWS Architecture Blog, 2015)."""
    if retry_after is not None:
        return retry_after + random.uniform(0.01, 0.1) * max(retry_after, 0.5)  # noqa: S311 - no secret
    longest = min(FIRST_PAUSE_SECONDS * 2**number, LONGEST_PAUSE_SECONDS)
    return random.uniform(0, longest)  # noqa: S311 - no secret


def reply_of(exchange: ModelExchange, *, text: str, repeated: bool = False) -> Reply:
    return Reply(
        text=text, finish_reason=exchange.finish_reason, model=exchange.model, exchange=exchange,
        input_tokens=exchange.input_tokens, cached_tokens=exchange.cached_tokens,
        output_tokens=exchange.output_tokens, cost=exchange.cost, currency=exchange.currency,
        latency_ms=exchange.latency_ms, first_token_ms=exchange.first_token_ms,
        from_cache=exchange.from_cache, repeated=repeated,
    )  # fmt: skip
