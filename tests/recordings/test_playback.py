"""Sound by HTTP range: RFC 9110 sections 13 and 14, and one note in the audit trail per listen."""

import asyncio
import random
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.http import Http404
from django.test import AsyncRequestFactory, RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from recordings.playback import (
    SoundUnavailableError,
    record_play,
    serve_sound,
)
from salesiq.audit.models import AuditEvent
from salesiq.common.byte_ranges import CHUNK_BYTES, ByteRange, UnsatisfiableRange, parse_range
from salesiq.people.models import User
from salesiq.vault.keyring import new_key, write_ring
from salesiq.vault.keys import shred
from salesiq.vault.streaming import SealedFileError
from tests.factories import make_user
from tests.recordings.factories import make_call
from tests.recordings.media import sealed_path

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 8


@pytest.fixture
def call():
    return make_call()


def ask(call, method="get", **headers):
    request = getattr(RequestFactory(), method)("/", headers={name.replace("_", "-"): v for name, v in headers.items()})
    return serve_sound(request, call.recording.playback, content_type="audio/mpeg", filename="call.mp3")


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_without_a_range_the_whole_file_comes(call):
    response = ask(call)
    assert (response.status_code, response["Content-Length"], response["Accept-Ranges"]) == (200, "2048", "bytes")
    assert body(response) == CONTENT


@pytest.mark.parametrize(
    ("header", "expected", "content_range"),
    [
        ("bytes=0-0", CONTENT[:1], "bytes 0-0/2048"),
        ("bytes=100-199", CONTENT[100:200], "bytes 100-199/2048"),
        ("bytes=2000-", CONTENT[2000:], "bytes 2000-2047/2048"),
        ("bytes=-48", CONTENT[-48:], "bytes 2000-2047/2048"),
        ("bytes=2000-999999", CONTENT[2000:], "bytes 2000-2047/2048"),
        ("bytes=-999999", CONTENT, "bytes 0-2047/2048"),
    ],
)
def test_a_range_gets_its_bytes_and_206(header, expected, content_range, call):
    response = ask(call, range=header)
    assert (response.status_code, response["Content-Range"]) == (206, content_range)
    assert body(response) == expected
    assert response["Content-Length"] == str(len(expected))


@pytest.mark.parametrize("header", ["bytes=2048-", "bytes=9999-10000", "bytes=-0"])
def test_a_range_beyond_the_end_gets_416_with_the_size(header, call):
    response = ask(call, range=header)
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */2048")


@pytest.mark.parametrize(
    "header", ["bytes=5-2", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=" + "9" * 5000]
)
def test_a_malformed_or_manifold_range_gets_the_whole_file(header, call):
    assert ask(call, range=header).status_code == 200


def test_if_range_with_another_version_gets_the_whole_file(call):
    etag = ask(call)["ETag"]
    assert ask(call, range="bytes=0-9", if_range=etag).status_code == 206
    assert ask(call, range="bytes=0-9", if_range='"another"').status_code == 200
    assert ask(call, range="bytes=0-9", if_range="Wed, 21 Oct 2026 07:28:00 GMT").status_code == 200


def test_an_unchanged_file_is_not_sent_again(call):
    assert ask(call, if_none_match=ask(call)["ETag"]).status_code == 304


def test_head_tells_the_size_and_sends_nothing(call):
    response = ask(call, "head", range="bytes=0-9")
    assert (response.status_code, response["Content-Length"], response.content) == (200, "2048", b"")


def test_a_file_that_is_gone_is_not_found(call):
    call.recording.playback.storage.delete(call.recording.playback.name)
    with pytest.raises(Http404):
        ask(call)


def test_a_call_whose_sound_is_not_stored_yet_is_not_found():
    with pytest.raises(Http404):
        ask(make_call(published=False))


def test_a_file_name_cannot_break_the_header(call):
    request = RequestFactory().get("/")
    response = serve_sound(
        request, call.recording.file, content_type="audio/wav", filename='a"\r\nX-Evil: 1\n.wav', download=True
    )
    assert response["Content-Disposition"].startswith("attachment")
    assert "X-Evil" not in response.headers


def test_bodies_are_read_in_small_pieces_and_the_file_is_closed(call, monkeypatch):
    monkeypatch.setattr("salesiq.common.byte_ranges.CHUNK_BYTES", 100)
    response = ask(call)
    pieces = list(response.streaming_content)
    assert max(len(piece) for piece in pieces) == 100
    (opened,) = {closer.__self__._file for closer in response._resource_closers}
    response.close()
    assert opened.closed
    assert CHUNK_BYTES <= 1 << 20


def test_under_asgi_the_body_is_asynchronous(call):
    request = AsyncRequestFactory().get("/", headers={"range": "bytes=10-19"})
    response = serve_sound(request, call.recording.playback, content_type="audio/mpeg", filename="call.mp3")
    assert response.is_async

    async def read() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    assert asyncio.run(read()) == CONTENT[10:20]


@given(size=st.integers(0, 10_000), first=st.integers(0, 12_000), length=st.integers(0, 12_000))
def test_a_parsed_range_never_leaves_the_file(size, first, length):
    try:
        part = parse_range(f"bytes={first}-{first + length}", size)
    except UnsatisfiableRange:
        assert first >= size
    else:
        assert part == ByteRange(first, min(size, first + length + 1))


def play(call, actor: User, range_: str | None = None, method: str = "get") -> int:
    request = getattr(RequestFactory(), method)("/", headers={"range": range_} if range_ else {})
    record_play(call=call, actor=actor, request=request)
    return AuditEvent.objects.filter(action="played").count()


def test_one_listen_is_noted_once_however_many_ranges_it_takes(call):
    actor = make_user()
    assert play(call, actor, "bytes=0-1") == 0
    assert play(call, actor, "bytes=0-") == 1
    assert play(call, actor, "bytes=500-") == 1
    assert play(call, actor) == 2


def test_skipping_the_first_byte_does_not_avoid_the_trail(call):
    actor = make_user()
    assert play(call, actor, "bytes=1-") == 1
    assert play(call, make_user(), "bytes=1-") == 2


def test_a_head_request_is_no_listen(call):
    assert play(call, make_user(), method="head") == 0


def test_a_range_long_after_is_a_new_listen(call, monkeypatch):
    actor = make_user()
    play(call, actor, "bytes=0-")
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("recordings.playback.timezone.now", lambda: later)
    assert play(call, actor, "bytes=500-") == 2


def spoil(call, at: int) -> None:
    """Change one byte of the playback file where it lies."""
    path = sealed_path(call.recording.playback)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_a_file_that_was_changed_is_refused_in_words_and_logged(call, caplog):
    spoil(call, 100)
    with pytest.raises(SoundUnavailableError, match="changed or damaged") as refused:
        ask(call, range="bytes=0-9")
    assert (refused.value.code, refused.value.status) == ("sound_changed", 500)


def test_a_range_of_a_file_that_was_cut_elsewhere_is_refused_too(call):
    path = sealed_path(call.recording.playback)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(SoundUnavailableError):
        ask(call, range="bytes=0-9")


def test_damage_further_on_breaks_the_answer_off_before_a_wrong_byte():
    call = make_call()
    content = random.Random(8).randbytes(3_000_000)
    call.recording.playback.save("playback.mp3", ContentFile(content), save=True)
    spoil(call, 2_500_000)
    arrived = b""
    with pytest.raises(SealedFileError):
        for piece in ask(call).streaming_content:
            arrived += piece
    assert CHUNK_BYTES < len(arrived) < 2_500_000 and content.startswith(arrived)


def test_sound_whose_key_was_destroyed_is_gone(call):
    shred(call.recording.folder)
    with pytest.raises(SoundUnavailableError) as refused:
        ask(call)
    assert (refused.value.code, refused.value.status) == ("sound_key_destroyed", 410)


def test_sound_whose_key_is_missing_names_no_key_to_the_listener(call, settings, tmp_path):
    settings.SALESIQ_KEYS_FILE = tmp_path / "other.json"
    write_ring([new_key()])
    with pytest.raises(SoundUnavailableError) as refused:
        ask(call)
    assert (refused.value.code, refused.value.status) == ("sound_key_missing", 503)
    assert "other.json" not in str(refused.value)


def test_the_site_answers_damage_with_a_sentence(call, client):
    spoil(call, 100)
    client.force_login(make_user(client=call.client))
    page = client.get(f"/sales-recording-audit/{call.pk}/sound")
    api = client.get(f"/api/v1/sales/recordings/{call.pk}/audio")
    assert page.status_code == api.status_code == 500
    assert "Restore it from a backup" in page.content.decode()
    assert api.json()["code"] == "sound_changed"


def test_any_range_of_a_long_file_is_that_of_its_content():
    call = make_call()
    content = random.Random(7).randbytes(400_000)
    call.recording.playback.save("playback.mp3", ContentFile(content), save=True)
    for first, last in ((0, 0), (65_479, 65_481), (131_000, 262_500), (399_999, 399_999)):
        response = ask(call, range=f"bytes={first}-{last}")
        assert body(response) == content[first : last + 1]
        assert response["Content-Range"] == f"bytes {first}-{last}/400000"
