"""A client with two teams: one deal won and one call each."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from recordings.models import SalesCall
from salesiq.people.roles import Role
from tests.analytics.crm_rows import make_company, make_deal
from tests.factories import make_agent, make_client, make_customer, make_team, make_user
from tests.integrations.messaging.conftest import mail

__all__ = ["mail"]


class World:
    def __init__(self):
        self.client = make_client(name="ООО «Север»", currency="EUR", time_zone="Europe/Madrid")
        self.admin = make_user(client=self.client, email="ana@example.com")
        self.manager = make_user(client=self.client, role=Role.MANAGER, email="max@example.com")
        company = make_company(self.client, "Acme")
        for number, name in enumerate(("Olga", "Ben")):
            team = make_team(client=self.client)
            agent = make_agent(team=team, name=name)
            customer = make_customer(client=self.client, name=f"=Person {number}")
            if not number:
                team.managers.add(self.manager)
                self.agent = agent
            make_deal(
                self.client, name=f"Deal of {name}", owner=agent, company=company, customer=customer,
                status="won", stage="Won", value=Decimal("1200.50"), amount=Decimal("1200.50"), currency="EUR",
                created_on=date(2026, 5, 1), closed_on=date(2026, 6, 30),
            )  # fmt: skip
            SalesCall.objects.create(
                client=self.client, agent=agent, customer=customer, call_duration=61.5, outcome="converted",
                status="published", title=f"Call of {name}", started_at=datetime(2026, 6, 30, 22, 30, tzinfo=UTC),
            )  # fmt: skip


@pytest.fixture
def world(db):
    return World()
