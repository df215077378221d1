"""Consent from another system's CSV: filed once, and what cannot be used is named with the reason."""

import io

import pytest
from django.core.management import CommandError, call_command

from recordings.models import ConsentRecord
from tests.factories import make_client, make_customer
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db
HEADER = "phone,email,external_id,basis,at,evidence\n"


@pytest.fixture
def ada():
    return make_customer(
        client=make_client(slug="luna"), email="ada@example.org", phone="+34 600 123 456", external_id="7"
    )


@pytest.fixture
def run(tmp_path):
    """Import these lines; returns stdout, stderr and the exit status."""

    def go(lines, *options, header=HEADER):
        path, out, err = tmp_path / "consent.csv", io.StringIO(), io.StringIO()
        path.write_text(header + lines, encoding="utf-8")
        try:
            call_command("import_consent", str(path), *options, stdout=out, stderr=err)
        except SystemExit as ended:
            return out.getvalue(), err.getvalue(), ended.code
        return out.getvalue(), err.getvalue(), 0

    return go


@pytest.mark.parametrize("who", ["+34600123456,,", ",ADA@example.org,", ",,7", "+34 600 123 456,ada@example.org,7"])
def test_a_customer_is_known_by_any_identifier_and_rows_are_filed_once(ada, run, who):
    line = f"{who},consent,2026-05-12,Form 7\n"
    assert run(line) == ("1 recorded, 0 on record, 0 rejected.\n", "", 0)
    assert run(line) == ("0 recorded, 1 on record, 0 rejected.\n", "", 0)
    record = ConsentRecord.objects.get()
    assert (record.customer, record.basis, record.evidence, record.reference) == (ada, "consent", "import", "Form 7")
    assert f"{record.at:%Y-%m-%d}" == "2026-05-12"


def test_rows_that_cannot_be_used_are_named_with_the_reason_and_the_others_filed(ada, run):
    make_customer(client=ada.client, email="ada@example.org")
    lines = (
        ",ada@example.org,7,consent,2026-05-12,Form 7\n"
        ",ada@example.org,,consent,2026-05-12,Form 7\n"
        ",nobody@example.org,,consent,2026-05-12,Form 8\n"
        ",,,consent,2026-05-12,\n"
        ",,7,because,2026-05-12,\n"
        ",,7,consent,tomorrow,\n"
        ",,7,consent,2999-01-01,\n"
    )
    out, err, status = run(lines)
    assert (out, status) == ("1 recorded, 0 on record, 6 rejected.\n", 1)
    reasons = err.splitlines()
    assert [reason.split(":")[0] for reason in reasons] == [f"Line {number}" for number in range(3, 9)]
    for words, reason in zip(
        ("Several", "No customer", "names nobody", "because", "tomorrow", "future"), reasons, strict=True
    ):
        assert words in reason
    assert ConsentRecord.objects.count() == 1


def test_a_withdrawal_in_the_file_acts_at_once(ada, run):
    call = make_call(client=ada.client, customer=ada)
    assert run(",,7,,withdrawn,Ticket 9\n", header="phone,email,external_id,basis,state,evidence\n")[2] == 0
    call.refresh_from_db()
    assert call.is_held_back


def test_a_rehearsal_files_nothing(ada, run):
    assert run(",,7,consent,2026-05-12,\n", "--dry-run")[0] == "1 would be recorded, 0 on record, 0 rejected.\n"
    assert not ConsentRecord.objects.exists()


def test_customers_of_another_client_are_unknown(ada, run):
    make_client(slug="other")
    _out, err, status = run(",,7,consent,2026-05-12,\n", "--client", "other")
    assert (status, "No customer" in err) == (1, True)


@pytest.mark.parametrize("header", ["", "name,basis\n", "email,evidence\n", "email,basis,consnet\n"])
def test_a_file_without_the_columns_is_wrong_usage(ada, run, header):
    with pytest.raises(CommandError, match="first line must name") as caught:
        run("a,b,c\n", header=header)
    assert caught.value.returncode == 2
