"""Deals, leads and companies fill prompts, and a call brings the deal that it was about."""

from datetime import date

import pytest

from integrations.crm.models import DealStageChange
from integrations.crm.prompt_context.fields import COMPANY, COMPETITOR, DEAL, LEAD, PEOPLE
from integrations.crm.prompt_context.values import READERS
from prompts.context.gathering import gather
from prompts.context.registry import ContextError, Subject, agent_of, fields_of, find_subjects, kinds
from prompts.templates.variables import convert
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_customer, make_team, make_user
from tests.integrations.crm.factories import make_company, make_deal, make_lead
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal():
    client = make_client()
    agent = make_agent(client=client, name="Dana Cole", team=make_team(client=client))
    customer = make_customer(client=client, name="Maria Rivera", email="maria@rivera.example")
    company = make_company(client, name="Rivera Dental", industry="Health", custom={"city": "Reno"})
    lead = make_lead(client, customer=customer, owner=agent, source="Web search")
    deal = make_deal(
        client,
        name="Team plan",
        company=company,
        customer=customer,
        owner=agent,
        lead=lead,
        stage="Offer",
        currency="USD",
    )
    DealStageChange.objects.create(deal=deal, stage="Offer", entered_on=date(2026, 3, 5))
    deal.calls.add(make_call(client=client, agent=agent, customer=customer))
    return deal


def fill(kind, row, *needed, user=None):
    return gather(
        client=row.client, subject=Subject(kind, row.pk), user=user, needed=set(needed) or fields_of(kind).keys()
    )


def test_every_field_is_read_and_is_of_its_type(deal):
    assert {**DEAL, **COMPANY, **LEAD, **PEOPLE, **COMPETITOR}.keys() == READERS.keys()
    for kind, row in (("deal", deal), ("lead", deal.lead), ("company", deal.company), ("call", deal.calls.get())):
        for name, value in fill(kind, row).items():
            convert(value, fields_of(kind)[name].type)
    assert {"call", "deal", "lead", "company"} <= kinds().keys()
    assert agent_of(Subject("deal", deal.pk)) == deal.owner_id
    assert agent_of(Subject("company", deal.company.pk)) is None


def test_a_deal_brings_its_company_its_people_and_its_newest_call(deal):
    user = make_user(client=deal.client)
    values = fill("deal", deal, user=user)
    assert values["deal.title"] == "Team plan"
    assert values["company.name"] == "Rivera Dental"
    assert values["company.city"] == "Reno"
    assert values["lead.source"] == "Web search"
    assert values["deal.days_in_stage"] > 0
    assert values["customer.email"] == "•••"
    assert values["call.transcript"]
    viewed = AuditEvent.objects.filter(action="viewed", actor=user).values_list("object_id", flat=True)
    assert set(viewed) == {str(deal.pk), str(deal.calls.get().pk)}


def test_a_call_brings_the_deal_that_it_was_about_only_to_who_may_see_it(deal):
    call = deal.calls.get()
    assert fill("call", call, "deal.stage", "company.industry") == {"deal.stage": "Offer", "company.industry": "Health"}
    deal.owner = make_agent(client=deal.client)
    deal.save()
    manager = make_user(client=deal.client, role=Role.MANAGER)
    call.agent.team.managers.add(manager)
    assert fill("call", call, "deal.stage", "call.outcome", user=manager).keys() == {"call.outcome"}
    with pytest.raises(ContextError):
        fill("deal", deal, user=manager)


def test_without_a_deal_a_call_brings_the_customers_lead(deal):
    call = deal.calls.get()
    lead = deal.lead
    deal.delete()
    lead.company = make_company(call.client, name="Rivera Labs")
    lead.save()
    assert fill("call", call, "company.name", "lead.source") == {
        "company.name": "Rivera Labs",
        "lead.source": "Web search",
    }


def test_people_choose_among_deals_they_may_see(deal):
    make_deal(make_client(), name="Team plan of others")
    user = make_user(client=deal.client)
    assert [found.id for found in find_subjects(kind="deal", user=user, query="team rivera")] == [deal.pk]
    integrator = make_user(client=deal.client, role=Role.PRIVACY)
    assert find_subjects(kind="deal", user=integrator) == []
