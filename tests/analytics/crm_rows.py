"""CRM rows for tests, one plain function each; values not given are the least that a row needs."""

from datetime import date
from itertools import count
from typing import Any

from integrations.crm.models import Company, Deal, DealStageChange, Lead, Product, Stage, Task, match_key
from salesiq.people.models import Client

_numbers = count(1)
DAY = date(2026, 3, 2)


def make_stages(client: Client, *names: str, pipeline: str = "") -> list[Stage]:
    """Open stages in order, then Won and Lost."""
    steps = [*((name, "open") for name in names), ("Won", "won"), ("Lost", "lost")]
    return [
        Stage.objects.create(client=client, pipeline=pipeline, name=name, status=status, position=place)
        for place, (name, status) in enumerate(steps)
    ]


def make_deal(client: Client, *, history: dict[str, date] | None = None, **values: Any) -> Deal:
    """A deal; `history` is when it entered which stage."""
    given = {"name": f"Deal {next(_numbers)}", "created_on": DAY, **values}
    deal = Deal.objects.create(client=client, **given)
    for stage, day in (history or {}).items():
        DealStageChange.objects.create(deal=deal, stage=stage, entered_on=day)
    return deal


def make_lead(client: Client, **values: Any) -> Lead:
    return Lead.objects.create(client=client, **{"created_on": DAY, **values})


def make_task(client: Client, **values: Any) -> Task:
    return Task.objects.create(client=client, **{"subject": f"Task {next(_numbers)}", "created_on": DAY, **values})


def make_company(client: Client, name: str, **values: Any) -> Company:
    return Company.objects.create(client=client, name=name, match_key=match_key(name), **values)


def make_product(client: Client, name: str, **values: Any) -> Product:
    return Product.objects.create(client=client, name=name, match_key=match_key(name), **values)
