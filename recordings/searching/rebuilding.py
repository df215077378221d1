"""Drawing the whole index anew, in steps that each commit."""

from collections.abc import Iterator

from django.db import connection

from recordings.models import CallStatus, CallWords, SalesCall, SearchDue
from recordings.searching.documents import index_calls, index_due
from recordings.searching.sqlite import TABLE

AT_ONCE = 200


def rebuild_search(*, resume: bool = False) -> Iterator[tuple[int, int]]:
    """Draw the words of every published call; after each step, how many are done and how many there are.

    It only notes all calls as due, in one statement, and then works that off: killed in between, the worker's own job
    or a run with `resume` does the rest.
    """
    if not resume:
        _note_all()
    drop_leftovers()
    total, done = SearchDue.objects.filter(indexed=False).count(), 0
    while count := index_due(at_once=AT_ONCE):
        done += count
        yield done, max(total, done)


def index_all() -> int:
    """Draw what is due, here and now; return how many calls were looked at."""
    done = 0
    while count := index_due():
        done += count
    return done


def drop_leftovers() -> None:
    """Make SQLite's full text table give up what deleted rows left in it; PostgreSQL's index goes with its table."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')")  # nosec B608


def _note_all() -> None:
    shown = SalesCall.objects.filter(status=CallStatus.PUBLISHED).values_list("pk", flat=True)
    batch: list[SearchDue] = []
    for pk in shown.iterator(chunk_size=2000):
        batch.append(SearchDue(call_id=pk))
        if len(batch) == 2000:
            _note(batch)
            batch = []
    _note(batch)
    gone = CallWords.objects.exclude(call__status=CallStatus.PUBLISHED)
    gone.delete()


def _note(batch: list[SearchDue]) -> None:
    SearchDue.objects.bulk_create(batch, update_conflicts=True, unique_fields=["call_id"], update_fields=["indexed"])


__all__ = ["drop_leftovers", "index_all", "index_calls", "rebuild_search"]
