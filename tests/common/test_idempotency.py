import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from salesiq.common.idempotency import forget_old_answers
from salesiq.common.models import IdempotentRequest
from salesiq.people.models import Client
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.common.api")]


@pytest.fixture
def api():
    client = APIClient()
    client.force_authenticate(make_user())
    return client


def post(api, body, key="k-1", **options):
    headers = {"Idempotency-Key": key} if key is not None else {}
    return api.post("/api/clients", body, headers=headers, **{"format": "json", **options})


def made():
    return Client.objects.filter(slug__startswith="made-").count()


def test_without_the_header_each_request_counts(api):
    assert [post(api, {"name": "a"}, key=None).status_code for _ in range(2)] == [201, 201]
    assert made() == 2


def test_a_repeat_gets_the_first_answer_and_changes_nothing(api):
    first, second = post(api, {"name": "a"}), post(api, {"name": "a"})
    assert made() == 1
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert second["Location"] == first["Location"]
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first


def test_the_key_of_one_user_means_nothing_for_another(api):
    post(api, {"name": "a"})
    other = APIClient()
    other.force_authenticate(make_user())
    assert "Idempotency-Replayed" not in post(other, {"name": "b"})
    assert made() == 2


def test_the_same_key_with_another_body_is_refused(api):
    post(api, {"name": "a"})
    answer = post(api, {"name": "b"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert made() == 1


def upload(name="call.wav", content=b"sound"):
    return {"name": "a", "file": SimpleUploadedFile(name, content)}


def test_files_are_told_apart_by_content_and_still_readable(api):
    first = post(api, upload(), format="multipart")
    assert first.json()["content"] == "sound"
    assert post(api, upload(), format="multipart")["Idempotency-Replayed"] == "true"
    assert post(api, upload(content=b"soun!"), format="multipart").status_code == 422


def test_while_the_first_is_under_way_a_repeat_is_told_to_wait(api):
    post(api, {"name": "a"})
    IdempotentRequest.objects.update(status_code=None)
    answer = post(api, {"name": "a"})
    assert (answer.status_code, answer.json()["code"]) == (409, "request_in_progress")
    assert int(answer["Retry-After"]) > 0


def test_a_first_request_that_died_does_not_block_for_ever(api):
    post(api, {"name": "a"})
    IdempotentRequest.objects.update(status_code=None, created_at=timezone.now() - timedelta(minutes=6))
    assert post(api, {"name": "a"}).status_code == 201
    assert made() == 2
    assert post(api, {"name": "a"})["Idempotency-Replayed"] == "true"


def test_an_error_is_not_remembered(api):
    assert post(api, {"name": "bad"}).status_code == 400
    assert post(api, {"name": "good"}).status_code == 201


def test_an_answer_is_forgotten_after_a_day(api):
    post(api, {"name": "a"})
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert "Idempotency-Replayed" not in post(api, {"name": "b"})
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert forget_old_answers() == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 256])
def test_a_senseless_key_is_a_problem(api, key):
    assert post(api, {"name": "a"}, key=key).json()["code"] == "invalid_idempotency_key"


@pytest.mark.django_db(transaction=True)
def test_of_requests_at_the_same_moment_one_has_an_effect():
    user, start, answers = make_user(), threading.Barrier(4), []

    def send():
        api = APIClient()
        api.force_authenticate(user)
        start.wait()
        answers.append(post(api, {"name": "a"}).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert made() == 1
    assert set(answers) <= {201, 409}
