"""CRM records for tests, one plain function each."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from integrations.crm.models import (
    Activity,
    AdCost,
    AgentProfile,
    Company,
    Contact,
    CustomField,
    Deal,
    ExchangeRate,
    ImportRun,
    ImportSource,
    IndustryStandard,
    Lead,
    Product,
    Purchase,
    Stage,
    Target,
    Task,
)
from salesiq.people.models import Agent, Client, Customer

_numbers = count(1)
DAY = date(2026, 3, 2)


def make_company(client: Client, **values: Any) -> Company:
    return Company.objects.create(client=client, **{"name": f"Company {next(_numbers)}", **values})


def make_product(client: Client, **values: Any) -> Product:
    return Product.objects.create(client=client, **{"name": f"Product {next(_numbers)}", **values})


def make_lead(client: Client, **values: Any) -> Lead:
    return Lead.objects.create(client=client, **{"created_on": DAY, "external_id": f"L{next(_numbers)}", **values})


def make_deal(client: Client, **values: Any) -> Deal:
    defaults = {"name": f"Deal {next(_numbers)}", "created_on": DAY, "amount": Decimal(900), "value": Decimal(900)}
    return Deal.objects.create(client=client, **{**defaults, **values})


def make_run(client: Client, *, rejected: bytes = b"", **values: Any) -> ImportRun:
    """An import that has ended, with its file of rejected rows when `rejected` is given."""
    defaults = {"system": "crm", "kind": "deals", "file_name": f"deals-{next(_numbers)}.csv", "status": "done"}
    run = ImportRun.objects.create(client=client, finished_at=timezone.now(), **{**defaults, **values})
    if rejected:
        run.rejected_file.save(f"{run.pk}/rejected.csv", ContentFile(rejected))
    return run


def rows_of_agent(agent: Agent, customer: Customer, mark: str) -> dict[str, Any]:
    """One row of each model that belongs to an agent, by the model's name; their texts hold `mark`."""
    client = agent.client
    deal = make_deal(client, name=f"Deal{mark}", owner=agent, customer=customer)
    deal.stage_changes.create(stage=f"Step{mark}", entered_on=DAY)
    product = make_product(client, name=f"Bought{mark}")
    return {
        "deal": deal,
        "lead": make_lead(client, owner=agent, customer=customer, source=f"Source{mark}"),
        "activity": Activity.objects.create(
            client=client, owner=agent, type="email", subject=f"Subject{mark}", happened_at=timezone.now()
        ),
        "task": Task.objects.create(client=client, owner=agent, subject=f"Task{mark}", created_on=DAY),
        "contact": Contact.objects.create(client=client, customer=customer, job_title=f"Job{mark}"),
        "purchase": Purchase.objects.create(client=client, customer=customer, product=product, bought_on=DAY),
        "agentprofile": AgentProfile.objects.create(client=client, agent=agent, manager=f"Boss{mark}"),
        "target": Target.objects.create(
            client=client, agent=agent, metric="revenue", since=DAY, until=DAY, value=5, external_id=f"Target{mark}"
        ),
    }


def rows_of_client(client: Client, mark: str) -> dict[str, Any]:
    """One row of each model that belongs to a client as a whole, and an import; their texts hold `mark`."""
    return {
        "company": make_company(client, name=f"Firm{mark}"),
        "product": make_product(client, name=f"Goods{mark}"),
        "adcost": AdCost.objects.create(client=client, source=f"Ads{mark}", since=DAY, until=DAY, amount=7),
        "industrystandard": IndustryStandard.objects.create(
            client=client, metric="win_rate", value=0.2, published_by=f"Paper{mark}"
        ),
        "stage": Stage.objects.create(client=client, name=f"Stage{mark}", position=1),
        "exchangerate": ExchangeRate.objects.create(client=client, currency="EUR", since=DAY, rate=Decimal("1.1")),
        "customfield": CustomField.objects.create(
            client=client, kind="deals", key="size", label=f"Label{mark}", type="text"
        ),
        "importsource": ImportSource.objects.create(client=client, system=f"From{mark}", kind="deals"),
        "importrun": make_run(client, file_name=f"File{mark}.csv", rejected=f"Rejected{mark}".encode()),
    }
