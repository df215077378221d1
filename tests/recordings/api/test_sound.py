"""GET …/recordings/{id}/audio."""

import pytest

from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_agent, make_user
from tests.recordings.api.conftest import RECORDINGS, api_of
from tests.recordings.factories import make_call, make_sound

AUDIO = bytes(range(256)) * 8


@pytest.fixture
def call(tenant):
    return make_call(client=tenant)


def test_the_sound_plays_whole_and_by_range(api, call):
    whole = api.get(f"{RECORDINGS}/{call.pk}/audio")
    assert (whole.status_code, whole["Content-Type"], b"".join(whole.streaming_content)) == (200, "audio/mpeg", AUDIO)
    part = api.get(f"{RECORDINGS}/{call.pk}/audio", headers={"range": "bytes=10-19"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, AUDIO[10:20])


def test_a_player_may_name_any_kind_of_sound(api, call):
    assert api.get(f"{RECORDINGS}/{call.pk}/audio", headers={"accept": "audio/mpeg, audio/ogg"}).status_code == 200


def test_head_answers_without_a_body(api, call):
    response = api.head(f"{RECORDINGS}/{call.pk}/audio")
    assert (response.status_code, response["Content-Length"]) == (200, "2048")


def test_a_listen_is_audited_once(api, call, admin):
    for start in (0, 500, 900):
        api.get(f"{RECORDINGS}/{call.pk}/audio", headers={"range": f"bytes={start}-"})
    assert AuditEvent.objects.get(action="played").actor == admin


def test_the_original_downloads_byte_for_byte_under_its_name(api, call):
    response = api.get(f"{RECORDINGS}/{call.pk}/audio", {"variant": "original"})
    assert response["Content-Disposition"] == 'attachment; filename="call.wav"'
    assert b"".join(response.streaming_content)[:4] == make_sound(seconds=0.01)[:4] == b"RIFF"
    assert AuditEvent.objects.filter(action="downloaded", object_id=str(call.pk)).count() == 1


@pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER])
def test_those_who_may_not_upload_may_listen_and_not_download(role, tenant):
    user = make_user(role=role, client=tenant)
    agent = make_agent(client=tenant, user=user, team=tenant.teams.create(name="North"))
    agent.team.reviewers.add(user)
    call = make_call(client=tenant, agent=agent)
    assert api_of(user).get(f"{RECORDINGS}/{call.pk}/audio").status_code == 200
    refused = api_of(user).get(f"{RECORDINGS}/{call.pk}/audio", {"variant": "original"})
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")


def test_sound_that_is_not_stored_yet_is_a_problem(api, tenant):
    call = make_call(client=tenant, published=False)
    response = api.get(f"{RECORDINGS}/{call.pk}/audio")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert api.get(f"{RECORDINGS}/{call.pk}/audio", {"variant": "original"}).status_code == 404


def test_unknown_variant_is_named(api, call):
    response = api.get(f"{RECORDINGS}/{call.pk}/audio", {"variant": "flac"})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "#/variant")
