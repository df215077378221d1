"""Calls and deals in bulk, for pages."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from integrations.crm.models import Deal
from recordings.models import SalesCall
from salesiq.people.models import Agent


def make_calls(agent: Agent, *, converted: int = 0, lost: int = 0, days_ago: int = 3, **values: Any) -> None:
    """Published calls of `agent`, so many of which converted."""
    start = timezone.now() - timedelta(days=days_ago)
    SalesCall.objects.bulk_create(
        SalesCall(
            client_id=agent.client_id,
            agent=agent,
            started_at=start - timedelta(minutes=n),
            status="published",
            call_duration=120.0,
            quality_score=60 + n % 30,
            outcome="converted" if n < converted else "not_qualified",
            **values,
        )
        for n in range(converted + lost)
    )


def make_deals(agent: Agent, *, won: int = 0, lost: int = 0, days_ago: int = 3, value: int = 100) -> None:
    day = timezone.localdate() - timedelta(days=days_ago)
    Deal.objects.bulk_create(
        Deal(
            client_id=agent.client_id,
            owner=agent,
            name=f"Deal {n}",
            status="won" if n < won else "lost",
            created_on=day - timedelta(days=20),
            closed_on=day,
            value=value,
        )
        for n in range(won + lost)
    )
