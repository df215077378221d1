"""Pages of the back office's lists by key."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from recordings.models import SalesCall
from salesiq.people.roles import Role
from tests.factories import make_agent, make_user

pytestmark = pytest.mark.django_db

LIST = reverse("admin:recordings_salescall_changelist")


@pytest.fixture
def many(client, monkeypatch):
    """An administrator signed in, seven calls (three of the same moment), three a page."""
    user = make_user(role=Role.ADMIN)
    client.force_login(user)
    monkeypatch.setattr(admin.site._registry[SalesCall], "list_per_page", 3)
    now = timezone.now()
    agents = [make_agent(client=user.client, name=name) for name in ("Ann", "Bob")]
    return SalesCall.objects.bulk_create(
        SalesCall(client=user.client, title=f"Call {n}", started_at=now - timedelta(hours=n // 3), agent=agents[n % 2])
        for n in range(7)
    )


def pages(client, address, step):
    """The titles of page after page, by following the link `step`."""
    seen = []
    while True:
        cl = client.get(address).context["cl"]
        seen.append([call.title for call in cl.result_list])
        link = getattr(cl, step)
        if not link:
            return seen
        address = f"{LIST}{link}"


@pytest.mark.parametrize("order", ["", "?o=4", "?o=-4", "?o=5"])
def test_each_row_stands_on_one_page_in_either_direction(client, many, order):
    forth = pages(client, f"{LIST}{order}", "older")
    assert [len(page) for page in forth] == [3, 3, 1]
    assert len({title for page in forth for title in page}) == 7
    end = client.get(f"{LIST}{order}").context["cl"].last
    back = pages(client, f"{LIST}{end}", "newer")
    flat = [title for page in forth for title in page]
    assert [title for page in back[::-1] for title in page] == flat


def test_a_row_that_comes_in_between_moves_no_page(client, many):
    first = client.get(LIST).context["cl"]
    second = [call.title for call in client.get(f"{LIST}{first.older}").context["cl"].result_list]
    SalesCall.objects.create(client=many[0].client, title="New", started_at=timezone.now() + timedelta(hours=1))
    assert [call.title for call in client.get(f"{LIST}{first.older}").context["cl"].result_list] == second


@pytest.mark.parametrize("place", ["2", "nonsense", "WyJhIl0:abc"])
def test_a_place_that_cannot_be_read_is_the_first_page(client, many, place):
    first = [call.pk for call in client.get(LIST).context["cl"].result_list]
    assert [call.pk for call in client.get(LIST, {"p": place}).context["cl"].result_list] == first


def test_the_place_in_one_order_is_no_place_in_another(client, many):
    link = client.get(LIST).context["cl"].older
    answer = client.get(f"{LIST}{link}&o=5")
    assert answer.status_code == 200
    assert len(answer.context["cl"].result_list) == 3
