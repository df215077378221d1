"""What is left of a person beside the rows about them: messages of the queue, kept answers, sessions, caches, logs of
the back office."""

import json
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db.models import Q, QuerySet
from django_q.models import Task

from recordings.privacy.identity import MASK, Identity
from salesiq.common.models import IdempotentRequest
from salesiq.jobs.models import Job
from salesiq.people.models import Client


def remove_traces(*, client: Client, identity: Identity, ids: Collection[str]) -> dict[str, int]:
    """Remove or blank them all; return how many by table. `ids` are the person's customers and calls.

    Caches are emptied whole: what they hold is made anew. A cache in another process's memory lives on until its
    entries expire (Django's default: five minutes); salesiq puts no personal data into any.
    """
    removed = {
        "admin.logentry": _blank_log_entries(client, identity, ids),
        "common.idempotentrequest": _drop_answers(client, identity, ids),
        "django_q.task": _drop_task_results(identity, ids),
        "jobs.job": _blank_errors(ids),
        "sessions.session": _drop_sessions(identity),
    }
    for alias in settings.CACHES:
        caches[alias].clear()
    return {table: count for table, count in removed.items() if count}


def _of_client(rows: "QuerySet[Any]", client: Client) -> "QuerySet[Any]":
    """Rows made by people of the client or of the installation."""
    return rows.filter(Q(user__client=client) | Q(user__client__isnull=True))


def _blank_log_entries(client: Client, identity: Identity, ids: Collection[str]) -> int:
    named = Q(object_id__in=ids)
    if identity.is_searchable:
        pattern = "|".join(identity.spellings(escaped=True))
        named |= Q(object_repr__iregex=pattern) | Q(change_message__iregex=pattern)
    entries = _of_client(LogEntry.objects.filter(named), client).exclude(object_repr=MASK, change_message="")
    return entries.update(object_repr=MASK, change_message="")


def _drop_answers(client: Client, identity: Identity, ids: Collection[str]) -> int:
    """Answers of the API that are kept for repeats, where they speak of the person."""
    known = frozenset(ids)
    doomed = [
        row.pk
        for row in _of_client(IdempotentRequest.objects.all(), client).iterator(chunk_size=500)
        if _speaks_of([row.key, row.headers, row.body], identity, known)
    ]
    return IdempotentRequest.objects.filter(pk__in=doomed).delete()[0]


def _drop_task_results(identity: Identity, ids: Collection[str]) -> int:
    """Results that django-q keeps, mostly tracebacks; the jobs themselves are rows of ours. Messages hold ids alone."""
    jobs = {str(pk) for pk in Job.objects.filter(subject__in=ids).values_list("pk", flat=True)}
    doomed = [
        task.pk
        for task in Task.objects.iterator(chunk_size=500)
        if task.name in jobs or _speaks_of([str(task.result), str(task.args), str(task.kwargs)], identity, frozenset())
    ]
    return Task.objects.filter(pk__in=doomed).delete()[0]


def _blank_errors(ids: Collection[str]) -> int:
    return Job.objects.filter(subject__in=ids).exclude(error="").update(error="")


def _drop_sessions(identity: Identity) -> int:
    """Sessions that carry the person along, in a message to be shown for example; their owner signs in again."""
    doomed = []
    for session in Session.objects.iterator(chunk_size=500):
        with suppress(ValueError, TypeError):
            if _speaks_of([session.get_decoded()], identity, frozenset()):
                doomed.append(session.pk)
    return Session.objects.filter(pk__in=doomed).delete()[0]


def _speaks_of(values: list[Any], identity: Identity, ids: Collection[str]) -> bool:
    text = json.dumps(values, ensure_ascii=False, default=str)
    return identity.is_in(text) or any(each in text for each in ids)
