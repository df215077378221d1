"""Rows with a known truth for models to find."""

from datetime import date, timedelta

from django.utils import timezone

from integrations.crm.models import Deal, Lead
from recordings.models import CallAnalysis, CallStatus, Intent, Origin, Outcome, SalesCall
from salesiq.people.models import Client

FIRST = date(2026, 1, 1)


def won_by_source(number: int, *, turned: bool = False) -> bool:
    """Of ten deals of source "good" seven are won, of the others two; `turned`: the other way round."""
    good = bool(number % 2) != turned
    return (number // 2) % 10 < (7 if good else 2)


def make_deals(client: Client, count: int = 300, *, since: date = FIRST, turned: bool = False, **values) -> None:
    """Decided deals, three a day, each closed ten days after it began."""
    rows = []
    for number in range(count):
        day = since + timedelta(days=number // 3)
        status = "won" if won_by_source(number, turned=turned) else "lost"
        source = "good" if number % 2 else "bad"
        rows.append(
            Deal(client=client, name="Deal", status=status, source=source, created_on=day,
                 closed_on=day + timedelta(days=10), **values)
        )  # fmt: skip
    Deal.objects.bulk_create(rows)


def make_open_deals(client: Client, **values) -> list[Deal]:
    return [
        Deal.objects.create(client=client, name="Open", source=source, created_on=FIRST, **values)
        for source in ("good", "bad")
    ]


def make_leads(client: Client, count: int = 200) -> None:
    Lead.objects.bulk_create(
        Lead(client=client, source="good" if number % 2 else "bad", created_on=FIRST,
             status="converted" if won_by_source(number) else "disqualified")
        for number in range(count)
    )  # fmt: skip


def make_heard_calls(client: Client, count: int = 160) -> list[SalesCall]:
    """Calls that a person said the end of: those in which somebody spoke of buying end well more often."""
    now = timezone.now()
    calls = SalesCall.objects.bulk_create(
        SalesCall(
            client=client, status=CallStatus.PUBLISHED, language="en", started_at=now - timedelta(days=number % 50),
            outcome=Outcome.CONVERTED if won_by_source(number) else Outcome.NOT_QUALIFIED,
            outcome_origin=Origin.PERSON, conversion_probability=0.2,
        )
        for number in range(count)
    )  # fmt: skip
    rules = {"probability": 0.2, "calibrated": False, "basis": "rules v1", "base_rate": 0.2, "base_logit": -1.386,
             "logit": -1.386, "factors": []}  # fmt: skip
    talk = {"duration": 60.0, "roles": {}, "turns": 10}
    CallAnalysis.objects.bulk_create(CallAnalysis(call=call, talk=talk, conversion=rules) for call in calls)
    Intent.objects.bulk_create(
        Intent(call=call, kind="purchase", confidence=0.9) for number, call in enumerate(calls) if number % 2
    )
    return calls
