"""Files that are no sound and may mean harm: refused at every door, with a word what to do, and nothing kept."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile

import pytest

from recordings.speech.foreign import HEAD_BYTES, foreign_kind
from tests.recordings.hostile.conftest import DOORS, nothing_was_kept
from tests.recordings.speech.sounds import CODECS, tone, write_encoded


def zip_bomb() -> bytes:
    """Sixty-four megabytes of zeros in some sixty kilobytes, twice nested."""
    inner = zipped("zeros", bytes(64 << 20))
    return zipped("inner.zip", inner)


def zipped(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def tarred() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        entry = tarfile.TarInfo("../../etc/cron.d/call")
        entry.size = 5
        archive.addfile(entry, io.BytesIO(b"hello"))
    return target.getvalue()


FOREIGN = {
    "zip bomb": (zip_bomb, "archive"),
    "zip that climbs out": (lambda: zipped("../../../etc/passwd", b"root"), "archive"),
    "gzip": (lambda: gzip.compress(bytes(1 << 20)), "archive"),
    "bzip2": (lambda: bz2.compress(bytes(1 << 20)), "archive"),
    "xz": (lambda: lzma.compress(bytes(1 << 20)), "archive"),
    "tar": (tarred, "archive"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "document"),
    "html": (lambda: b"\xef\xbb\xbf \n<!DOCTYPE html><script>alert(1)</script>", "document"),
    "xml entities": (
        lambda: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        "document",
    ),
    "script": (lambda: b"#!/bin/sh\nrm -rf /\n", "program"),
    "elf": (lambda: b"\x7fELF\x02\x01\x01" + bytes(100), "program"),
    "pe": (lambda: b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\x00\x00" + bytes(100), "program"),
    "pdf": (lambda: b"%PDF-1.7\n" + bytes(50), "document"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
    "jpeg": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(50), "picture"),
    "webp": (lambda: b"RIFF\x20\x00\x00\x00WEBPVP8 " + bytes(50), "picture"),
    "m3u8": (lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "playlist"),
    "pls": (lambda: b"[playlist]\nFile1=http://127.0.0.1/\n", "playlist"),
    "ffconcat": (lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", "playlist"),
    "sdp": (lambda: b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 4444 RTP/AVP 0\r\n", "playlist"),
    "dash": (
        lambda: b'<MPD xmlns="urn:mpeg:dash"><BaseURL>http://127.0.0.1/</BaseURL></MPD>',
        "document",
    ),
    "an address": (lambda: b"http://169.254.169.254/latest/meta-data/", "playlist"),
    "a file's name": (lambda: b"file:///etc/passwd", "playlist"),
    "concat": (lambda: b"concat:/etc/passwd|/etc/shadow", "playlist"),
}


@pytest.mark.parametrize("door", DOORS)
def test_what_is_plainly_no_sound_is_refused_at_once_and_nothing_is_kept(door, send):
    for what, (make, word) in FOREIGN.items():
        answer = send(door, "call.mp3", make())
        assert not answer.accepted, what
        assert word in answer.text, (what, answer.text)
    assert nothing_was_kept()


def test_sound_of_every_kind_is_not_taken_for_anything_else(tmp_path):
    for ending in CODECS:
        head = write_encoded(tmp_path / f"call.{ending}", tone(0.5)).read_bytes()[:HEAD_BYTES]
        assert foreign_kind(head) is None, ending


def test_headerless_sound_is_next_to_never_taken_for_anything_else():
    chance = random.Random(20_262)
    assert not any(foreign_kind(chance.randbytes(HEAD_BYTES)) for _ in range(5_000))


def test_any_beginning_is_read_without_an_error():
    chance = random.Random(20_263)
    for make, _ in FOREIGN.values():
        head = make()[:HEAD_BYTES]
        for _ in range(50):
            cut = head[: chance.randrange(len(head) + 1)]
            assert foreign_kind(cut) in {None, "archive", "document", "picture", "program", "page", "playlist"}
