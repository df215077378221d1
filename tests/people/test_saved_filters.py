"""Filters of the back office's lists, kept under a name."""

import pytest
from django.urls import reverse

from salesiq.people.models import SavedFilter
from salesiq.people.roles import Role
from tests.factories import make_client, make_user

pytestmark = pytest.mark.django_db

CALLS = "recordings.salescall"
LIST = reverse("admin:recordings_salescall_changelist")


def keep(client, **values):
    data = {"screen": CALLS, "name": "Lost", "query": "outcome__exact=not_qualified&p=abc", **values}
    return client.post(reverse("saved-filters"), data)


@pytest.fixture
def reviewer(client):
    user = make_user(role=Role.REVIEWER)
    client.force_login(user)
    return user


def test_a_kept_filter_stands_above_the_list_without_its_page(client, reviewer):
    assert keep(client)["Location"] == f"{LIST}?outcome__exact=not_qualified"
    page = client.get(LIST, {"outcome__exact": "not_qualified"}).content.decode()
    assert '<a href="?outcome__exact=not_qualified" aria-current="true">Lost</a>' in page


def test_another_of_the_same_name_replaces_it(client, reviewer):
    keep(client)
    keep(client, query="status__exact=failed")
    assert SavedFilter.objects.get(user=reviewer).query == "status__exact=failed"


def test_only_shared_ones_are_seen_by_others_of_the_client_and_none_by_strangers(client, reviewer):
    keep(client, name="Mine")
    keep(client, name="Ours", is_shared="1")
    colleague = make_user(role=Role.REVIEWER, client=reviewer.client)
    stranger = make_user(role=Role.REVIEWER, client=make_client(name="Strangers"))
    assert [row.name for row in SavedFilter.objects.usable_by(colleague)] == ["Ours"]
    assert not SavedFilter.objects.usable_by(stranger).exists()


def test_nobody_deletes_the_filter_of_another(client, reviewer):
    keep(client, is_shared="1")
    saved = SavedFilter.objects.get()
    client.force_login(make_user(role=Role.REVIEWER, client=reviewer.client))
    assert client.post(reverse("saved-filter-delete", args=[saved.pk])).status_code == 404
    client.force_login(reviewer)
    client.post(reverse("saved-filter-delete", args=[saved.pk]))
    assert not SavedFilter.objects.exists()


def test_a_filter_needs_a_name_and_a_list_that_its_keeper_may_open(client, reviewer):
    assert keep(client, name="").status_code == 302
    assert keep(client, screen="people.agent").status_code == 403
    assert keep(client, screen="no.such").status_code == 404
    assert not SavedFilter.objects.exists()
