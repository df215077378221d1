"""Refused looks are filed where the one who looked belongs; scans are counted, strangers are nobody."""

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.http import HttpResponse
from django.test import AsyncClient
from django.test import Client as Browser
from django.urls import reverse

from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_customer, make_user
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def call():
    return make_call(published=False)


@pytest.fixture
def intruder():
    return make_user(role=Role.ADMIN)


def browser_of(user):
    browser = Browser()
    browser.force_login(user)
    return browser


def refusals():
    return list(AuditEvent.objects.filter(action="refused").order_by("at"))


@pytest.mark.parametrize("name", ["call", "api-call", "api-sound", "admin:recordings_salescall_change"])
def test_a_guessed_id_of_another_tenant_is_filed_in_the_guessers_chain(call, intruder, name):
    response = browser_of(intruder).get(reverse(name, args=[call.pk]), REMOTE_ADDR="10.1.2.3")
    assert response.status_code == 404
    [event] = refusals()
    assert (event.actor, event.client_id, event.address) == (intruder, intruder.client_id, "10.1.2.3")
    assert event.details["view"] == name
    assert list(event.details["ids"].values()) == [str(call.pk)]
    assert event.details["status"] == 404


def test_what_ones_role_may_not_do_is_filed(call):
    agent = make_user(role=Role.AGENT, client=call.client)
    assert browser_of(agent).post(reverse("call-outcome", args=[call.pk])).status_code == 403
    assert refusals()[0].details["status"] == 403


def test_a_member_without_the_back_office_who_tries_its_addresses_is_filed():
    agent = make_user(role=Role.AGENT)
    url = reverse("admin:people_customer_change", args=[make_customer(client=agent.client).pk])
    assert browser_of(agent).get(url).status_code == 302
    assert refusals()[0].details["view"] == "admin:people_customer_change"


def test_a_repeated_look_is_counted_and_told_with_the_next_event(call, intruder):
    browser, url = browser_of(intruder), reverse("call", args=[call.pk])
    for _ in range(4):
        browser.get(url)
    assert len(refusals()) == 1
    for key in [key for key in cache._cache if key.endswith(":minute")]:
        del cache._cache[key]
        del cache._expire_info[key]
    browser.get(url)
    assert refusals()[1].details["repeats"] == 3


def test_each_object_is_filed(intruder):
    browser = browser_of(intruder)
    for call in (make_call(published=False), make_call(published=False)):
        browser.get(reverse("call", args=[call.pk]))
    assert len(refusals()) == 2


@pytest.mark.parametrize(
    "address", ["/nothing-here", "/admin/nothing-here", "/sales-recording-audit", "/admin/nothing/1/change/"]
)
def test_an_address_without_an_object_is_not_filed(intruder, address):
    browser_of(intruder).get(address)
    assert refusals() == []


def test_strangers_leave_no_event(call):
    for name in ("call", "api-call", "admin:recordings_salescall_change"):
        Browser().get(reverse(name, args=[call.pk]))
    assert refusals() == []


def test_a_look_that_was_granted_is_no_refusal(call):
    admin = make_user(role=Role.ADMIN, client=call.client)
    url = reverse("admin:people_user_change", args=[admin.pk])
    browser_of(admin).post(url, {"username": "ana", "role": "admin", "is_active": "on"})
    assert refusals() == []


def test_a_text_in_the_address_is_withheld(intruder):
    browser_of(intruder).get("/admin/people/customer/Ana%20Rivera/change/")
    assert refusals()[0].details["ids"] == {"object_id": "withheld"}


def test_an_asynchronous_site_files_as_well(call, intruder):
    browser = AsyncClient()
    browser.force_login(intruder)
    response: HttpResponse = async_to_sync(browser.get)(reverse("call", args=[call.pk]))
    assert response.status_code == 404
    assert len(refusals()) == 1
