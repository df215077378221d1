"""The ledger of paid requests: reserved before they are sent, settled afterwards, once for each key.

Every step is one short transaction. Between them stands the request, so a process may die anywhere: what it reserved
counts as spent until `expires_at`, then another process asks in its place, in the same row.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from prompts.models import ExchangeStatus, LanguageModel, ModelExchange, ModelPolicy, ModelProvider
from prompts.providers import breaker, limits
from prompts.providers.errors import ErrorKind, ModelError
from prompts.providers.pricing import about_input_tokens, about_tokens, cost_of, most_output_tokens, worst_cost
from prompts.providers.request import Request, request_hash
from prompts.providers.wire import Answer
from salesiq.people.models import Client

GRACE = timedelta(seconds=15)  # on top of a request's own deadline, before it counts as dead
CACHE_DAYS = 30
LOST = "lost"  # the kind of error of an exchange whose process died


@dataclass(frozen=True)
class Turn:
    """A reserved exchange and the seconds to wait before it may be sent."""

    exchange: ModelExchange
    wait: float


class BusyError(Exception):
    """The provider answers as many requests as it may at once, or somebody else is asking for the same key."""


def policy_of(client: Client) -> ModelPolicy:
    """The client's policy; the strict default where nobody set one."""
    return ModelPolicy.objects.filter(client=client).first() or ModelPolicy(client=client)


def answered(*, client: Client, key: str) -> ModelExchange | None:
    """The exchange that answered `key`."""
    if not key:
        return None
    return ModelExchange.objects.filter(client=client, key=key, status=ExchangeStatus.OK).first()


def remembered(*, client: Client, model: LanguageModel, request: Request) -> tuple[ModelExchange, str] | None:
    """What the same model answered to the same question in the last CACHE_DAYS days, entered anew at no cost."""
    digest = request_hash(model=model, request=request)
    since = timezone.now() - timedelta(days=CACHE_DAYS)
    rows = ModelExchange.objects.filter(client=client, request_hash=digest, status=ExchangeStatus.OK)
    row = rows.filter(created_at__gte=since, from_cache=False).exclude(answer="").first()
    if row is None:
        return None
    try:
        with transaction.atomic(durable=True):
            entry = ModelExchange.objects.create(
                client=client, key=request.key, prompt=request.prompt, provider=model.provider, model=model,
                model_name=model.name, purpose=request.purpose, status=ExchangeStatus.OK, request_hash=digest,
                attempts=0, from_cache=True, currency=model.currency, latency_ms=0,
                answer=row.answer if request.key else "", finish_reason=row.finish_reason,
                input_tokens=row.input_tokens, output_tokens=row.output_tokens,
            )  # fmt: skip
    except IntegrityError:  # the key is being answered just now
        return None
    return entry, row.answer


def reserve(*, client: Client, model: LanguageModel, request: Request, patience: float) -> Turn:
    """A row for a request that may be sent now, or in `wait` seconds.

    Raises:
        BusyError: not yet.
        ModelError: over a budget, or over a limit of requests a minute for longer than `patience` seconds.
    """
    with transaction.atomic(durable=True):
        policy, provider = _locked(client, model.provider)
        dead = _dead_or_none(client, request)
        if limits.under_way(provider) >= provider.max_concurrency:
            raise BusyError
        worst = worst_cost(model=model, request=request)
        limits.check_budgets(policy=policy, prompt=request.prompt, model=model, worst=worst)
        wait = limits.take_turn(policy, patience=patience)
        wait += limits.take_turn(provider, patience=patience - wait)
        exchange = dead or ModelExchange(client=client, key=request.key, attempts=0)
        _fill(exchange, model=model, request=request)
        _open_attempt(exchange, provider, worst=worst, wait=wait)
        try:
            with transaction.atomic():
                exchange.save()
        except IntegrityError as taken:
            raise BusyError from taken
    return Turn(exchange, wait)


def reserve_again(*, exchange: ModelExchange, model: LanguageModel, request: Request, patience: float) -> Turn:
    """The next attempt of the same exchange: what the attempts before may have cost stays counted."""
    with transaction.atomic(durable=True):
        policy, provider = _locked(exchange.client, model.provider)
        worst = worst_cost(model=model, request=request)
        limits.check_budgets(policy=policy, prompt=request.prompt, model=model, worst=worst)
        wait = limits.take_turn(policy, patience=patience)
        wait += limits.take_turn(provider, patience=patience - wait)
        _open_attempt(exchange, provider, worst=worst, wait=wait)
        exchange.save(update_fields=["cost", "attempts", "expires_at", "updated_at"])
    return Turn(exchange, wait)


def settle(exchange: ModelExchange, *, model: LanguageModel, request: Request, answer: Answer, worst: Decimal,
           latency_ms: int) -> ModelExchange:  # fmt: skip
    """Enters the answer and what it cost. Where another process answered the key first, its answer counts."""
    count(answer, request)
    cost = exchange.cost - worst + cost_of(
        model=model, input_tokens=answer.input_tokens, output_tokens=answer.output_tokens,
        cached_tokens=answer.cached_tokens,
    )  # fmt: skip
    kept = answer.text if request.key or request.cacheable else ""
    entry = {
        "status": ExchangeStatus.OK, "cost": cost, "input_tokens": answer.input_tokens, "expires_at": None,
        "cached_tokens": answer.cached_tokens, "output_tokens": answer.output_tokens, "answer": kept,
        "finish_reason": answer.finish_reason, "latency_ms": latency_ms, "first_token_ms": answer.first_token_ms,
        "error": "", "error_kind": "", "updated_at": timezone.now(),
    }  # fmt: skip
    with transaction.atomic(durable=True):
        rows = ModelExchange.objects.filter(pk=exchange.pk)
        done = rows.filter(status=ExchangeStatus.RESERVED).update(**entry)
        if not done:
            rows.update(cost=F("cost") + cost)
        breaker.note_success(model.provider)
    for name, value in entry.items() if done else ():
        setattr(exchange, name, value)
    if not done:
        exchange.refresh_from_db()
    return exchange


def close_attempt(exchange: ModelExchange, *, error: ModelError, paid: Decimal, worst: Decimal) -> None:
    """An attempt failed and another follows: what it may have cost stays, the rest of its reservation goes."""
    exchange.cost += paid - worst
    rows = ModelExchange.objects.filter(pk=exchange.pk, status=ExchangeStatus.RESERVED)
    rows.update(cost=exchange.cost, error=error.message[:500], error_kind=error.kind)


def fail(exchange: ModelExchange, *, error: ModelError) -> None:
    """Ends the exchange without an answer; its key may be asked again."""
    status = ExchangeStatus.CANCELLED if error.kind is ErrorKind.CANCELLED else ExchangeStatus.FAILED
    rows = ModelExchange.objects.filter(pk=exchange.pk, status=ExchangeStatus.RESERVED)
    rows.update(
        status=status, error_kind=error.kind, error=error.message[:500], cost=exchange.cost, expires_at=None,
        updated_at=timezone.now(),
    )  # fmt: skip
    exchange.refresh_from_db()


def paid_for(error: ModelError, *, model: LanguageModel, request: Request, answer: Answer, streamed: bool) -> Decimal:
    """What a failed attempt may cost: nothing where the endpoint had no question, else what came of its answer.

    Of an answer that was not streamed nobody saw how far it got: it counts as the longest.
    """
    if not error.maybe_paid:
        return Decimal(0)
    seen = about_tokens(answer.text) if streamed else most_output_tokens(model, request.parameters)
    return min(
        cost_of(model=model, input_tokens=about_input_tokens(request), output_tokens=seen),
        worst_cost(model=model, request=request),
    )


def count(answer: Answer, request: Request) -> None:
    """Fills in tokens that the endpoint did not tell."""
    if not answer.counted:
        answer.input_tokens, answer.output_tokens = about_input_tokens(request), about_tokens(answer.text)


def _locked(client: Client, provider: ModelProvider) -> tuple[ModelPolicy, ModelProvider]:
    """Both rows as they are now, held until the transaction ends, always in this order."""
    policy = ModelPolicy.objects.select_for_update().filter(client=client).first() or ModelPolicy(client=client)
    return policy, ModelProvider.objects.select_for_update().get(pk=provider.pk)


def _dead_or_none(client: Client, request: Request) -> ModelExchange | None:
    """The row of a process that died with this key in its hands; raises BusyError while it may still be alive.

    It is used again, so that the key stands in the ledger once, with the cost of the answer that was given.
    """
    if not request.key:
        return None
    rows = ModelExchange.objects.select_for_update().filter(client=client, key=request.key)
    row = rows.filter(status__in=[ExchangeStatus.RESERVED, ExchangeStatus.OK]).first()
    if row is None:
        return rows.filter(status=ExchangeStatus.FAILED, error_kind=LOST).first()
    if row.status == ExchangeStatus.OK or row.expires_at is None or row.expires_at > timezone.now():
        raise BusyError
    return row


def close_lost() -> int:
    """Ends the exchanges whose process died, and says how many; what they may have cost stays counted."""
    message = "The process that asked ended before the answer came."
    rows = ModelExchange.objects.filter(status=ExchangeStatus.RESERVED, expires_at__lt=timezone.now())
    return rows.update(
        status=ExchangeStatus.FAILED, error_kind=LOST, error=message, expires_at=None, updated_at=timezone.now()
    )


def _fill(exchange: ModelExchange, *, model: LanguageModel, request: Request) -> None:
    exchange.prompt, exchange.purpose = request.prompt, request.purpose
    exchange.provider, exchange.model, exchange.model_name = model.provider, model, model.name
    exchange.request_hash = request_hash(model=model, request=request)
    exchange.currency, exchange.cost, exchange.status = model.currency, Decimal(0), ExchangeStatus.RESERVED
    exchange.error = exchange.error_kind = ""


def _open_attempt(exchange: ModelExchange, provider: ModelProvider, *, worst: Decimal, wait: float) -> None:
    exchange.attempts += 1
    exchange.cost += worst
    exchange.expires_at = timezone.now() + timedelta(seconds=provider.timeout_seconds + wait) + GRACE
