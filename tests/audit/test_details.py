"""What an event may say: ids, codes and counts come back as they went in, and nobody's name is kept."""

import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from salesiq.audit.chain import canonical, canonical_address
from salesiq.audit.details import WITHHELD, clean_details
from salesiq.audit.models import AuditEvent
from salesiq.audit.services import record_event
from salesiq.audit.verification import verify_trail
from salesiq.people.roles import Role
from tests.factories import make_client

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.uuids() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "value",
    ["2026-01-01T00:00:00+00:00", "01a20a8b-d46b-7162-9d3d-903f17f21243", "recordings.salescall", "v1.2", "", "a/b"],
)
def test_ids_codes_and_times_are_kept(value):
    assert clean_details({"x": value}, action="a") == {"x": value}


@pytest.mark.parametrize(
    "value", ["Ana Rivera", "ana@example.com", "+34600111222", "Título", "two words", "x" * 101, "nul\x00", "a\n"]
)
def test_names_and_texts_are_withheld_and_the_log_says_where(value):
    with capture_logs() as logs:
        assert clean_details({"x": [value]}, action="changed") == {"x": [WITHHELD]}
    assert logs == [{"event": "audit_detail_withheld", "where": "changed.x", "log_level": "error"}]


def test_other_values_become_codes():
    moment, key = datetime(2026, 1, 1, tzinfo=UTC), uuid.uuid4()
    cleaned = clean_details({"a": Role.ADMIN, "b": key, "c": moment, "d": 0.5, "e": {"x": (1, None)}}, action="a")
    assert cleaned == {"a": "admin", "b": str(key), "c": moment.isoformat(), "d": "0.5", "e": {"x": [1, None]}}


def test_what_is_no_json_is_a_mistake_in_the_code():
    with pytest.raises(TypeError, match=r"changed\.x .* bytes"):
        clean_details({"x": b"sound"}, action="changed")


@pytest.mark.django_db
def test_whatever_is_filed_comes_back_as_it_was_hashed():
    client = make_client()

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(details=st.dictionaries(st.sampled_from(["n", "calls", "after"]), values, max_size=3))
    def check(details):
        event = record_event(action="viewed", target=client, actor=None, details=details)
        stored = AuditEvent.objects.get(pk=event.pk)
        assert canonical(stored.details) == canonical(event.details)

    check()
    assert verify_trail().breaks == []


@given(st.ip_addresses())
def test_an_address_has_one_spelling(address):
    once = canonical_address(str(address))
    assert canonical_address(once) == once


@pytest.mark.parametrize(
    ("given", "kept"), [("", None), (None, None), ("unix:", None), ("::ffff:10.0.0.1", "10.0.0.1")]
)
def test_what_is_no_address_is_left_out(given, kept):
    assert canonical_address(given) == kept


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["10.0.0.1", "::ffff:10.0.0.1", "::10.0.0.1", "2001:DB8::0:1", "fe80::1%eth0"])
def test_an_event_with_any_address_stays_verifiable(address, rf):
    record_event(action="viewed", target=make_client(), actor=None, request=rf.get("/", REMOTE_ADDR=address))
    assert verify_trail().breaks == []
