"""Names that strangers give their files: shown, stored and sent only as plain text, and never a place on the disk."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.file_names import MOST_CHARACTERS, plain_name
from recordings.models import CallStatus, Recording, SalesCall
from tests.recordings.hostile.conftest import DOORS, stored_files

NAMES = [
    "../../../../etc/passwd.wav",
    "..\\..\\windows\\system32\\call.wav",
    "/etc/cron.d/call.wav",
    "call.wav/../../../x.wav",
    "%2e%2e%2fcall.wav",
    "call\x00.php.wav",
    "call\r\nContent-Type: text/html\r\n\r\n<script>.wav",
    "<img src=x onerror=alert(1)>.wav",
    "\u202egnp.exe.wav",
    "cafe\u0301.wav",
    "𝕮𝖆𝖑𝖑 \U0001f4de.wav",
    "a" * 300 + ".wav",
    "\u0434\u043b\u0438\u043d\u043d\u043e" * 60 + ".wav",
    ".htaccess",
    "CON.wav",
    "call.wav;rm -rf $HOME",
    '"; filename="other.html',
    " . . ",
]
# What a file system takes as a name.
ON_DISK = [name for name in NAMES if "\x00" not in name and "/" not in name and len(name.encode()) <= 255]


@pytest.mark.parametrize("door", DOORS)
def test_a_name_is_text_and_never_a_path(door, send, wav):
    for number, name in enumerate(ON_DISK if door == "command" else NAMES):
        sound = wav + bytes([number]) * 2
        answer = send(door, name, sound)
        # Django's own parser takes no file without a name, nor one whose name breaks the form apart.
        assert answer.accepted or answer.text, name
    kept = Recording.objects.all()
    assert len(kept) >= len(NAMES) - 5 if door != "command" else len(kept) == len(ON_DISK)
    for recording in kept:
        folder = f"recordings/{recording.client_id}/{recording.pk}/"
        assert recording.file.name.startswith(f"{folder}original")
        assert set(recording.file.name.removeprefix(folder)) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
        assert plain_name(recording.original_name) == recording.original_name
    places = {path.relative_to(path.parents[3]).parts[0] for path in stored_files()}
    assert places == {"recordings"}


def test_a_download_carries_a_harmless_name_and_is_never_shown_in_place(browser, send, wav):
    for number, name in enumerate(NAMES):
        send("api", name, wav + bytes([number, 7]))
    SalesCall.objects.update(status=CallStatus.PUBLISHED)  # what is not masked yet is heard by nobody
    for recording in Recording.objects.all():
        for address in (
            f"/api/v1/sales/recordings/{recording.call_id}/audio?variant=original",
            f"/sales-recording-audit/{recording.call_id}/sound?original=1",
        ):
            answer = browser.get(address)
            assert answer["Content-Type"] == "application/octet-stream"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer["Content-Disposition"].isascii() and answer["Content-Disposition"].isprintable()


def test_a_name_is_escaped_where_it_is_shown(browser, send, wav):
    send("page", "<img src=x onerror=alert(1)>.wav", wav)
    call = Recording.objects.get().call
    for page in ("/sales-recording-audit", f"/sales-recording-audit/{call.pk}", "/admin/recordings/recording/"):
        assert "<img src=x" not in browser.get(page).content.decode()


def test_a_name_that_is_no_unicode_is_taken_by_the_command(send, wav):
    assert send("command", "call-\udcff\udcfe.wav", wav).accepted
    assert Recording.objects.get().original_name == "call-.wav"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=400))
def test_a_plain_name_is_short_printable_and_stays_as_it_is(name):
    plain = plain_name(name)
    assert 1 <= len(plain) <= MOST_CHARACTERS
    assert plain.isprintable() and not set(plain) & {"/", "\\", "\x00"}
    assert plain not in (".", "..")
    assert plain_name(plain) == plain
    assert unicodedata.is_normalized("NFC", plain)


def test_the_suffix_survives_a_cut():
    assert plain_name("x" * 400 + ".ulaw").endswith(".ulaw")
