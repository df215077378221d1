"""A person's archive holds all that is theirs and no contact of others, is as its manifest says, and goes in time."""

import csv
import hashlib
import io
import json
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from recordings.correcting.services import correct_utterance, utterance_version
from recordings.golden.services import keep_golden
from recordings.models import PersonExport, RequestStatus
from recordings.privacy.archive import hide_others
from recordings.privacy.identity import Identity
from recordings.privacy.persons import PersonQuery
from recordings.privacy.portability import drop_export, expire_exports, request_export, run_export
from recordings.privacy.zip_stream import Member, StreamedFile, Written, stream_zip
from salesiq.audit.models import AuditEvent
from salesiq.audit.services import record_event
from salesiq.jobs.models import Job
from salesiq.jobs.services import claim_job
from tests.factories import make_client, make_customer, make_user
from tests.recordings.factories import make_call, make_utterance

ZORA = PersonQuery(email="zora@example.com")


@pytest.fixture
def tenant(db):
    return make_client(name="Brightline")


@pytest.fixture
def zora(tenant):
    return make_customer(client=tenant, name="Zora Quillfeather", email="zora@example.com", phone="+34 612 345 678")


def make_export(tenant, query=ZORA) -> PersonExport:
    export = request_export(client=tenant, query=query, actor=make_user(client=tenant, role="privacy"))
    lease = claim_job(Job.objects.get(subject=str(export.pk)).pk, owner="a test")
    run_export(export, lease)
    export.refresh_from_db()
    return export


def opened(export: PersonExport) -> zipfile.ZipFile:
    with export.file.storage.open(export.file.name, "rb") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def test_the_archive_holds_everything_and_says_what_each_file_is(tenant, zora):
    call = make_call(client=tenant, customer=zora, title="=cmd|'calc'", notes="likes tea")
    make_call(client=tenant, title="of somebody else")
    record_event(action="played", target=call, actor=make_user(client=tenant, username="curious"))
    export = make_export(tenant)
    archive = opened(export)
    assert archive.testzip() is None
    names = archive.namelist()
    assert {f"calls/{call.pk}.json", f"calls/{call.pk}.txt", f"calls/{call.pk}.mp3", "person.json", "calls.csv"} <= set(
        names
    )
    assert len([name for name in names if name.startswith("calls/")]) == 3
    person = json.loads(archive.read("person.json"))
    assert (person[0]["email"], person[0]["phone"]) == (zora.email, zora.phone)
    told = json.loads(archive.read(f"calls/{call.pk}.json"))
    assert told["notes"] == "likes tea"
    assert told["analysis"]["score_explanation"][0]["reason"] == "The agent gave their name and company."
    assert "[00:04] customer: Hi Dana" in archive.read(f"calls/{call.pk}.txt").decode()
    assert archive.read(f"calls/{call.pk}.mp3") == bytes(range(256)) * 8
    rows = list(csv.DictReader(io.StringIO(archive.read("calls.csv").decode())))
    assert [row["title"] for row in rows] == ["'=cmd|'calc'"]
    looks = json.loads(archive.read("access.json"))
    assert [look["what"] for look in looks] == ["played"]
    assert "curious" not in archive.read("access.json").decode()
    assert "scoring" in json.loads(archive.read("processing.json"))
    readme = archive.read("README.txt").decode()
    assert "Brightline" in readme
    assert all(name in readme for name in names)


def test_the_manifest_is_true(tenant, zora):
    make_call(client=tenant, customer=zora)
    export = make_export(tenant)
    archive = opened(export)
    manifest = json.loads(archive.read("manifest.json"))
    for file in manifest["files"]:
        content = archive.read(file["path"])
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert {file["path"] for file in manifest["files"]} == set(archive.namelist()) - {"manifest.json"}
    with export.file.storage.open(export.file.name, "rb") as file:
        stored = file.read()
    assert (export.size, export.sha256) == (len(stored), hashlib.sha256(stored).hexdigest())


def test_of_others_only_the_sentence_with_the_name_is_given(tenant, zora):
    other = make_customer(client=tenant, name="Bruno Banana", email="bruno@example.org", phone="+44 20 7946 0000")
    call = make_call(client=tenant, customer=other)
    said = "I am Bruno Banana. Zora Quillfeather told me, call her at 612 345 678 or me at 020 7946 0000. Nothing else."
    make_utterance(call, 20, "customer", said)
    mentions = json.loads(opened(make_export(tenant)).read("mentions.json"))
    texts = {mention["text"] for mention in mentions}
    assert texts == {"Zora Quillfeather told me, call her at 612 345 678 or me at ••• •••• ••••."}


def test_own_contacts_stay_and_all_others_are_hidden():
    own, other = (
        Identity.gather(names=["Zora Quillfeather"], emails=["z@example.com"]),
        Identity.gather(names=["Bo Lee"]),
    )
    text = "Bo Lee (bo@example.org) wrote to z@example.com"
    assert hide_others(text, own, other) == "•• ••• (••@•••••••.•••) wrote to z@example.com"


def test_a_call_that_is_not_masked_yet_gives_neither_words_nor_sound(tenant, zora):
    call = make_call(client=tenant, customer=zora, published=False)
    names = opened(make_export(tenant)).namelist()
    assert f"calls/{call.pk}.json" in names
    assert f"calls/{call.pk}.txt" not in names
    assert f"calls/{call.pk}.mp3" not in names


def test_what_people_put_right_in_own_calls_is_in_it_and_of_others_calls_is_not(tenant, zora):
    person = make_user(client=tenant, role="admin")
    for customer, said in ((zora, "Hi Dana, it is Zora."), (None, "Hi Dana, somebody else.")):
        call = make_call(client=tenant, customer=customer)
        line = call.utterances.get(position=1)
        correct_utterance(call=call, position=1, text=said, actor=person, version=utterance_version(line))
        keep_golden(call=call, source="appeal", question="greeting", answer="yes", machine_answer="no", reason=said)
    archive = opened(make_export(tenant))
    documents = [name for name in archive.namelist() if name.startswith("calls/") and name.endswith(".json")]
    (told,) = [json.loads(archive.read(name)) for name in documents]
    (put_right,) = told["corrections"]
    assert put_right["put_right"]["text"] == "Hi Dana, it is Zora."
    assert put_right["heard_by_machine"]["text"].startswith("Hi Dana")
    reasons = [each["reason"] for each in told["golden_examples"] if each["why_kept"] == "appeal"]
    assert reasons == ["Hi Dana, it is Zora."]


def test_it_goes_when_its_days_are_over_and_forgets_whom_it_was_about(tenant, zora, django_capture_on_commit_callbacks):
    export = make_export(tenant)
    assert timedelta(days=6) < export.expires_at - timezone.now() <= timedelta(days=7)
    assert expire_exports(reason="Its days were over.") == 0
    PersonExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    storage, name = export.file.storage, export.file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_exports(reason="Its days were over.") == 1
    export.refresh_from_db()
    assert (export.status, export.person, export.file.name) == (RequestStatus.EXPIRED, {}, "")
    assert not storage.exists(name)
    assert AuditEvent.objects.filter(action="export_removed", object_id=str(export.pk)).exists()


def test_an_export_removed_while_it_is_made_stays_removed(tenant, zora):
    export = request_export(client=tenant, query=ZORA, actor=None)
    lease = claim_job(Job.objects.get(subject=str(export.pk)).pk, owner="a test")

    class Slow:
        fence = staticmethod(lease.fence)

        def report(self, stage, fraction, seconds_left=None):
            drop_export(export=export, reason="The person was erased.")

    make_call(client=tenant, customer=zora)
    run_export(export, Slow())
    export.refresh_from_db()
    assert export.status == RequestStatus.EXPIRED
    assert not export.file


def test_nobody_gets_nothing(tenant):
    with pytest.raises(ValidationError, match="Nothing is kept"):
        request_export(client=tenant, query=ZORA, actor=None)


@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.lists(st.binary(max_size=30), max_size=3), st.booleans()), max_size=4))
def test_a_streamed_archive_is_one_that_any_program_opens(files):
    written: list[Written] = []
    members = (Member(f"{n}.txt", parts, squeeze=squeeze) for n, (parts, squeeze) in enumerate(files))
    content = b"".join(StreamedFile(stream_zip(members, written), "x.zip").chunks(7))
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    assert [archive.read(name) for name in archive.namelist()] == [b"".join(parts) for parts, _ in files]
    assert [each.size for each in written] == [sum(map(len, parts)) for parts, _ in files]


def test_a_large_archive_needs_no_large_memory():
    piece = bytes(1 << 20)
    members = (Member(f"{n}.mp3", (piece for _ in range(16)), squeeze=False) for n in range(4))
    tracemalloc.start()
    passed = sum(len(chunk) for chunk in StreamedFile(stream_zip(members, []), "x.zip").chunks())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert passed > 64 << 20
    assert peak < 8 << 20
