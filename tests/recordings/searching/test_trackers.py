"""Trackers find phrases in any form, hear past and new calls once, and are switched on only when they were checked."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from recordings.language.types import Line
from recordings.models import SearchDue, Tracker, TrackerHit, TrackerKind, TrackerRun, TrackerStatus, Utterance
from recordings.receivers import INDEX_TASK
from recordings.searching.rebuilding import index_all
from recordings.tracking.hearing import hear_phrases
from recordings.tracking.listening import narrowing
from recordings.tracking.services import (
    FEWEST_CHECKED,
    RUN_TASK,
    TrackerError,
    cancel_runs,
    check_hit,
    draw_sample,
    precision_of,
    save_tracker,
    start_run,
    switch_off,
    switch_on,
)
from salesiq.jobs.models import Job
from salesiq.jobs.services import enqueue, run_job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_user
from tests.recordings.searching.calls import make_spoken

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_user(client=make_client(), role=Role.ADMIN)


def make_tracker(boss, phrases=("send the quote",), **values):
    tracker = Tracker(client=boss.client, name="Quotes", phrases=list(phrases), **values)
    return save_tracker(tracker=tracker, actor=boss)


def work(task):
    for job in Job.objects.active().filter(task=task):
        assert run_job(job.pk).status == "succeeded"


@pytest.mark.parametrize(
    ("phrase", "text", "language", "found"),
    [
        ("send the quote", "We SENT it. I'm sending the quotes today", "en", "sending the quotes"),
        ("pric* list", "our pricing list", "en", "pricing list"),
        ("(send|mail) you", "I mail you", "en", "mail you"),
        ("отправить договор", "мы отправим договоры", "ru", "отправим договоры"),
        ("высокая цена", "высокие цены", "ru", "высокие цены"),
        ("quote", "quota", "en", ""),
    ],
)
def test_phrases_are_found_in_any_form(phrase, text, language, found):
    heard = hear_phrases([phrase], [Line(0, "agent", 0.0, 1.0, text)], language)
    assert [text[each.start : each.end] for each in heard] == ([found] if found else [])


def test_the_index_narrows_only_where_a_word_is_sure():
    assert narrowing(["send the quote", "pric* list"]) is not None
    assert narrowing(["(send|mail) you"]) is None and narrowing(["... #"]) is None


def test_a_run_hears_past_calls_once_and_goes_on_where_it_was(boss):
    calls = [make_spoken(boss.client, [("agent", "I send the quote"), ("customer", "Send the quotes!")]) for _ in "123"]
    make_spoken(boss.client, [("agent", "Hello")])
    make_spoken(make_client(), [("agent", "I send the quote")])
    index_all()
    tracker = make_tracker(boss, speaker="agent")
    run = start_run(tracker=tracker, actor=boss)
    work(RUN_TASK)
    run.refresh_from_db()
    assert (run.total, run.done, run.hits, run.is_open) == (3, 3, 3, False)
    TrackerRun.objects.filter(pk=run.pk).update(finished_at=None, done=1, cursor=run.cursor + 1)
    enqueue(task=RUN_TASK, subject=str(run.pk), client=boss.client)
    work(RUN_TASK)
    assert TrackerHit.objects.filter(call__in=calls).count() == 3


def test_a_cancelled_run_writes_nothing_more(boss):
    make_spoken(boss.client, [("agent", "I send the quote")])
    index_all()
    tracker = make_tracker(boss)
    start_run(tracker=tracker, actor=boss)
    assert cancel_runs(tracker=tracker, actor=boss) == 1
    assert not Job.objects.active().filter(task=RUN_TASK).exists()


def checked(boss, right, wrong):
    make_spoken(boss.client, [("agent", "I send the quote")] * (right + wrong))
    index_all()
    tracker = make_tracker(boss)
    start_run(tracker=tracker, actor=boss)
    work(RUN_TASK)
    assert draw_sample(tracker=tracker, actor=boss, size=50) == right + wrong
    for n, hit in enumerate(TrackerHit.objects.filter(in_sample=True)):
        check_hit(hit=hit, is_right=n < right, actor=boss)
    tracker.refresh_from_db()
    return tracker


def test_a_checked_tracker_is_switched_on_and_hears_new_calls(boss):
    tracker = checked(boss, 11, 1)
    assert (tracker.precision_n, round(tracker.precision, 3)) == (12, 0.917)
    switch_on(tracker=tracker, actor=boss)
    call = make_spoken(boss.client, [("agent", "quote? we sent the quote, we will send the quote")])
    enqueue(task=INDEX_TASK, subject="search", client=None)
    work(INDEX_TASK)
    assert TrackerHit.objects.filter(call=call).count() == 1
    hit = TrackerHit.objects.get(call=call)
    check_hit(hit=hit, is_right=False, actor=boss)
    Utterance.objects.filter(pk=hit.utterance_id).update(role="customer")
    enqueue(task=INDEX_TASK, subject="search", client=None)
    work(INDEX_TASK)
    assert TrackerHit.objects.get(call=call).is_right is False and not SearchDue.objects.exists()
    switch_off(tracker=tracker, actor=boss)
    assert Tracker.objects.get().status == TrackerStatus.OFF


@pytest.mark.parametrize(("right", "wrong"), [(FEWEST_CHECKED - 1, 0), (6, 6)])
def test_an_unproven_tracker_is_switched_on_only_for_a_reason(boss, right, wrong):
    tracker = checked(boss, right, wrong)
    with pytest.raises(TrackerError):
        switch_on(tracker=tracker, actor=boss)
    assert switch_on(tracker=tracker, actor=boss, reason="Asked for by the law").forced_reason


def test_a_change_of_phrases_asks_to_be_checked_anew(boss):
    tracker = checked(boss, 10, 0)
    switch_on(tracker=tracker, actor=boss)
    tracker.refresh_from_db()
    tracker.name = "Offers"
    assert save_tracker(tracker=tracker, actor=boss).revision == 1
    tracker.phrases = ["send an offer"]
    save_tracker(tracker=tracker, actor=boss)
    tracker.refresh_from_db()
    assert (tracker.revision, tracker.status, tracker.precision_n) == (2, "draft", 0)
    assert not TrackerHit.objects.exists() and precision_of(tracker).share is None


@pytest.mark.parametrize("phrases", [[], ["  "], ["(open"], ["x"] * 51])
def test_what_cannot_be_listened_for_is_refused(boss, phrases):
    with pytest.raises(ValidationError):
        make_tracker(boss, phrases=phrases)


def test_agents_neither_write_nor_check(boss):
    with pytest.raises(PermissionDenied):
        make_tracker(make_user(client=boss.client, role=Role.AGENT))


def test_a_manager_takes_a_tracker_from_draft_to_on_by_its_pages(client, boss):
    make_spoken(boss.client, [("agent", "I send the quote")] * 12)
    index_all()
    client.force_login(boss)
    assert "[]" not in client.get(reverse("trackers")).content.decode()
    asked = {"name": "Q", "kind": "phrase", "phrases": "send the quote", "threshold": "0.6"}
    assert client.post(reverse("trackers"), asked).status_code == 302
    tracker = Tracker.objects.get()
    change, check = reverse("tracker-change", args=[tracker.pk]), reverse("tracker-check", args=[tracker.pk])
    client.post(change, {"do": "run", "limit": "200"})
    work(RUN_TASK)
    client.post(check, {"draw": "1"})
    for hit in TrackerHit.objects.filter(in_sample=True):
        client.post(check, {"hit": hit.pk, "right": "1"})
    page = client.get(reverse("tracker", args=[tracker.pk])).content.decode()
    assert "12 of 12 checked hits are right" in page and "<mark>send the quote</mark>" in page
    client.post(change, {"do": "on"})
    assert Tracker.objects.get().status == TrackerStatus.ON
    found = client.get(reverse("search"), {"tracker": tracker.pk}).context["results"]
    assert len(found.calls) == 1 and found.calls[0].more == 9
    assert "Q" in client.get(reverse("trackers")).content.decode()


def test_a_tracker_in_use_marks_lines_of_the_call_and_narrows_the_list(client, boss):
    heard, other = [make_spoken(boss.client, [("agent", text)]) for text in ("I send the quote", "Good morning")]
    index_all()
    client.force_login(boss)
    assert 'name="tracker"' not in client.get(reverse("calls")).content.decode()
    tracker = make_tracker(boss)
    start_run(tracker=tracker, actor=boss)
    work(RUN_TASK)
    assert "Tracker: Quotes" not in client.get(reverse("call", args=[heard.pk])).content.decode()
    switch_on(tracker=tracker, actor=boss, reason="Asked for by the law")
    assert "Tracker: Quotes" in client.get(reverse("call", args=[heard.pk])).content.decode()
    narrowed = client.get(reverse("calls"), {"tracker": tracker.pk}).content.decode()
    assert str(heard.pk) in narrowed and str(other.pk) not in narrowed
    TrackerHit.objects.update(is_right=False)
    assert "Tracker: Quotes" not in client.get(reverse("call", args=[heard.pk])).content.decode()
    assert str(heard.pk) not in client.get(reverse("calls"), {"tracker": tracker.pk}).content.decode()


def test_an_agent_is_shown_no_trackers(client, boss):
    agent = make_agent(client=boss.client, user=make_user(client=boss.client, role=Role.AGENT))
    call = make_spoken(boss.client, [("agent", "I send the quote")])
    call.agent = agent
    call.save()
    index_all()
    tracker = make_tracker(boss)
    start_run(tracker=tracker, actor=boss)
    work(RUN_TASK)
    switch_on(tracker=tracker, actor=boss, reason="Asked for by the law")
    client.force_login(agent.user)
    page = client.get(reverse("call", args=[call.pk])).content.decode()
    assert "I send" in page.replace("</span> <span", "") or "quote" in page
    assert "Quotes" not in page and 'name="tracker"' not in client.get(reverse("calls")).content.decode()


def test_a_tracker_by_meaning_hears_other_words_and_not_other_things(boss):
    lines = [
        ("customer", "That is much too expensive for us."),
        ("customer", "We cannot afford that much money."),
        ("customer", "The meeting is on Tuesday morning."),
        ("agent", "It is far too expensive elsewhere."),
    ]
    call = make_spoken(boss.client, lines)
    index_all()
    tracker = make_tracker(
        boss, ["The price is too high for us."], kind=TrackerKind.MEANING, speaker="customer", language="en"
    )
    start_run(tracker=tracker, actor=boss)
    work(RUN_TASK)
    found = TrackerHit.objects.filter(call=call).values_list("utterance__position", "confidence")
    assert {position for position, _ in found} >= {0} and not {2, 3} & {position for position, _ in found}
    assert all(0.6 <= confidence <= 1 for _, confidence in found)
