"""The one door to language models: order of fallback, limits, budgets, retries, the ledger.

Call it outside of transactions: a request takes seconds, and what is reserved must be seen by other processes.
"""

import random
import time
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from prompts.models import LanguageModel, ModelExchange, ModelProvider
from prompts.providers import breaker, ledger
from prompts.providers.attempts import Asking, attempt_until_answered, reply_of
from prompts.providers.choice import refusal_of
from prompts.providers.endpoints import endpoint_of
from prompts.providers.errors import ErrorKind, ModelError
from prompts.providers.gates import busy, gate, pause, stop_if
from prompts.providers.request import Reply, Request
from salesiq.people.models import Client

__all__ = ["ErrorKind", "ModelError", "Reply", "Request", "ask"]

BUSY_SECONDS = 600.0  # as long a request waits for its place among others
BUSY_POLL_SECONDS = 0.05


def ask(
    *,
    client: Client,
    models: Sequence[LanguageModel],
    request: Request,
    cancelled: Callable[[], bool] | None = None,
    on_text: Callable[[str], None] | None = None,
) -> Reply:
    """The answer of the first of `models` that gives one.

    `on_text` gets each piece of the answer as it comes, in this thread; once it got one, nothing is tried again.
    `cancelled` is asked several times a second and ends the request when it says yes.

    Raises:
        ModelError: none of them answered. Of several errors it is the first that may pass by itself, or the first.
    """
    asking = Asking(client, request, cancelled, on_text)
    errors: list[ModelError] = []
    for model in models:
        try:
            return _ask_model(asking, model)
        except ModelError as error:
            errors.append(error)
            if error.kind is ErrorKind.CANCELLED or asking.told:
                raise
    if not errors:
        message = _("No language model may be asked. Connect one, or allow texts to go to it, in the back office.")
        raise ModelError(ErrorKind.NO_MODEL, message)
    raise next((error for error in errors if not error.permanent), errors[0])


def _ask_model(asking: Asking, model: LanguageModel) -> Reply:
    before = ledger.answered(client=asking.client, key=asking.request.key)
    if before:
        return _told_again(asking, before, before.answer)
    refusal = refusal_of(model, policy=ledger.policy_of(asking.client), client=asking.client)
    if refusal:
        raise refusal
    if asking.request.cacheable:
        known = ledger.remembered(client=asking.client, model=model, request=asking.request)
        if known:
            return _told_again(asking, *known)
    endpoint = endpoint_of(model.provider)
    _wait_awake(asking, model.provider)
    with gate(model.provider, patience=BUSY_SECONDS, cancelled=asking.cancelled):
        turn = _reserve(asking, model)
        if isinstance(turn, ModelExchange):
            return _told_again(asking, turn, turn.answer)
        return attempt_until_answered(asking, model=model, endpoint=endpoint, turn=turn)


def _told_again(asking: Asking, exchange: ModelExchange, text: str) -> Reply:
    """An answer that is there already, by its key or by what was asked."""
    if text:
        asking.tell(text)
    return reply_of(exchange, text=text, repeated=not exchange.from_cache)


def _wait_awake(asking: Asking, provider: ModelProvider) -> None:
    """Waits where the endpoint asked for a short while; raises where it rests for longer."""
    while True:
        try:
            return breaker.check_awake(provider)
        except ModelError as error:
            short = error.retry_after is not None and error.retry_after <= provider.timeout_seconds
            if error.kind is not ErrorKind.RATE_LIMITED or not short:
                raise
            pause(error.retry_after or 0, asking.cancelled)


def _reserve(asking: Asking, model: LanguageModel) -> ledger.Turn | ModelExchange:
    """A reserved exchange, or the one that meanwhile answered the key in another process."""
    end, patience = time.monotonic() + BUSY_SECONDS, float(model.provider.timeout_seconds)
    while True:
        stop_if(asking.cancelled)
        try:
            return ledger.reserve(client=asking.client, model=model, request=asking.request, patience=patience)
        except ledger.BusyError:
            if time.monotonic() >= end:
                raise busy(model.provider) from None
        pause(BUSY_POLL_SECONDS * random.uniform(1, 2), asking.cancelled)  # noqa: S311 - no secret
        answered = ledger.answered(client=asking.client, key=asking.request.key)
        if answered:
            return answered
