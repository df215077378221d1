"""GET …/recordings: rows, filters, order, pages, and what they cost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recordings.api.filters import ORDERINGS, CallFilterSet
from recordings.models import Intent, SalesCall, Topic
from recordings.searching.rebuilding import index_all
from salesiq.audit.models import AuditEvent
from tests.factories import make_agent, make_customer, make_team
from tests.recordings.api.conftest import RECORDINGS, api_of
from tests.recordings.factories import make_call, make_follow_up, make_objection

S0_FIELDS = {
    "id", "client_id", "agent_id", "customer_id", "call_duration", "call_type", "outcome", "quality_score",
    "conversion_probability", "recording_url", "transcript", "notes", "created_at", "updated_at",
}  # fmt: skip


def ids(response) -> set[str]:
    assert response.status_code == 200, response.json()
    return {row["id"] for row in response.json()["results"]}


def test_a_row_has_the_fields_of_the_specification_as_json_values(api, tenant):
    call = make_call(client=tenant, notes="Met at the fair")
    row = api.get(RECORDINGS).json()["results"][0]
    assert set(row) >= S0_FIELDS
    assert row["id"] == str(call.pk)
    assert row["agent_id"] == str(call.agent_id) == row["agent"]["id"]
    assert row["customer_id"] == str(call.customer_id) == row["customer"]["id"]
    assert (row["quality_score"], row["conversion_probability"], row["call_duration"]) == (72.5, 0.42, 28.0)
    assert datetime.fromisoformat(row["created_at"]).astimezone(UTC) == call.created_at
    assert row["recording_url"] == f"http://testserver{RECORDINGS}/{call.pk}/audio"


def test_values_that_are_not_known_yet_are_null(api, tenant):
    make_call(client=tenant, published=False, agent=None, customer=None)
    row = api.get(RECORDINGS).json()["results"][0]
    unknown = ("agent_id", "agent", "customer", "call_type", "outcome", "quality_score", "recording_url", "transcript")
    assert [row[name] for name in unknown] == [None] * len(unknown)


def test_the_transcript_comes_only_when_asked_for_and_is_audited_then(api, tenant, admin):
    call = make_call(client=tenant)
    assert api.get(RECORDINGS).json()["results"][0]["transcript"] is None
    assert not AuditEvent.objects.filter(action="transcripts_read").exists()
    row = api.get(RECORDINGS, {"include": "transcript"}).json()["results"][0]
    assert row["transcript"].startswith("Agent: Hello Ms Rivera")
    event = AuditEvent.objects.get(action="transcripts_read")
    assert (event.actor, event.client, event.details) == (admin, tenant, {"calls": [str(call.pk)]})


def test_only_the_transcript_can_be_included(api):
    response = api.get(RECORDINGS, {"include": "secrets"})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "#/include")


@pytest.fixture
def two_calls(tenant):
    """One call that every filter below finds, and one that none does."""
    now = timezone.now()
    team = make_team(client=tenant)
    found = make_call(
        client=tenant,
        agent=make_agent(team=team, client=tenant),
        customer=make_customer(client=tenant),
        title="Renewal of the fleet",
        region="North",
        source="dialler",
        language="es",
        lawful_basis="contract",
        consent_state="given",
        call_type="outbound",
        outcome="converted",
        quality_score="90",
        conversion_probability=0.9,
        call_duration=600,
        started_at=now,
        created_at=now,
    )
    make_objection(found, kind="trust")
    Intent.objects.create(call=found, kind="demo", confidence=0.8)
    Topic.objects.create(call=found, name="security", seconds=9, share=0.1, confidence=0.8)
    past = now - timedelta(days=30)
    other = make_call(
        client=tenant,
        quality_score="20",
        conversion_probability=0.1,
        call_duration=10,
        started_at=past,
        created_at=past,
        status="failed",
    )
    other.follow_ups.update(done_at=now)
    return found, other


FILTERS = {
    "agent": lambda call: call.agent_id,
    "team": lambda call: call.agent.team_id,
    "customer": lambda call: call.customer_id,
    "call_type": "outbound",
    "outcome": "converted",
    "status": "published",
    "lawful_basis": "contract",
    "consent": "given",
    "language": "es",
    "region": "north",
    "source": "Dialler",
    "started_after": lambda call: call.started_at.isoformat(),
    "created_after": lambda call: (call.created_at - timedelta(days=1)).isoformat(),
    "min_quality": 80,
    "min_duration": 60,
    "min_conversion": 0.5,
    "objection": "trust",
    "intent": "demo",
    "topic": "security",
    "has_follow_up": "true",
    "search": "fleet renewal",
}
OPPOSITE = {
    "started_before": lambda call: call.started_at.isoformat(),
    "created_before": lambda call: call.created_at.isoformat(),
    "max_quality": 80,
    "max_duration": 60,
    "max_conversion": 0.5,
    "has_follow_up": "false",
}


@pytest.mark.parametrize("name", FILTERS)
def test_filter_keeps_what_fits_and_drops_the_rest(name, api, two_calls):
    found, _ = two_calls
    value = FILTERS[name](found) if callable(FILTERS[name]) else FILTERS[name]
    assert ids(api.get(RECORDINGS, {name: value})) == {str(found.pk)}


@pytest.mark.parametrize("name", OPPOSITE)
def test_upper_bound_and_negation_drop_it(name, api, two_calls):
    found, other = two_calls
    value = OPPOSITE[name](found) if callable(OPPOSITE[name]) else OPPOSITE[name]
    assert ids(api.get(RECORDINGS, {name: value})) == {str(other.pk)}


def test_superuser_filters_by_client(two_calls, superuser):
    found, other = two_calls
    make_call()
    assert ids(api_of(superuser).get(RECORDINGS, {"client": found.client_id})) == {str(found.pk), str(other.pk)}


def test_every_filter_has_a_case_above():
    assert set(CallFilterSet.base_filters) == {*FILTERS, *OPPOSITE, "client", "ordering"}


def test_several_values_of_one_filter_are_joined_by_or(api, two_calls):
    found, other = two_calls
    assert ids(api.get(f"{RECORDINGS}?status=published&status=failed")) == {str(found.pk), str(other.pk)}


def test_search_finds_what_was_said(api, two_calls):
    index_all()
    found, _failed = two_calls
    assert ids(api.get(RECORDINGS, {"search": "expensive details"})) == {str(found.pk)}
    assert ids(api.get(RECORDINGS, {"search": "expensive nonsense"})) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("agent", "nobody"),
        ("outcome", "sold"),
        ("started_after", "yesterday"),
        ("min_quality", "NaN"),
        ("has_follow_up", "maybe"),
        ("objection", "weather"),
        ("ordering", "secret"),
        ("colour", "red"),
        ("client", "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f40"),
    ],
)
def test_bad_filter_is_refused_by_name(name, value, api):
    response = api.get(RECORDINGS, {name: value})
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["errors"][0]["pointer"] == f"#/{name}"


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("field", ORDERINGS)
def test_pages_in_every_order_show_each_call_once(field, sign, api, tenant):
    for number in range(4):
        SalesCall.objects.create(
            client=tenant, quality_score=number // 2, call_duration=number, conversion_probability=number / 10
        )
    SalesCall.objects.create(client=tenant)
    seen, url = [], f"{RECORDINGS}?ordering={sign}{field}&page_size=2"
    while url:
        page = api.get(url).json()
        seen += page["results"]
        url = page["next"]
    assert len({row["id"] for row in seen}) == len(seen) == 5
    values = [row[field] for row in seen if row[field] is not None]
    assert values == sorted(values, reverse=bool(sign))
    assert all(row[field] is not None for row in seen[: len(values)])


def test_previous_leads_back_to_the_same_rows(api, tenant):
    for _ in range(4):
        SalesCall.objects.create(client=tenant)
    first = api.get(f"{RECORDINGS}?page_size=2").json()
    second = api.get(first["next"]).json()
    assert api.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize("query", ["", "?include=transcript"])
def test_a_page_costs_the_same_queries_however_many_rows(query, api, tenant):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert api.get(f"{RECORDINGS}{query}").status_code == 200
        return len(queries)

    for _ in range(5):
        make_call(client=tenant)
    cost()
    few = cost()
    for _ in range(45):
        make_call(client=tenant)
    assert cost() == few


def test_open_promises_only_count_while_open(api, tenant):
    call = make_call(client=tenant)
    call.follow_ups.update(done_at=timezone.now())
    assert ids(api.get(RECORDINGS, {"has_follow_up": "true"})) == set()
    make_follow_up(call, position=2)
    assert ids(api.get(RECORDINGS, {"has_follow_up": "true"})) == {str(call.pk)}
