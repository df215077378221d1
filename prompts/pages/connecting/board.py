"""What the page of models shows: endpoints with their state, models with what they did this month, the budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from prompts.models import ExchangeStatus, LanguageModel, ModelExchange, ModelPolicy, ModelProvider, ProviderKind
from prompts.pages.figures import month_began
from prompts.pages.words import cost_words
from salesiq.people.models import User


@dataclass(frozen=True, slots=True)
class State:
    """`badge` is a class of the stylesheet, `words` what the badge says, `why` what may be done."""

    badge: str
    words: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ModelRow:
    model: LanguageModel
    prices: str
    asked: int
    failed: int
    spent: str


@dataclass(frozen=True, slots=True)
class ProviderCard:
    provider: ModelProvider
    host: str
    state: State
    models: Sequence[ModelRow]
    is_embedded: bool
    has_key: bool


@dataclass(frozen=True, slots=True)
class Budget:
    """`percent` of the month's budget is spent, at most 100 for the bar; None without a budget."""

    spent: str
    limit: str
    percent: int | None
    beside: str = ""


def provider_cards(user: User, policy: ModelPolicy) -> list[ProviderCard]:
    used = _used(user)
    providers = ModelProvider.objects.visible_to(user).prefetch_related("models")
    return [
        ProviderCard(
            provider=each,
            host=urlsplit(each.base_url).netloc,
            state=state_of(each, policy),
            models=[_model_row(model, used) for model in each.models.all()],
            is_embedded=each.kind == ProviderKind.EMBEDDED,
            has_key=bool(each.key_reference or each.sealed_key),
        )
        for each in providers
    ]


def state_of(provider: ModelProvider, policy: ModelPolicy) -> State:
    if not provider.is_enabled:
        return State("", _("switched off"))
    if provider.leaves_house and not policy.may_leave_house:
        return State("badge-callback", _("not allowed"), _("Texts may not leave the house: the policy can allow it."))
    now = timezone.now()
    if provider.resting_until and provider.resting_until > now:
        until = date_format(timezone.localtime(provider.resting_until), "H:i:s")
        return State("badge-not_qualified", _("resting until %(time)s") % {"time": until}, provider.last_error)
    if provider.last_error:
        return State("badge-callback", _("failed last time"), provider.last_error)
    return State("badge-converted", _("ready"))


def _used(user: User) -> Mapping[UUID, list[dict[str, Any]]]:
    """What each model did since the first of the month, by currency."""
    exchanges = ModelExchange.objects.visible_to(user).filter(created_at__gte=month_began(), model__isnull=False)
    failed = Count("pk", filter=Q(status=ExchangeStatus.FAILED))
    found: dict[UUID, list[dict[str, Any]]] = {}
    sums = exchanges.order_by().values("model_id", "currency").annotate(n=Count("pk"), bad=failed, cost=Sum("cost"))
    for row in sums:
        found.setdefault(row["model_id"], []).append(dict(row))
    return found


def _model_row(model: LanguageModel, used: Mapping[UUID, list[dict[str, Any]]]) -> ModelRow:
    rows = used.get(model.pk, [])
    spent = " + ".join(cost_words(row["cost"], row["currency"]) for row in rows if row["cost"])
    return ModelRow(model, _prices(model), sum(row["n"] for row in rows), sum(row["bad"] for row in rows), spent or "–")


def _prices(model: LanguageModel) -> str:
    """Of a million tokens, in and out; free where both are nothing."""
    if not model.input_price and not model.output_price:
        return _("free")
    prices = (_price(model.input_price), _price(model.output_price))
    return f"{prices[0]} / {prices[1]} {model.currency}"


def _price(price: Decimal) -> str:
    plain = price.normalize()
    exponent = plain.as_tuple().exponent
    places = max(2, -exponent if isinstance(exponent, int) else 2)
    return number_format(plain, places)


def budget_of(user: User, policy: ModelPolicy) -> Budget:
    """The month's spending against the policy's budget; other currencies are told beside it."""
    exchanges = ModelExchange.objects.visible_to(user).filter(created_at__gte=month_began())
    sums = exchanges.order_by().values("currency").annotate(cost=Sum("cost"))
    by_currency = {row["currency"]: Decimal(row["cost"] or 0) for row in sums}
    spent = by_currency.pop(policy.currency, Decimal(0))
    beside = ", ".join(cost_words(cost, currency) for currency, cost in by_currency.items() if cost)
    limit = policy.monthly_budget
    percent = None
    if limit is not None:
        percent = min(100, int(100 * spent / limit)) if limit else 100
    return Budget(
        cost_words(spent, policy.currency) if spent else f"0 {policy.currency}",
        "" if limit is None else f"{number_format(limit.normalize(), 2)} {policy.currency}",
        percent,
        beside,
    )
