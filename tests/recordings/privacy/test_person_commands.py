"""export_person, erase_person and verify_receipt as people use them at a prompt."""

import io
import json
import stat
import zipfile

import pytest
from django.core.management import CommandError, call_command

from recordings.models import ErasureRequest, PersonExport, SalesCall
from salesiq.people.models import Customer
from salesiq.vault.signing import public_key_pem
from tests.factories import make_client, make_customer
from tests.recordings.factories import make_call
from tests.recordings.privacy.test_erasure import hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def zora():
    tenant = make_client()
    person = make_customer(client=tenant, name="Zora Quillfeather", email="zora@example.com", phone="+34 612 345 678")
    make_call(client=tenant, customer=person)
    return person


def run(*command: str) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_an_export_is_written_for_its_owner_and_nothing_of_it_is_kept(zora, tmp_path):
    target = tmp_path / "zora.zip"
    assert "1 customer records, 1 calls" in run("export_person", "--email", zora.email, "--out", str(target))
    assert "person.json" in zipfile.ZipFile(target).namelist()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    export = PersonExport.objects.get()
    assert (export.status, export.file.name, export.person) == ("expired", "", {})
    with pytest.raises(CommandError, match="there already"):
        run("export_person", "--email", zora.email, "--out", str(target))


def test_a_dry_run_tells_and_removes_nothing(zora):
    told = run("erase_person", "--phone", "612345678", "--dry-run")
    assert "1 customer record, 1 call, 0 texts" in told
    assert "stays" in told and "audit trail" in told
    assert Customer.objects.filter(pk=zora.pk).exists() and ErasureRequest.objects.count() == 0


@pytest.mark.parametrize(("answer", "goes"), [("erase\n", True), ("yes\n", False), ("", False)])
def test_it_asks_first(zora, answer, goes, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    if goes:
        assert "Done" in run("erase_person", "--email", zora.email)
    else:
        with pytest.raises(CommandError, match="Nothing was removed"):
            run("erase_person", "--email", zora.email)
    assert Customer.objects.filter(pk=zora.pk).exists() is not goes


def test_a_hold_is_named_and_the_rest_goes_on_request(zora):
    hold(zora.client, SalesCall.objects.get())
    with pytest.raises(CommandError, match=r"Case 7.*--except-held"):
        run("erase_person", "--email", zora.email, "--yes")
    assert "Done except for held calls" in run("erase_person", "--email", zora.email, "--yes", "--except-held")


def test_customers_who_may_be_somebody_else_are_listed_with_what_to_add(zora):
    other = make_customer(client=zora.client, name="Bruno Quillfeather", phone=zora.phone)
    assert f"--confirm {other.pk}" in run("erase_person", "--email", zora.email, "--dry-run")
    run("erase_person", "--email", zora.email, "--yes", "--confirm", str(other.pk))
    assert not Customer.objects.exists()


def test_nobody_ends_with_status_1_and_a_question_without_a_person_with_2(zora):
    with pytest.raises(SystemExit) as ended:
        run("erase_person", "--email", "nobody@example.com", "--yes")
    assert ended.value.code == 1
    with pytest.raises(CommandError) as refused:
        run("erase_person", "--yes")
    assert refused.value.returncode == 2


@pytest.fixture
def receipt(zora, tmp_path):
    path = tmp_path / "receipt.json"
    run("erase_person", "--email", zora.email, "--yes", "--receipt", str(path))
    return path


def test_a_receipt_is_checked_with_the_installations_key_or_a_named_one(receipt, tmp_path, settings):
    assert "whole" in run("verify_receipt", str(receipt), "--email", "ZORA@example.com")
    with pytest.raises(CommandError, match="somebody else"):
        run("verify_receipt", str(receipt), "--phone", "+34 600 000 000")
    pem = tmp_path / "key.pem"
    pem.write_text(public_key_pem())
    settings.SIGNING_KEY_FILE = tmp_path / "elsewhere.key"
    assert "whole" in run("verify_receipt", str(receipt), "--key", str(pem))
    assert "whole" in run("verify_receipt", str(receipt), "--any-key")
    with pytest.raises(CommandError, match="no signing key here"):
        run("verify_receipt", str(receipt))
    assert not settings.SIGNING_KEY_FILE.exists()


@pytest.mark.parametrize(
    "tamper",
    [
        lambda text: text.replace('"complete": true', '"complete": false'),
        lambda text: text.replace('"calls": 1', '"calls": 2'),
        lambda text: text.replace('"kind": "email"', '"kind": "phone"'),
        lambda text: text[:-10],
        lambda _: "[]",
    ],
)
def test_a_receipt_that_was_changed_is_refused(receipt, tamper):
    changed = tamper(receipt.read_text())
    assert changed != receipt.read_text()
    receipt.write_text(changed)
    with pytest.raises(CommandError):
        run("verify_receipt", str(receipt), "--any-key")


def test_checking_needs_no_database(receipt, django_db_blocker):
    with django_db_blocker.block():
        assert "whole" in run("verify_receipt", str(receipt))
    assert json.loads(receipt.read_text())["schema"] == 1
