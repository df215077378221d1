"""Retention and holds by API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.models import Action, LegalHold, SalesCall
from recordings.privacy.holds import is_held
from salesiq.people.roles import Role
from tests.factories import make_client, make_customer, make_user
from tests.recordings.api.conftest import api_of
from tests.recordings.factories import make_call, make_policy

HOLDS, PREVIEW = "/api/v1/sales/holds", "/api/v1/sales/retention/preview"
NEXT_YEAR = str(timezone.localdate() + timedelta(days=365))
HOLD = {"matter": "Rivera v. Brightline", "reason": "Claim of 12 May", "until": NEXT_YEAR}


@pytest.fixture
def officer(tenant):
    return api_of(make_user(role=Role.PRIVACY, client=tenant))


@pytest.fixture
def call(tenant):
    return make_call(client=tenant, published=False, started_at=timezone.now() - timedelta(days=60))


def place(api, **values):
    return api.post(HOLDS, {**HOLD, **values}, format="json")


def test_a_hold_is_placed_on_calls_listed_and_released(officer, call):
    answer = place(officer, calls=[str(call.pk)])
    assert answer.status_code == 201
    hold = answer.json()
    assert (hold["matter"], hold["held_calls"], hold["overdue"], hold["released_at"]) == (
        "Rivera v. Brightline", 1, False, None,
    )  # fmt: skip
    assert is_held(call)
    assert [row["id"] for row in officer.get(HOLDS).json()["results"]] == [hold["id"]]
    released = officer.post(f"{HOLDS}/{hold['id']}/release", {"reason": "Settled"}, format="json")
    assert released.status_code == 200
    assert (released.json()["release_reason"], released.json()["held_calls"]) == ("Settled", 0)
    assert not is_held(call)
    again = officer.post(f"{HOLDS}/{hold['id']}/release", {"reason": "Again"}, format="json")
    assert again.status_code == 400
    assert "released already" in again.json()["detail"]


def test_a_hold_on_a_customer_catches_later_calls(officer, call):
    answer = place(officer, customer_id=str(call.customer.pk), catches_later=True)
    assert answer.json()["customer_id"] == str(call.customer.pk)
    later = make_call(client=call.client, customer=call.customer, published=False)
    assert is_held(later)


def test_the_same_request_twice_places_one_hold(officer, call):
    for _ in range(2):
        answer = officer.post(HOLDS, {**HOLD, "calls": [str(call.pk)]}, format="json", HTTP_IDEMPOTENCY_KEY="once")
        assert answer.status_code == 201
    assert LegalHold.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "Name calls, or a customer"),
        ({"calls": []}, "No call fits"),
        ({"calls": ["01a20a8b-d46b-7162-9d3d-903f17f21243"]}, "does not exist"),
        ({"customer_id": "other"}, "Nothing you may use"),
        ({"until": "2020-01-01", "catches_later": True}, "ahead of today"),
        ({"matter": ""}, "blank"),
    ],
)
def test_a_hold_that_makes_no_sense_is_refused_in_words(wrong, said, officer, tenant):
    if wrong.get("customer_id"):
        wrong = {"customer_id": str(make_customer(client=make_client()).pk)}
    answer = place(officer, **wrong)
    assert answer.status_code == 400
    assert said in str(answer.json())
    assert not LegalHold.objects.exists()


def test_a_foreign_hold_is_not_seen_and_not_released(officer, db):
    foreign = make_call(published=False)
    hold = place(api_of(make_user(client=foreign.client)), calls=[str(foreign.pk)]).json()
    assert officer.get(HOLDS).json()["results"] == []
    assert officer.post(f"{HOLDS}/{hold['id']}/release", {"reason": "x"}, format="json").status_code == 404
    assert is_held(foreign)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REVIEWER, Role.AGENT, Role.INTEGRATOR])
def test_only_those_who_look_after_the_law_may(role, tenant):
    api = api_of(make_user(role=role, client=tenant))
    assert api.get(HOLDS).status_code == api.get(PREVIEW).status_code == 403
    assert place(api, calls=[]).status_code == 403


def test_the_preview_counts_and_lists_page_by_page_and_changes_nothing(officer, call, django_assert_max_num_queries):
    policy = make_policy(call.client, Action.DELETE, name="Old calls")
    newer = make_call(client=call.client, published=False, started_at=timezone.now() - timedelta(days=50))
    make_call(client=call.client, published=False, started_at=timezone.now() - timedelta(days=10))
    place(officer, calls=[str(newer.pk)])
    with django_assert_max_num_queries(8):
        body = officer.get(PREVIEW, {"page_size": 1}).json()
    assert body["policies"] == [
        {
            "policy": str(policy.pk),
            "name": "Old calls",
            "version": 1,
            "action": "delete",
            "now": 1,
            "soon": 1,
            "held": 1,
        }
    ]
    (first,) = body["results"]
    assert (first["call"], first["action"], first["held"]) == (str(call.pk), "delete", False)
    assert "by “Old calls” (version 1)" in first["reason"]
    (second,) = officer.get(body["next"]).json()["results"]
    assert (second["call"], second["held"]) == (str(newer.pk), True)
    assert SalesCall.objects.count() == 3


def test_the_superuser_names_the_client(superuser, call):
    make_client()
    make_policy(call.client, Action.DELETE)
    api = api_of(superuser)
    assert api.get(PREVIEW).json()["code"] == "client_needed"
    assert len(api.get(PREVIEW, {"client": str(call.client_id)}).json()["results"]) == 1
