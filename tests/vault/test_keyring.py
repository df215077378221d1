"""The ring of key-encryption keys, and what becomes of data keys when it is rotated, lost or tampered with."""

import base64
import json
import stat
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from salesiq.vault.errors import KeyGoneError, KeyRingError
from salesiq.vault.health import keys as keys_check
from salesiq.vault.keyring import load_ring, new_key, write_ring
from salesiq.vault.keys import make_key, open_key, open_key_by_id, opened_keys, shred, unwrap
from salesiq.vault.models import DataKey, WrappingKey
from salesiq.vault.rotation import Rotation, forget_keys, rotate_keys

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ring_file(settings, tmp_path):
    settings.SALESIQ_KEYS = ""
    settings.SALESIQ_KEYS_FILE = tmp_path / "keys.json"
    return settings.SALESIQ_KEYS_FILE


def test_the_first_use_makes_a_ring_that_only_its_owner_may_read(ring_file):
    make_key("recordings/a/b")
    assert stat.S_IMODE(ring_file.stat().st_mode) == 0o600
    assert len(json.loads(ring_file.read_text())["keys"]) == 1
    assert list(ring_file.parent.glob("keys.json*")) == [ring_file]


def test_of_processes_that_start_at_once_all_use_the_same_key(ring_file):
    found = []
    threads = [threading.Thread(target=lambda: found.append(load_ring(make_first=True).newest)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({key.secret for key in found}) == 1


def test_an_owner_keeps_its_key_and_another_has_another():
    key = make_key("recordings/a/b")
    assert make_key("recordings/a/b") == open_key("recordings/a/b") == open_key_by_id(key.id) == key
    assert make_key("recordings/a/c").secret != key.secret


def test_a_shredded_key_is_gone_also_where_it_had_been_opened():
    key = make_key("recordings/a/b")
    open_key_by_id(key.id)
    assert shred("recordings/a/b")
    assert not shred("recordings/a/b")
    for ask in (lambda: open_key("recordings/a/b"), lambda: open_key_by_id(key.id)):
        with pytest.raises(KeyGoneError, match="destroyed"):
            ask()


def test_a_key_made_in_a_transaction_that_fails_is_never_used_again():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = make_key("recordings/a/b")
        open_key_by_id(lost.id)
        _ = 1 / 0
    assert make_key("recordings/a/b").secret != lost.secret


def test_a_wrapped_key_works_in_its_own_row_only():
    make_key("recordings/a/b")
    make_key("recordings/a/c")
    stolen = DataKey.objects.get(owner="recordings/a/b")
    DataKey.objects.filter(owner="recordings/a/c").update(wrapped=stolen.wrapped)
    with pytest.raises(KeyRingError, match="row was changed"):
        open_key("recordings/a/c")


def test_rotation_wraps_every_key_anew_and_changes_none():
    before = {owner: make_key(owner) for owner in ("recordings/a/b", "fields/a")}
    old = load_ring().newest.name
    done = rotate_keys()
    assert (done.rewrapped, done.newest != old, done.forgotten) == (2, True, [])
    assert {owner: open_key(owner) for owner in before} == before
    assert set(DataKey.objects.values_list("wrapped_by__name", flat=True)) == {done.newest}
    assert old in load_ring()


def test_a_forgotten_key_leaves_the_ring_and_opens_no_older_backup(ring_file):
    make_key("recordings/a/b")
    backup = DataKey.objects.get()
    old = load_ring().newest.name
    assert rotate_keys(forget_old=True).forgotten == [old]
    assert old not in load_ring() and old not in ring_file.read_text()
    backup.wrapped_by = WrappingKey(name=old)
    with pytest.raises(KeyRingError, match="not in"):
        unwrap(backup)
    assert open_key("recordings/a/b")


def test_a_process_with_an_old_copy_of_the_ring_cannot_wrap_by_a_forgotten_key(ring_file):
    make_key("recordings/a/b")
    old = list(load_ring().keys)
    rotate_keys(forget_old=True)
    write_ring(old)
    with pytest.raises(KeyRingError, match="was forgotten"):
        make_key("recordings/a/c")


def test_a_key_that_was_used_meanwhile_is_not_forgotten():
    make_key("recordings/a/b")
    old = load_ring().newest.name
    write_ring([*load_ring().keys, new_key()])
    rotation = Rotation(load_ring().newest.name, resumed=False)
    forget_keys(load_ring(), rotation)
    assert (rotation.forgotten, rotation.kept) == ([], [old])
    assert open_key("recordings/a/b")


def test_a_rotation_that_was_not_finished_goes_on_where_it_was(ring_file):
    before = {f"recordings/a/{number}": make_key(f"recordings/a/{number}") for number in range(5)}
    write_ring([*load_ring().keys, new_key()])
    newest = load_ring().newest.name
    done = rotate_keys()
    assert (done.resumed, done.rewrapped, done.newest) == (True, 5, newest)
    assert {owner: open_key(owner) for owner in before} == before
    assert len(load_ring().keys) == 2


def test_a_ring_in_the_environment_is_used_and_rotated_by_what_was_added_there(settings):
    first, second = new_key(), new_key()
    texts = [f"{key.name}:{base64.b64encode(key.secret).decode()}" for key in (first, second)]
    settings.SALESIQ_KEYS = texts[0]
    key = make_key("recordings/a/b")
    settings.SALESIQ_KEYS = " ".join(texts)
    assert open_key("recordings/a/b") == key
    assert (rotate_keys().rewrapped, rotate_keys().rewrapped) == (1, 0)
    settings.SALESIQ_KEYS = texts[1]
    assert open_key("recordings/a/b") == key
    with pytest.raises(KeyRingError, match="SALESIQ_KEYS"):
        rotate_keys(forget_old=True)


@pytest.mark.parametrize("text", ["one", "one:short", "one:!!!", "a b:AAAA", ":"])
def test_a_ring_with_something_that_is_no_key_is_refused_without_showing_it(settings, text):
    settings.SALESIQ_KEYS = text
    with pytest.raises(KeyRingError) as refused:
        load_ring()
    assert "short" not in str(refused.value) and "SALESIQ_KEYS" in str(refused.value)


def test_a_lost_ring_is_missed_and_not_made_anew(ring_file):
    make_key("recordings/a/b")
    ring_file.unlink()
    opened_keys.clear()
    for ask in (lambda: open_key("recordings/a/b"), lambda: make_key("recordings/a/c")):
        with pytest.raises(KeyRingError, match="put it back from a copy"):
            ask()
    assert not keys_check().ok and not ring_file.exists()


def test_a_ring_that_lacks_a_key_is_told_by_the_command_and_the_health_check():
    make_key("recordings/a/b")
    write_ring([new_key()])
    assert "lacks" in keys_check().detail
    printed = StringIO()
    with pytest.raises(CommandError, match="lacks"):
        call_command("show_keys", stdout=printed)
    assert "MISSING" in printed.getvalue()


def test_no_secret_is_printed_or_shown(capsys):
    key = make_key("recordings/a/b")
    ring = load_ring()
    call_command("rotate_keys", forget_old=True)
    call_command("show_keys")
    shown = "".join([repr(key), repr(ring), str(ring), *capsys.readouterr()])
    for secret in (key.secret, ring.newest.secret, load_ring().newest.secret):
        assert repr(secret) not in shown and secret.hex() not in shown
        assert base64.b64encode(secret).decode() not in shown
    assert "1 data keys, wraps new ones" in shown
