"""Every few minutes: budgets that are nearly or wholly spent, and endpoints that rest after failures."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from prompts.models import AlertKind, ModelExchange, ModelPolicy, ModelProvider, Prompt, PromptAlert
from prompts.watching.alerts import tell

STEPS = (100, 80)


def tell_of_budgets(*, now: datetime | None = None) -> list[PromptAlert]:
    """Alert at 80 and 100 of a hundred of a month's budget, of a client's and of a prompt's, each once a month.

    Who jumps over 80 at once is told of 100 alone. Months are those of UTC, as budgets count them.
    """
    now = now or timezone.now()
    month = now.astimezone(UTC).strftime("%Y-%m")
    told = []
    for policy in ModelPolicy.objects.exclude(monthly_budget=None).select_related("client"):
        spent, budget = spent_in_month(client_id=policy.client_id, now=now), policy.monthly_budget or Decimal(0)
        for percent in _reached(spent, budget):
            figures = {"spent": f"{spent:.2f}", "budget": f"{budget:.2f}", "currency": policy.currency,
                       "percent": percent}  # fmt: skip
            key = f"budget:client:{month}:{percent}"
            told.append(tell(client=policy.client, kind=AlertKind.BUDGET, key=key, figures=figures))
    for prompt in Prompt.objects.exclude(monthly_budget=None).select_related("client__model_policy"):
        spent, budget = spent_in_month(prompt=prompt, now=now), prompt.monthly_budget or Decimal(0)
        for percent in _reached(spent, budget):
            figures = {"prompt": prompt.name, "spent": f"{spent:.2f}", "budget": f"{budget:.2f}",
                       "currency": _currency(prompt), "percent": percent}  # fmt: skip
            key = f"budget:{prompt.pk}:{month}:{percent}"
            told.append(tell(client=prompt.client, kind=AlertKind.BUDGET, key=key, figures=figures, prompt=prompt))
    return [alert for alert in told if alert is not None]


def tell_of_resting(*, now: datetime | None = None) -> list[PromptAlert]:
    """Alert of each endpoint that rests after failures, once a day."""
    now = now or timezone.now()
    resting = ModelProvider.objects.filter(resting_until__gt=now, is_enabled=True).select_related("client")
    told = [
        tell(
            client=provider.client, kind=AlertKind.PROVIDER, key=f"provider:{provider.pk}:{now:%Y-%m-%d}",
            figures={"provider": provider.name, "failures": provider.failures, "error": provider.last_error or "–"},
        )
        for provider in resting
    ]  # fmt: skip
    return [alert for alert in told if alert is not None]


def spent_in_month(*, now: datetime, client_id: UUID | None = None, prompt: Prompt | None = None) -> Decimal:
    """What exchanges of the calendar month (UTC) of `now` cost, of a client or of a prompt."""
    start = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = ModelExchange.objects.filter(created_at__gte=start)
    rows = rows.filter(prompt=prompt, client=prompt.client_id) if prompt else rows.filter(client=client_id)
    return rows.aggregate(total=Sum("cost"))["total"] or Decimal(0)


def _reached(spent: Decimal, budget: Decimal) -> Iterator[int]:
    """The highest step that is reached."""
    for percent in STEPS:
        if spent * 100 >= budget * percent and spent > 0:
            yield percent
            return


def _currency(prompt: Prompt) -> str:
    policy = getattr(prompt.client, "model_policy", None)
    return policy.currency if policy else "USD"
