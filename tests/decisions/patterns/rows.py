"""Analysed calls for tests, made in bulk: what patterns and anomalies read of them and nothing else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from recordings.models import (
    CallAnalysis,
    CallStatus,
    Objection,
    Origin,
    Outcome,
    SalesCall,
    Topic,
)
from salesiq.people.models import Agent, Client


def heard_call(client: Client, agent: Agent | None, *, won: bool | None, at: datetime, **values: Any) -> SalesCall:
    """Not saved. `won` None: called back."""
    outcome = {True: Outcome.CONVERTED, False: Outcome.NOT_QUALIFIED, None: Outcome.CALLBACK}[won]
    given = {
        "status": CallStatus.PUBLISHED, "published_at": at, "outcome": outcome, "outcome_origin": Origin.PERSON,
        "call_duration": 300.0, "call_type": "outbound", "language": "en", **values,
    }  # fmt: skip
    return SalesCall(client=client, agent=agent, started_at=at, **given)


def save_calls(calls: Sequence[SalesCall], *, shares: Sequence[float] | None = None) -> list[SalesCall]:
    """With an analysis each; `shares` is how much of the talk is the agent's."""
    made = SalesCall.objects.bulk_create(calls)
    CallAnalysis.objects.bulk_create(
        CallAnalysis(call=call, talk=talk_of(shares[place] if shares is not None else 0.5, call.call_duration or 300.0))
        for place, call in enumerate(made)
    )
    return made


def talk_of(share: float, seconds: float = 300.0) -> dict[str, Any]:
    agent = {"ratio": share, "longest_monologue": 40.0, "words_per_minute": 140.0, "interruptions": 1, "questions": 6}
    return {
        "duration": seconds, "patience": 0.8, "silence_ratio": 0.1, "turns": 40,
        "roles": {"agent": agent, "customer": {**agent, "ratio": 1 - share}},
    }  # fmt: skip


def hear_topic(calls: Sequence[SalesCall], name: str) -> None:
    Topic.objects.bulk_create(Topic(call=call, name=name, seconds=10, share=0.1, confidence=0.9) for call in calls)


def hear_objection(calls: Sequence[SalesCall], kind: str, *, handled: bool) -> None:
    Objection.objects.bulk_create(
        Objection(call=call, kind=kind, handled=handled, moved_on=False, reason="", confidence=0.9) for call in calls
    )


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)
