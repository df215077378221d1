"""A call without its people: totals are what they were, nothing that was said is left, and no worker brings it back."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models, transaction
from django.db.models import Avg, Count, Sum
from django.db.models.functions import TruncDay, TruncHour

from recordings.models import (
    ComplianceFinding,
    FollowUp,
    Intent,
    Objection,
    Recording,
    SalesCall,
    Score,
    ScoreItem,
    Topic,
    Utterance,
)
from recordings.privacy.anonymising import anonymise_call, figures_only, to_the_hour
from recordings.privacy.mentions import text_tables
from recordings.services import NotLawfulError, start_analysis
from salesiq.jobs.errors import LeaseLost
from salesiq.jobs.models import Job
from salesiq.jobs.services import claim_job
from tests.factories import make_client, make_customer, make_user
from tests.recordings.factories import make_analysis_job, make_call, make_follow_up

pytestmark = pytest.mark.django_db


def totals() -> dict[str, Any]:
    calls = SalesCall.objects.order_by()
    by_day = calls.values("agent__team", day=TruncDay("started_at"))
    figures = {
        "calls": Count("pk"),
        "seconds": Sum("call_duration"),
        "score": Avg("quality_score"),
        "chance": Sum("conversion_probability"),
    }
    return {
        "days": list(by_day.annotate(**figures).order_by("day", "agent__team")),
        "hours": list(calls.values(hour=TruncHour("started_at")).annotate(n=Count("pk")).order_by("hour")),
        "outcomes": list(calls.values("outcome", "call_type", "region", "language").annotate(n=Count("pk"))),
        "points": list(ScoreItem.objects.values("key").annotate(n=Count("pk"), sum=Sum("points"))),
        "scores": list(Score.objects.values("scorecard").annotate(n=Count("pk"), sum=Sum("total"))),
        **{
            model.__name__: sorted(model.objects.values_list("kind").annotate(n=Count("pk")))
            for model in (Intent, Objection, ComplianceFinding)
        },
        "topics": list(Topic.objects.values("name").annotate(n=Count("pk"), s=Sum("seconds"))),
        "promises": list(FollowUp.objects.values("by", "due").annotate(n=Count("pk"))),
    }


def texts_of(call: SalesCall) -> str:
    """Every text that is stored about `call`, whichever table holds it."""
    found = []
    for table in text_tables():
        if table.call:
            rows: models.QuerySet[Any] = table.model._base_manager.filter(**{table.call: call.pk})
            found += [str(values) for values in rows.values_list(*table.fields)]
    return " ".join(found)


def test_totals_stay_and_words_go(django_capture_on_commit_callbacks):
    tenant = make_client(time_zone="Asia/Kolkata")
    person = make_customer(client=tenant, name="Zora Quillfeather")
    call = make_call(
        client=tenant,
        customer=person,
        title="With Zora",
        notes="likes tea",
        started_at=datetime(2026, 3, 1, 18, 45, 7, tzinfo=UTC),
    )
    make_follow_up(call, position=6, text="ring Zora")
    make_call(client=tenant)
    before, recording = totals(), call.recording
    with django_capture_on_commit_callbacks(execute=True):
        done = anonymise_call(call=call)
    assert totals() == before
    call.refresh_from_db()
    assert call.customer is None
    assert call.anonymised_at is not None
    assert not Utterance.objects.filter(call=call).exists()
    for word in ("Zora", "tea", "Rivera", "Dana", "expensive", "details", "forty nine", "call.wav"):
        assert word not in texts_of(call)
    assert not recording.file.storage.exists(recording.file.name)
    assert not recording.file.storage.exists(recording.playback.name)
    assert next(file["sha256"] for file in done.files) == recording.sha256
    assert {file["kind"] for file in done.files} == {"received", "playback"}
    assert done.rows["recordings.utterance"] == 7


def test_once_is_enough():
    call = make_call()
    anonymise_call(call=call)
    first = SalesCall.objects.values().get(pk=call.pk)
    again = anonymise_call(call=call)
    assert again.rows == {} and again.files == []
    assert SalesCall.objects.values().get(pk=call.pk) == first


def test_a_worker_in_the_midst_of_the_analysis_writes_nothing_more():
    call = make_call(published=False)
    lease = claim_job(make_analysis_job(call).pk, owner="somebody")
    anonymise_call(call=call)
    with pytest.raises(LeaseLost), transaction.atomic():
        lease.fence()
    call.refresh_from_db()
    assert (call.status, call.error_code) == ("failed", "anonymised")


def test_the_hour_is_that_of_the_clients_clock():
    moment = datetime(2026, 3, 1, 18, 45, tzinfo=UTC)
    assert to_the_hour(moment, "Asia/Kolkata") == datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
    assert to_the_hour(moment, "Nowhere/Land") == datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


def test_figures_stay_and_sentences_go():
    value = {"kind": "price", "text": "said", "factors": [{"name": "next_step", "effect": 1.5, "reason": "He said"}]}
    assert figures_only(value) == {
        "kind": "price",
        "text": "",
        "factors": [{"name": "next_step", "effect": 1.5, "reason": ""}],
    }
    assert figures_only({"reasons": ["loud", "far"], "n": [1, None]}) == {"reasons": [], "n": [1, None]}


def test_it_is_not_analysed_again_by_any_door(client):
    call = make_call()
    anonymise_call(call=call)
    before = totals()
    with pytest.raises(NotLawfulError, match="anonymised"):
        start_analysis(call=call, actor=None)
    client.force_login(make_user(client=call.client))
    assert client.post(f"/sales-recording-audit/{call.pk}/analysis").status_code == 302
    again = client.post("/api/v1/sales/recordings/analyze", {"id": str(call.pk)}, content_type="application/json")
    assert 400 <= again.status_code < 500 and "anonymised" in again.json()["detail"]
    assert not Job.objects.filter(status="queued").exists()
    assert totals() == before


def test_the_page_and_the_api_of_an_anonymised_call_still_open(client):
    call = make_call()
    anonymise_call(call=call)
    client.force_login(make_user(client=call.client))
    page = client.get(f"/sales-recording-audit/{call.pk}")
    assert page.status_code == 200 and "only figures stay" in page.content.decode()
    words = page.content.decode()
    assert "Too little was said" not in words and "Analyse again" not in words
    assert re.search(r"<h1>\s*Call 20\d\d-", words)
    assert client.get(f"/api/v1/sales/recordings/{call.pk}").status_code == 200
    assert Recording.objects.get(call=call).original_name == ""
