"""Letting trackers listen to calls: to each one that is published or changed, and to past ones."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from recordings.language.types import Line
from recordings.models import (
    CallWords,
    SalesCall,
    SearchDue,
    Tracker,
    TrackerHit,
    TrackerKind,
    TrackerRun,
    TrackerStatus,
    Utterance,
)
from recordings.models.call_words import CallWordsQuerySet
from recordings.searching.finding import matching_calls
from recordings.searching.query import Clause, SearchQuery, Term
from recordings.tracking.hearing import Heard, hear_meaning, hear_phrases
from salesiq.jobs.services import Lease

AT_ONCE = {TrackerKind.PHRASE: 50, TrackerKind.MEANING: 1}
_SIGNS = frozenset("()[]|#$?.")


def listen(call: SalesCall, trackers: Iterable[Tracker]) -> int:
    """Let `trackers` hear one call; return how many hits it has now. What people said of a hit that stays is kept.

    A tracker that was changed or deleted meanwhile writes nothing.
    """
    rows = list(Utterance.objects.filter(call=call).order_by("position"))
    lines = [Line(row.position, row.role, row.start, row.end, row.text, row.speaker) for row in rows]
    ids = {row.position: row.pk for row in rows}
    return sum(_write(call, tracker, ids, hear(tracker, lines, call.language)) for tracker in trackers)


def hear(tracker: Tracker, lines: Sequence[Line], language: str) -> list[Heard]:
    """What `tracker` finds in lines of a call in `language`."""
    if tracker.language and tracker.language != language:
        return []
    if tracker.kind == TrackerKind.MEANING:
        return hear_meaning(tracker.phrases, lines, language, tracker.threshold, tracker.speaker)
    said = [line for line in lines if not tracker.speaker or line.role == tracker.speaker]
    return hear_phrases(tracker.phrases, said, language)


def _write(call: SalesCall, tracker: Tracker, ids: dict[int, int], heard: Sequence[Heard]) -> int:
    with transaction.atomic():
        locked = Tracker.objects.select_for_update().filter(pk=tracker.pk, revision=tracker.revision)
        if not locked.exists():
            return 0
        present = {(hit.utterance_id, hit.start): hit for hit in TrackerHit.objects.filter(tracker=tracker, call=call)}
        wanted = {(ids[each.position], each.start): each for each in heard}
        gone = [hit.pk for key, hit in present.items() if key not in wanted]
        TrackerHit.objects.filter(pk__in=gone).delete()
        TrackerHit.objects.bulk_create(
            TrackerHit(
                tracker=tracker,
                call=call,
                utterance_id=line,
                start=start,
                end=each.end,
                confidence=each.confidence,
            )
            for (line, start), each in wanted.items()
            if (line, start) not in present
        )
    return len(wanted)


def listen_to_due(lease: Lease) -> bool:
    """Let the trackers that are on hear one call that was indexed; False when none is left."""
    due = SearchDue.objects.filter(indexed=True).first()
    if due is None:
        return False
    call = SalesCall.objects.filter(pk=due.call_id).first()
    if call is not None and CallWords.objects.filter(call=call).exists():
        listen(call, Tracker.objects.filter(client=call.client_id, status=TrackerStatus.ON))
    with transaction.atomic():
        lease.fence()
        SearchDue.objects.filter(pk=due.pk, indexed=True).delete()
    return True


def run_over_past(run: TrackerRun, lease: Lease) -> None:
    """Do what is left of `run`, newest calls first; ends early where it was cancelled or its tracker changed."""
    tracker = run.tracker
    calls = _calls_to_hear(tracker)
    if run.cursor is None:
        total = calls.count()
        run.total = min(total, run.limit) if run.limit else total
    while _goes_on(run):
        left = (run.total - run.done) if run.limit else AT_ONCE[TrackerKind.PHRASE]
        size = min(left, AT_ONCE[TrackerKind(tracker.kind)])
        rest = calls.filter(place__lt=run.cursor) if run.cursor is not None else calls
        batch = list(rest.order_by("-place").select_related("call")[:size]) if size > 0 else []
        if not batch:
            break
        run.hits += sum(listen(words.call, [tracker]) for words in batch)
        run.done, run.cursor = run.done + len(batch), batch[-1].place
        with transaction.atomic():
            lease.fence()
            run.save(update_fields=["total", "done", "hits", "cursor", "updated_at"])
        lease.report("listening", run.done / max(1, run.total))
    TrackerRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=timezone.now())


def _goes_on(run: TrackerRun) -> bool:
    current = TrackerRun.objects.filter(pk=run.pk, cancelled_at__isnull=True, finished_at__isnull=True)
    return current.filter(tracker__revision=F("revision")).exists()


def _calls_to_hear(tracker: Tracker) -> CallWordsQuerySet:
    """Searchable calls of the client, of phrases only those in which a word of each stands."""
    calls = CallWords.objects.filter(client=tracker.client_id).defer("lexemes")
    if tracker.language:
        calls = calls.filter(call__language=tracker.language)
    query = narrowing(tracker.phrases) if tracker.kind == TrackerKind.PHRASE else None
    return calls.filter(call__in=matching_calls(query)) if query else calls


def narrowing(phrases: Sequence[str]) -> SearchQuery | None:
    """A query that finds every call in which one of `phrases` may stand; None where no word of one is sure."""
    terms: list[Term] = []
    for phrase in phrases:
        words = [word for word in phrase.split() if not _SIGNS & set(word)]
        if len(words) < len(phrase.split()) or not words:
            return None
        longest = max(words, key=len)
        bare = longest.strip("*,;:!¡¿'\"")
        if not bare.isalnum() or "*" in longest[:-1]:
            return None
        terms.append(Term("prefix" if longest.endswith("*") else "word", (bare,)))
    return SearchQuery((Clause(tuple(terms)),)) if terms else None
