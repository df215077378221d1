"""Sound that unpacks to far more than it weighs, or names other things to read: bounded, and nothing else is read."""

import http.server
import subprocess
import sys
import threading

import numpy as np
import pytest

from recordings.speech.decoding import ROOT, decode
from recordings.speech.errors import SoundError
from tests.recordings.hostile.test_foreign_files import FOREIGN
from tests.recordings.speech.sounds import tone, write_encoded

SECONDS = 5


def bomb(folder, ending, *, rate=8_000):
    """Three minutes of silence."""
    return write_encoded(folder / f"bomb.{ending}", np.zeros(rate * 180, np.float32), rate=rate)


@pytest.mark.parametrize("ending", ["flac", "ogg", "mp3"])
def test_minutes_in_a_few_kilobytes_stop_at_the_limit_with_bounded_disk_and_memory(ending, tmp_path):
    source = bomb(tmp_path, ending, rate=48_000 if ending == "ogg" else 8_000)
    target = tmp_path / "out.s16"
    command = [
        sys.executable, "-m", "recordings.speech.decode_worker", "decode", str(source), str(target),
        f"--max-seconds={SECONDS}", f"--address-space={1 << 30}", "--cpu-seconds=60",
    ]  # fmt: skip
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[-1] == '{"error": "too_long"}'
    assert target.stat().st_size <= SECONDS * 16_000 * 2
    with pytest.raises(SoundError) as caught:
        decode(source, tmp_path / "scratch", max_seconds=SECONDS)
    assert caught.value.code == "too_long"
    assert not list((tmp_path / "scratch").iterdir())


def test_a_header_that_claims_a_hundred_channels_and_a_mad_rate_is_refused_or_decoded_small(tmp_path):
    path = write_encoded(tmp_path / "call.wav", tone(1.0))
    for channels, rate in ((100, 16_000), (2, 0xFFFFFFFF), (0, 0), (65_535, 0x7FFFFFFF)):
        content = bytearray(path.read_bytes())
        content[22:24], content[24:28] = channels.to_bytes(2, "little"), rate.to_bytes(4, "little")
        path.write_bytes(content)
        try:
            assert decode(path, tmp_path / "scratch", max_seconds=60).duration <= 60
        except SoundError as error:
            assert error.message


@pytest.fixture
def listener():
    """A server on loopback that notes whoever comes."""
    came = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            came.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, came
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_file_makes_the_decoder_read_another_file_or_an_address(tmp_path, listener):
    port, came = listener
    secret = write_encoded(tmp_path / "secret.mp3", tone(1.0))
    texts = [
        f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.0,\nhttp://127.0.0.1:{port}/a.mp3\n#EXT-X-ENDLIST\n",
        f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:{port}/key"\n#EXTINF:1.0,\n{secret}\n',
        f"ffconcat version 1.0\nfile '{secret}'\nduration 1\n",
        f"ffconcat version 1.0\nfile http://127.0.0.1:{port}/b.mp3\n",
        f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 0\n",
        f"http://127.0.0.1:{port}/c.mp3",
        f"file:{secret}",
        f"concat:{secret}|{secret}",
        f"subfile,,start,0,end,0,,:{secret}",
        f"[playlist]\nFile1=http://127.0.0.1:{port}/d.mp3\nNumberOfEntries=1\n",
    ]
    for number, text in enumerate(texts):
        for ending in ("wav", "sdp"):
            path = tmp_path / f"{number}.{ending}"
            path.write_text(text)
            with pytest.raises(SoundError) as caught:
                decode(path, tmp_path / "scratch")
            assert caught.value.code in ("not_audio", "truncated", "decode_failed"), (text, ending)
    assert came == []


def test_a_film_that_refers_to_another_file_does_not_get_it(tmp_path, listener):
    """QuickTime's data references may point outside; ours stays inside the file."""
    port, came = listener
    path = write_encoded(tmp_path / "call.m4a", tone(1.0))
    content = path.read_bytes()
    address = f"http://127.0.0.1:{port}/x".encode() + b"\x00"
    inside = b"\x00\x00\x00\x0curl \x00\x00\x00\x01"
    assert inside in content
    outside = (12 + len(address)).to_bytes(4, "big") + b"url \x00\x00\x00\x00" + address
    path.write_bytes(content.replace(inside, outside))
    try:
        decode(path, tmp_path / "scratch")
    except SoundError as error:
        assert error.message
    assert came == []


@pytest.mark.parametrize("what", ["zip bomb", "gzip", "elf", "svg"])
def test_the_decoder_itself_refuses_what_a_door_would_have(what, tmp_path):
    path = tmp_path / "call.mp3"
    path.write_bytes(FOREIGN[what][0]())
    with pytest.raises(SoundError) as caught:
        decode(path, tmp_path / "scratch")
    assert caught.value.code == "not_audio"
