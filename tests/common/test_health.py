from datetime import timedelta

import pytest
from django.utils import timezone

from salesiq.common import health
from salesiq.jobs.models import WorkerHeartbeat

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.common.api")]


def test_all_is_well_while_a_worker_lives(client):
    WorkerHeartbeat.objects.create(host="h", pid=1)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert set(answer.json()["checks"]) == {"database", "migrations", "disk", "keys", "worker", "audit_anchor"}


@pytest.mark.parametrize("silent", [None, timedelta(minutes=2)])
def test_without_a_worker_it_is_degraded_but_still_serves(client, silent):
    if silent:
        WorkerHeartbeat.objects.create(host="h", pid=1, at=timezone.now() - silent)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["worker"]["ok"] is False


def test_a_full_disk_or_missing_migrations_fail(client, monkeypatch):
    monkeypatch.setattr(health, "has_unapplied_migrations", lambda: True)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert "migrate" in answer.json()["checks"]["migrations"]["detail"]


def test_a_check_that_crashes_has_failed_and_says_nothing_inner(client, settings, monkeypatch):
    def database():
        raise RuntimeError("password=secret")

    monkeypatch.setattr(health, "database", database)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert b"secret" not in answer.content
