"""The index finds what a recount of the words finds, and nothing that may not be found."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from recordings.language.search_words import spoken_words, word_key
from recordings.models import CallStatus, CallWords, SalesCall, SearchDue, Utterance
from recordings.privacy.anonymising import anonymise_call
from recordings.receivers import INDEX_TASK
from recordings.searching import postgresql, sqlite, triggers
from recordings.searching.finding import count_calls, find_calls, matching_calls
from recordings.searching.query import parse_query
from recordings.searching.rebuilding import index_all
from recordings.selectors import search_calls
from recordings.signals import call_published
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from tests.factories import make_client
from tests.recordings.searching.calls import make_spoken

pytestmark = pytest.mark.django_db

TALKS = [
    ("en", [("agent", "The price is good, a good price."), ("customer", "Prices! I don't like it.")]),
    ("en", [("agent", "Good morning. Price list?"), ("customer", "Good price indeed")]),
    ("en", [("customer", "What does it cost"), ("agent", "Not much"), ("unknown", "a price, they said")]),
    ("es", [("agent", "La instalación es gratis"), ("customer", "¿Y el precio de las instalaciones?")]),
    ("ru", [("agent", "Цены выросли"), ("customer", "Какая цена? Ещё раз")]),
    ("de", [("agent", "Der Preis ist gut")]),
    ("en", []),
]
QUERIES = [
    "price", "prices", "good price", '"good price"', '"price good"', '"good morning price"', "price -cost",
    'price -"good price"', "cost OR morning", '"good price" OR cost', "pri*", "instalacion", "instalaciones precio",
    "цена", "ещё", "preis", "nowhere", "don't", '"the price is good a good price"', "price OR preis -morning",
]  # fmt: skip


@pytest.fixture
def talks():
    client = make_client()
    calls = [make_spoken(client, lines, language=language) for language, lines in TALKS]
    index_all()
    return calls


def recounted(calls, query, speaker=""):
    """Those of `calls` that fit, by reading every line."""
    roles = {"agent": ["agent"], "customer": ["customer"], "other": ["unknown"]}.get(speaker)

    def said(term, call):
        for line in Utterance.objects.filter(call=call, **({"role__in": roles} if roles else {})):
            words = [word.text for word in spoken_words(line.text)]
            if term.kind == "phrase":
                keys = [word_key(word) for word in words]
                size = len(term.keys)
                if any(tuple(keys[at : at + size]) == term.keys for at in range(len(keys))):
                    return True
            elif any(term.fits(word, call.language) for word in words):
                return True
        return False

    def fits(call):
        return all(any(said(term, call) for term in clause.terms) != clause.negated for clause in query.clauses)

    return {call.pk for call in calls if fits(call)}


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("speaker", ["", "agent", "customer", "other"])
def test_the_index_finds_what_a_recount_finds(talks, text, speaker):
    query = parse_query(text)
    expected = recounted(talks, query, speaker)
    assert set(find_calls(SalesCall.objects.all(), query, speaker=speaker).calls) == expected
    found = SalesCall.objects.filter(pk__in=matching_calls(query, speaker=speaker))
    assert {call.pk for call in found} == expected
    assert count_calls(SalesCall.objects.all(), query, speaker=speaker).number == len(expected)


def test_pages_lead_through_all_calls_newest_first_and_back():
    client, now = make_client(), timezone.now()
    calls = [make_spoken(client, [("agent", "price")], started_at=now - timedelta(days=n // 2)) for n in range(7)]
    index_all()
    everything, query = SalesCall.objects.all(), parse_query("price")
    first = find_calls(everything, query, size=3)
    second = find_calls(everything, query, size=3, older_than=first.older)
    third = find_calls(everything, query, size=3, older_than=second.older)
    seen = [*first.calls, *second.calls, *third.calls]
    assert sorted(seen) == sorted(call.pk for call in calls)
    times = dict(everything.values_list("pk", "started_at"))
    assert [times[pk] for pk in seen] == sorted(times.values(), reverse=True)
    assert first.newer is None and third.older is None
    assert find_calls(everything, query, size=3, newer_than=third.newer).calls == second.calls
    assert count_calls(everything, query, up_to=5).is_more


def test_only_published_calls_are_found(talks):
    call = talks[0]
    query = parse_query('"price good"')
    for status in (CallStatus.HELD_BACK, CallStatus.FAILED, CallStatus.TRANSCRIBED):
        SalesCall.objects.filter(pk=call.pk).update(status=status)
        index_all()
        assert call.pk not in find_calls(SalesCall.objects.all(), query).calls
    SalesCall.objects.filter(pk=call.pk).update(status=CallStatus.PUBLISHED)
    index_all()
    assert find_calls(SalesCall.objects.all(), parse_query('"price is good"')).calls == [call.pk]


def test_changed_words_are_gone_from_the_index_at_once(talks):
    call = talks[0]
    assert CallWords.objects.filter(call=call).exists()
    line = call.utterances.first()
    Utterance.objects.filter(pk=line.pk).update(text="The ••••• is good")
    assert not CallWords.objects.filter(call=call).exists()
    index_all()
    assert find_calls(SalesCall.objects.filter(pk=call.pk), parse_query('"price is good"')).calls == []
    Utterance.objects.filter(pk=line.pk).update(role="customer")
    index_all()
    assert find_calls(SalesCall.objects.filter(pk=call.pk), parse_query("good"), speaker="agent").calls == []


def test_feelings_and_times_of_a_line_leave_the_index_alone(talks):
    Utterance.objects.update(sentiment=0.5, start=1.0, end=2.0)
    assert not SearchDue.objects.exists()


def test_anonymised_and_deleted_calls_are_gone(talks):
    anonymise_call(call=talks[0])
    talks[1].delete()
    assert not CallWords.objects.filter(call__in=[talks[0].pk, talks[1].pk]).exists()
    index_all()
    assert not SearchDue.objects.exists()
    assert CallWords.objects.count() == len(TALKS) - 1 - 2  # one holds no word


def test_a_published_call_is_indexed_by_one_job():
    call = make_spoken(make_client(), [("agent", "hello")])
    call_published.send(SalesCall, call=call)
    call_published.send(SalesCall, call=call)
    job = Job.objects.get(task=INDEX_TASK)
    run_job(job.pk)
    assert find_calls(SalesCall.objects.all(), parse_query("hello")).calls == [call.pk]


def test_rebuilding_gives_the_same_index_and_clears_what_is_no_call_of_ours(talks):
    before = list(CallWords.objects.order_by("place").values("place", "call", "agent", "customer", "other"))
    call_command("rebuild_search", stdout=StringIO())
    assert list(CallWords.objects.order_by("place").values("place", "call", "agent", "customer", "other")) == before
    CallWords.objects.filter(call=talks[0]).delete()
    SearchDue.objects.create(call_id=talks[0].pk)
    told = StringIO()
    call_command("rebuild_search", "--resume", stdout=told)
    assert "1 more calls" in told.getvalue() and CallWords.objects.count() == len(before)


def test_the_list_is_searched_by_the_index_too(talks):
    assert set(search_calls(SalesCall.objects.all(), "price morn")) == {talks[1]}
    assert set(search_calls(SalesCall.objects.all(), talks[2].title)) == {talks[2]}
    assert not search_calls(SalesCall.objects.all(), "nowhere").exists()


def test_the_triggers_are_there():
    assert triggers.missing_triggers() == set()
    assert triggers.check_full_text(databases=[connection.alias]) == []


def test_calls_of_the_same_moment_all_have_a_place():
    client, moment = make_client(), timezone.now()
    calls = [make_spoken(client, [("agent", "same")], started_at=moment) for _ in range(3)]
    SalesCall.objects.filter(pk__in=[call.pk for call in calls]).update(started_at=moment)
    index_all()
    CallWords.objects.filter(call=calls[0]).update(place=1)
    assert len(find_calls(SalesCall.objects.all(), parse_query("same")).calls) == 3


@pytest.mark.parametrize(
    "sizes",
    [
        {"GLANCE": 1, "FEW": 100, "WALKED": 0},
        {"GLANCE": 1, "FEW": 0, "WALKED": 4, "NARROW": 1.0, "LISTED": 2, "NEWEST_HITS": 2},
        {"GLANCE": 100, "WALKED": 4, "NARROW": 1.0, "LISTED": 3},
        {"WALKED": 4, "NARROW": 0.0, "NEWEST_HITS": 100},
        {},
    ],
)
def test_each_way_of_reading_gives_the_same_page(monkeypatch, sizes):
    back_end = postgresql if connection.vendor == "postgresql" else sqlite
    for name, size in sizes.items():
        monkeypatch.setattr(back_end, name, size, raising=False)
    client, now = make_client(), timezone.now()
    calls = [
        make_spoken(
            client, [("agent", "price")], started_at=now - timedelta(days=n), outcome="callback" if n % 5 else ""
        )
        for n in range(20)
    ]
    index_all()
    rare, query = SalesCall.objects.filter(outcome=""), parse_query("price")
    found = find_calls(rare, query, size=3)
    assert found.calls == [calls[0].pk, calls[5].pk, calls[10].pk]
    assert find_calls(rare, query, size=3, older_than=found.older).calls == [calls[15].pk]
    assert find_calls(rare, query, since=now - timedelta(days=6, hours=1)).calls == [calls[0].pk, calls[5].pk]
    assert find_calls(SalesCall.objects.none(), query).calls == []
    assert count_calls(rare, query).number == 4
