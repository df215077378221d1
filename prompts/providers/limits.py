"""How much may be asked: requests a minute, requests at once, money a month. Kept in rows, for all processes alike."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.models import ExchangeStatus, LanguageModel, ModelExchange, ModelPolicy, ModelProvider, Prompt
from prompts.providers.errors import ErrorKind, ModelError


def wait_of(*, next_at: datetime | None, per_minute: int, now: datetime) -> tuple[float, datetime]:
    """(seconds until a request may go, the mark to keep if it goes then).

    The generic cell rate algorithm (ITU-T I.371, virtual scheduling): `next_at` is when a steady sender would send
    next. A quarter of a minute's requests may come at once, and no minute sees more than `per_minute`.
    """
    burst = max(1, per_minute // 4)
    step = timedelta(seconds=60 / (per_minute - burst + 1))
    steady = max(next_at or now, now)
    wait = (steady - (burst - 1) * step - now).total_seconds()
    return max(0.0, wait), steady + step


def take_turn(row: ModelProvider | ModelPolicy, *, patience: float) -> float:
    """Seconds to wait before the next request of a locked row; its turn is kept.

    Raises:
        ModelError: the turn is further away than `patience`; none was kept.
    """
    if not row.requests_per_minute:
        return 0.0
    wait, mark = wait_of(next_at=row.next_request_at, per_minute=row.requests_per_minute, now=timezone.now())
    if wait > patience:
        message = _("No more than %(number)s requests a minute are allowed. Try again in %(seconds)s seconds.")
        values = {"number": row.requests_per_minute, "seconds": int(wait) + 1}
        raise ModelError(ErrorKind.RATE_LIMITED, message % values, retry_after=wait)
    row.next_request_at = mark
    row.save(update_fields=["next_request_at"])
    return wait


def under_way(provider: ModelProvider) -> int:
    """Requests to the provider that may still be answered, of all processes."""
    alive = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return ModelExchange.objects.filter(alive, provider=provider, status=ExchangeStatus.RESERVED).count()


def month_start(now: datetime) -> datetime:
    """Budgets count calendar months of UTC."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def spent(*, policy: ModelPolicy, prompt: Prompt | None = None) -> Decimal:
    """What this month cost or may still cost, in the policy's currency; with `prompt`, what was asked by it alone."""
    rows = ModelExchange.objects.filter(client=policy.client_id, created_at__gte=month_start(timezone.now()))
    rows = rows.filter(currency=policy.currency)
    if prompt is not None:
        rows = rows.filter(prompt=prompt)
    return rows.aggregate(total=Sum("cost"))["total"] or Decimal(0)


def check_budgets(*, policy: ModelPolicy, prompt: Prompt | None, model: LanguageModel, worst: Decimal) -> None:
    """Raises ModelError where a request that costs `worst` could exceed the client's or the prompt's month.

    Two may not look at once: the policy's row is locked.
    """
    budgets: list[tuple[Decimal | None, Prompt | None, str]] = [(policy.monthly_budget, None, _("this client"))]
    if prompt is not None:
        budgets.append((prompt.monthly_budget, prompt, prompt.name))
    for budget, of, named in budgets:
        if budget is None or not worst:
            continue
        if model.currency != policy.currency:
            message = _("The budget of %(name)s is in %(budget)s and the model's price in %(price)s. Give both in one.")
            values = {"name": named, "budget": policy.currency, "price": model.currency}
            raise ModelError(ErrorKind.BUDGET, message % values)
        if spent(policy=policy, prompt=of) + worst > budget:
            message = _(
                "The budget of %(name)s for this month, %(budget)s %(currency)s, is spent or would be exceeded."
            )
            values = {"name": named, "budget": f"{budget.normalize():f}", "currency": policy.currency}
            raise ModelError(ErrorKind.BUDGET, message % values)
