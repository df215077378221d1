"""Starting and doing a change to many calls."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.bulk.changes import CHANGES, Change
from recordings.models import BulkAction, BulkChange, SalesCall
from recordings.models.call import SalesCallQuerySet
from salesiq.audit.services import record_event
from salesiq.jobs.errors import PermanentJobError
from salesiq.jobs.models import Job
from salesiq.jobs.services import Lease, enqueue
from salesiq.people.models import Client, User

BULK_TASK = "recordings.tasks.change_many_calls"
# What one person can answer for at once; more is done by rules (rescoring, holds, exports by filter).
MOST_CALLS = 20_000
AT_ONCE = 25
MOST_REFUSALS = 50


class BulkError(ValidationError):
    """The change cannot be begun; `messages` hold a sentence that says what to do."""


def choose_calls(calls: SalesCallQuerySet, *, user: User) -> tuple[Client, list[UUID]]:
    """The ids of `calls` that `user` may see, oldest id first, and whose they are.

    Raises:
        BulkError: there are none, more than MOST_CALLS, or calls of several clients.
    """
    chosen = SalesCall.objects.visible_to(user).filter(pk__in=calls.order_by().values("pk"))
    ids = list(chosen.order_by("pk").values_list("pk", flat=True)[: MOST_CALLS + 1])
    if not ids:
        raise BulkError(_("There is no such call any more. Choose others."), code="none")
    if len(ids) > MOST_CALLS:
        sentence = _("More than %(most)d calls are chosen. Narrow the list by filters, and do it part by part.")
        raise BulkError(sentence % {"most": MOST_CALLS}, code="too_many")
    clients = list(Client.objects.filter(calls__in=ids).distinct()[:2])
    if len(clients) != 1:
        raise BulkError(_("Choose calls of one client."), code="clients")
    return clients[0], ids


def start_bulk_change(
    *,
    calls: SalesCallQuerySet,
    action: BulkAction,
    values: dict[str, Any],
    actor: User,
    request: HttpRequest | None = None,
) -> BulkChange:
    """Have `action` done to each of `calls` that `actor` may see, in the background; see `choose_calls` for errors.

    `values` are ids and codes (`BulkChange.values`). Whether the actor may is asked here and again by the job.
    """
    _require(actor, CHANGES[action])
    change = keep_selection(calls=calls, action=action, values=values, actor=actor, request=request)
    enqueue(task=BULK_TASK, subject=str(change.pk), client=change.client, created_by=actor)
    return change


@transaction.atomic
def keep_selection(
    *,
    calls: SalesCallQuerySet,
    action: BulkAction,
    values: dict[str, Any],
    actor: User,
    request: HttpRequest | None = None,
) -> BulkChange:
    """Keep which calls were chosen for what; nothing is begun. Errors as of `choose_calls`."""
    client, ids = choose_calls(calls, user=actor)
    change = BulkChange.objects.create(
        client=client,
        created_by=actor,
        action=action,
        values=values,
        calls=[str(pk) for pk in ids],
        total=len(ids),
    )
    details = {"action": str(action), "calls": len(ids)}
    record_event(action="bulk_started", target=change, actor=actor, request=request, details=details)
    return change


def job_of(change: BulkChange) -> Job | None:
    """The newest job of a change."""
    return Job.objects.filter(task=BULK_TASK, subject=str(change.pk)).order_by("-created_at").first()


def run_bulk_change(*, change: BulkChange, lease: Lease) -> None:
    """Do what is not done yet, AT_ONCE calls a transaction; killed and run again, each call is changed once.

    A call that meanwhile went, or that the actor may not see any more, is counted as refused.

    Raises:
        PermanentJobError: whoever asked for it may not do it any more.
        LeaseLost: another worker has taken over.
    """
    actor, work = change.created_by, CHANGES[change.action]
    if actor is None:
        raise PermanentJobError(_("Whoever asked for this is not there any more."))
    try:
        _require(actor, work)
    except BulkError as error:
        raise PermanentJobError(error.messages[0]) from error
    while change.done < change.total:
        lease.report(str(change.get_action_display()), change.done / change.total)
        with transaction.atomic():
            lease.fence()
            _do_some(change, work, actor)
    change.finished_at, change.calls = timezone.now(), []
    change.save(update_fields=["finished_at", "calls", "updated_at"])


def _require(actor: User, work: Change) -> None:
    if not actor.can(work.capability):
        raise BulkError(_("You may not do this any more. Ask an administrator."), code="not_allowed")


def _do_some(change: BulkChange, work: Change, actor: User) -> None:
    some = change.calls[change.done : change.done + AT_ONCE]
    there = {str(call.pk): call for call in SalesCall.objects.visible_to(actor).filter(pk__in=some)}
    refused = Counter(change.refusals)
    for number, pk in enumerate(some, start=change.done):
        sentence, has_changed = _do_one(there.get(pk), number, change, work, actor)
        if sentence:
            refused[sentence if sentence in refused or len(refused) < MOST_REFUSALS else _("Other reasons")] += 1
        elif has_changed:
            change.changed += 1
        else:
            change.unchanged += 1
    change.done, change.refusals = change.done + len(some), dict(refused)
    change.save(update_fields=["done", "changed", "unchanged", "refusals", "updated_at"])


def _do_one(call: SalesCall | None, number: int, change: BulkChange, work: Change, actor: User) -> tuple[str, bool]:
    """Why it was refused, or whether it changed."""
    if call is None:
        return _("The call is gone, or not yours to see any more."), False
    try:
        with transaction.atomic():
            return "", work.apply(call, number, change.values, actor)
    except ValidationError as error:
        return " ".join(error.messages), False
