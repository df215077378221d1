"""Requests that are built to break a parser: a 4xx in words, and nothing half done."""

import asyncio
import json

import pytest
from django.test import Client as Browser

from recordings.models import SalesCall
from salesiq.common.body_limit import BodyLimit
from salesiq.common.models import IdempotentRequest
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.recordings.hostile.conftest import ADMIN_ADD, ANALYZE, nothing_was_kept, upload

PAGE = "/sales-recording-audit/upload"


def refused(answer, *statuses):
    assert answer.status_code in statuses, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    assert len(answer.json()["detail"]) > 15
    assert nothing_was_kept()


def test_too_many_fields_or_files_are_refused_in_words(browser, wav):
    many = {f"field{n}": "x" for n in range(1_100)}
    refused(browser.post(ANALYZE, {"file": upload("a.wav", wav), **many}), 400)
    files = {f"file{n}": upload("a.wav", b"x") for n in range(120)}
    refused(browser.post(ANALYZE, files), 400)
    assert browser.post(PAGE, {"files": upload("a.wav", wav), **many}).status_code == 400
    assert browser.post(ADMIN_ADD, {"file": upload("a.wav", wav), **many}).status_code == 400
    assert nothing_was_kept()


def test_an_enormous_field_is_refused(browser, wav):
    refused(browser.post(ANALYZE, {"file": upload("a.wav", wav), "notes": "x" * (3 << 20)}), 413)
    assert browser.post(PAGE, {"files": upload("a.wav", wav), "language": "x" * (3 << 20)}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"id":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"title": "' + b"x" * (2 << 20) + b'"}',
        b'{"id": NaN}',
        b'{"id": "\\ud800"}',
        b'{"id": "a\\u0000b"}',
        b"\xff\xfe{}",
        b'{"id": 1e999}',
        b"null",
        b"[]",
        b'"id"',
        b"{",
    ],
)
def test_json_that_is_deep_huge_or_no_json_is_refused(browser, body):
    refused(browser.post(ANALYZE, body, content_type="application/json"), 400, 413)


@pytest.mark.parametrize("length", ["-5", "99999999999999999999", ""])
def test_a_wrong_content_length_is_no_error_of_ours(browser, length, wav):
    answer = browser.post(ANALYZE, {"file": upload("a.wav", wav)}, CONTENT_LENGTH=length)
    refused(answer, 400, 413)


FORM = "multipart/form-data; boundary=x"
FILE = b'Content-Disposition: form-data; name="file"; filename="a.wav"'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=" + "x" * 5_000, b"--x--"),
        (FORM, b"--x\r\n" + FILE.replace(b"file", b"a[" * 9_000, 1) + b"\r\n\r\n1\r\n--x--\r\n"),
        (FORM, b"--x\r\nContent-Transfer-Encoding: base64\r\n" + FILE + b"\r\n\r\n!!!\r\n--x--\r\n"),
        (FORM, b"--x\r\n" + FILE + b"\r\n\r\n"),
        ("application/x-www-form-urlencoded", b"id=1"),
        ("text/plain", b"hello"),
        ("application/json; charset=utf-7", b"{}"),
    ],
)
def test_a_form_that_is_cut_or_twisted_is_refused(browser, kind, body):
    refused(browser.post(ANALYZE, body, content_type=kind), 400, 415)


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "x" * 100_000])
def test_an_idempotency_key_that_is_none_or_endless_is_refused(browser, key, wav):
    answer = browser.post(ANALYZE, {"file": upload("a.wav", wav)}, headers={"Idempotency-Key": key})
    refused(answer, 400)
    assert not IdempotentRequest.objects.exists()


def test_an_idempotency_key_belongs_to_its_user_and_its_request(browser, tenant, wav):
    key = {"Idempotency-Key": "'; DROP TABLE x; -- \u00ff"}
    first = browser.post(ANALYZE, {"file": upload("a.wav", wav)}, headers=key)
    assert first.status_code == 202
    other = Browser()
    other.force_login(make_user(role=Role.ADMIN))
    theirs = other.post(ANALYZE, {"file": upload("a.wav", wav)}, headers=key)
    assert "Idempotency-Replayed" not in theirs
    assert theirs.json()["recording"]["id"] != first.json()["recording"]["id"]
    again = browser.post(ANALYZE, {"file": upload("a.wav", wav + b"\x00\x00")}, headers=key)
    assert (again.status_code, again.json()["code"]) == (422, "idempotency_key_reused")
    assert SalesCall.objects.count() == 2


async def _hearing(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"heard"})


def ask(path: str, chunks: list[bytes], announced: object = None) -> tuple[int, bytes, int]:
    """Status, body and the number of pieces that were read of a request to `BodyLimit`."""
    messages = [{"type": "http.request", "body": c, "more_body": n < len(chunks)} for n, c in enumerate(chunks, 1)]
    read, sent = 0, []

    async def receive():
        nonlocal read
        read += 1
        return messages[read - 1]

    async def send(message):
        sent.append(message)

    headers = [(b"content-length", str(announced).encode())] if announced is not None else []
    application = BodyLimit(_hearing, most=100, wide_paths=("/wide",), most_there=1_000)
    asyncio.run(application({"type": "http", "path": path, "headers": headers}, receive, send))
    return sent[0]["status"], sent[1]["body"], read


def test_a_body_that_is_announced_too_large_is_not_read_at_all():
    status, body, read = ask("/", [b"x" * 60] * 3, announced=180)
    assert (status, read) == (413, 0)
    assert json.loads(body)["code"] == "too_large"


@pytest.mark.parametrize("length", ["abc", "-5", "", "0x10", "1 "])
def test_a_length_that_is_no_number_is_refused(length):
    status, _, read = ask("/", [b"x"], announced=length)
    assert (status, read) == (400, 0)


def test_a_body_that_grows_beyond_the_limit_is_stopped_there():
    status, _, read = ask("/", [b"x" * 60] * 100)
    assert (status, read) == (413, 2)
    assert ask("/", [b"x" * 60] * 100, announced=5)[0] == 413


def test_uploads_may_be_larger_than_the_rest():
    assert ask("/wide", [b"x" * 60] * 10)[:2] == (200, b"heard")
    assert ask("/wide", [b"x" * 60] * 20)[0] == 413
    assert ask("/", [b"x" * 100])[:2] == (200, b"heard")
