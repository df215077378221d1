"""Carrying an erasure out, step by step, so that a run killed at any moment goes on where it was.

Every step may run again. Each change commits with the note of it in the request's row and under the job's lease.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.forgetting import forget_subjects
from recordings.models import (
    ConsentRecord,
    ErasureRequest,
    HeldCall,
    HeldError,
    LegalHold,
    Recording,
    RequestStatus,
    SalesCall,
)
from recordings.models.call import SalesCallQuerySet
from recordings.privacy.anonymising import Anonymised, anonymise_call
from recordings.privacy.erasure import exports_about
from recordings.privacy.erasure_record import always_kept, identifiers_of, what_is_held
from recordings.privacy.holds import held, not_held
from recordings.privacy.identity import Identity
from recordings.privacy.keepers import all_keepers
from recordings.privacy.mentions import Mention, find_mentions, mask_mention
from recordings.privacy.persons import with_email, with_phone
from recordings.privacy.portability import drop_export
from recordings.privacy.receipts import make_receipt
from recordings.privacy.sound import remove_files
from recordings.privacy.spoken_mentions import mask_sound, spans_of
from recordings.privacy.traces import remove_traces
from recordings.signals import exports_outdated
from salesiq.audit.services import record_event
from salesiq.jobs.errors import JobError, PermanentJobError
from salesiq.people.models import Customer


class Fence(Protocol):
    """What the steps need of a job's lease: see `salesiq.jobs.leases.Lease`."""

    def fence(self) -> None: ...

    def report(self, stage: str, fraction: float, seconds_left: float | None = None) -> None: ...


@dataclass
class Erasure:
    """One erasure under way."""

    request: ErasureRequest
    lease: Fence

    def __post_init__(self) -> None:
        person = self.request.person
        self.identity = Identity.gather(names=person["names"], emails=person["emails"], phones=person["phones"])
        self.customers: list[str] = person["customers"]
        self.calls: list[str] = person["calls"]

    def own_calls(self) -> SalesCallQuerySet:
        """The person's calls, also those that came in since the request."""
        return SalesCall.objects.filter(
            Q(pk__in=self.calls) | Q(customer__in=self.customers), client=self.request.client
        )

    def left_out(self) -> set[UUID]:
        """Calls in which nothing may be changed, or the name is somebody else's."""
        kept = HeldCall.objects.filter(call__client=self.request.client).values_list("call", flat=True)
        return {*kept, *map(UUID, self.request.person["namesakes"])}

    def change(self, write: Callable[[ErasureRequest], None]) -> None:
        """Do `write` and keep what it notes in the request's row, in one transaction under the lease."""
        with transaction.atomic():
            self.lease.fence()
            row = ErasureRequest.objects.select_for_update().get(pk=self.request.pk)
            write(row)
            row.save()
        self.request = row


def run_erasure(request: ErasureRequest, lease: Fence) -> None:
    """Carry `request` out to its receipt, going on after the last step that is done.

    Raises:
        PermanentJobError: a legal hold came in between; what is held is untouched.
        JobError: something about the person is still left; tried again.
        LeaseLost: another worker has taken over.
    """
    if request.finished_at is not None:
        return
    erasure = Erasure(request, lease)
    erasure.change(lambda row: _set_status(row, RequestStatus.RUNNING))
    for number, (name, step) in enumerate(STEPS.items()):
        lease.report(name, number / len(STEPS))
        if name in erasure.request.progress.get("done", ()):
            continue
        try:
            step(erasure)
        except HeldError as error:
            _fail(erasure, str(error))
            raise PermanentJobError(str(error)) from error
        if name != LAST:
            erasure.change(lambda row, name=name: _mark_done(row, name))  # type: ignore[misc]


def _set_status(row: ErasureRequest, status: RequestStatus) -> None:
    row.status, row.error = status, ""


def _mark_done(row: ErasureRequest, name: str) -> None:
    row.progress["done"] = [*row.progress.get("done", ()), name]


def _fail(erasure: Erasure, sentence: str) -> None:
    def write(row: ErasureRequest) -> None:
        row.status, row.error = RequestStatus.FAILED, sentence

    erasure.change(write)


# --- The steps ------------------------------------------------------------------------------------------------------


def _empty_calls(erasure: Erasure) -> None:
    """The person's calls lose sound, words and names; a held one stops the work unless the request leaves it out."""
    calls = erasure.own_calls()
    todo = not_held(calls) if erasure.request.except_held else calls
    for call in todo.filter(anonymised_at__isnull=True).order_by("pk").iterator(chunk_size=100):
        erasure.change(lambda row, call=call: _note(row, _empty(call)))  # type: ignore[misc]


def _empty(call: SalesCall) -> Anonymised:
    done = anonymise_call(call=call)
    done.rows["recordings.consentrecord"] = ConsentRecord.objects.filter(call=call).forget_words()
    return done


def _note(row: ErasureRequest, done: Anonymised) -> None:
    row.removed["calls"] = row.removed.get("calls", 0) + 1
    row.removed.setdefault("files", []).extend(done.files)
    for table, count in done.rows.items():
        row.note_removed(table, count)


def _sweep_files(erasure: Erasure) -> None:
    """Files go after the commit that says so; a run killed in between left them. Nothing happens where none are."""
    calls = not_held(erasure.own_calls()).filter(anonymised_at__isnull=False)
    for recording in Recording.objects.filter(call__in=calls.values("pk")).iterator(chunk_size=100):
        remove_files(recording.file.storage, recording.folder)


def _hide_mentions(erasure: Erasure) -> None:
    """Where others name the person the name is masked; where it was spoken is kept for the step that masks sound."""
    for mention in list(_mentions(erasure)):
        erasure.change(lambda row, mention=mention: _hide(row, mention, erasure.identity))  # type: ignore[misc]


def _mentions(erasure: Erasure) -> Iterator[Mention]:
    return find_mentions(identity=erasure.identity, client=erasure.request.client, outside=erasure.left_out())


def _hide(row: ErasureRequest, mention: Mention, identity: Identity) -> None:
    spans = spans_of(mention, identity)
    if mask_mention(mention, identity):
        row.note_removed(f"{mention.table.label}:masked", 1)
    if mention.call is not None:
        sound: dict[str, Any] = row.progress.setdefault("sound", {})
        sound[str(mention.call)] = [*sound.get(str(mention.call), []), *spans]


def _hide_spoken(erasure: Erasure) -> None:
    """The name is silenced in the sound of others' calls, so that a new analysis cannot write it down again."""
    for call_id, spans in list(erasure.request.progress.get("sound", {}).items()):
        call = SalesCall.objects.select_related("client").filter(pk=call_id).first()
        done = mask_sound(call=call, spans=spans) if call is not None and spans else ""

        def write(row: ErasureRequest, call_id: str = call_id, done: str = done) -> None:
            mentioned = row.progress["sound"].pop(call_id, [])
            row.progress.setdefault("mentioned_in", []).append(call_id)
            if done:
                kept = {"what": f"sound of call {call_id}", "why": done, "count": len(mentioned), "held": False}
                row.kept = [*row.kept, kept]

        erasure.change(write)


def _remove_traces(erasure: Erasure) -> None:
    def write(row: ErasureRequest) -> None:
        removed = remove_traces(
            client=row.client,
            identity=erasure.identity,
            ids={*erasure.customers, *erasure.calls},
        )
        for table, count in removed.items():
            row.note_removed(table, count)

    erasure.change(write)


def _drop_exports(erasure: Erasure) -> None:
    spoken = {*erasure.calls, *erasure.request.progress.get("mentioned_in", [])}
    for export in exports_about(erasure.request.client, erasure.customers, map(UUID, spoken)):

        def write(row: ErasureRequest, export: Any = export) -> None:
            drop_export(export=export, reason=_("The person was erased."))
            row.note_removed("recordings.personexport", 1)

        erasure.change(write)
    erasure.change(_drop_outdated)


def _drop_outdated(row: ErasureRequest) -> None:
    """Files that rooms above this one made of the client's rows."""
    answers: list[tuple[Any, Any]] = exports_outdated.send(ErasureRequest, client=row.client)
    for _receiver, removed in answers:
        for table, count in removed.items():
            row.note_removed(table, count)


def _delete_customers(erasure: Erasure) -> None:
    """The customer rows go last: until then they say which calls are the person's."""
    _empty_calls(erasure)

    def write(row: ErasureRequest) -> None:
        rows = Customer.objects.select_for_update().filter(pk__in=erasure.customers, client=row.client)
        going = [customer for customer in rows if not (row.except_held and _is_held(customer))]
        for keeper in all_keepers():
            people = [customer.pk for customer in going]
            for table, count in keeper.forget(client=row.client, customers=people, identity=erasure.identity).items():
                row.note_removed(table, count)
        asked = forget_subjects(client=row.client, kind="customer", ids=[customer.pk for customer in going])
        for table, count in asked.items():
            row.note_removed(table, count)
        for customer in going:
            for table, count in customer.delete()[1].items():
                row.note_removed(table.lower(), count)

    erasure.change(write)


def _is_held(customer: Customer) -> bool:
    named = LegalHold.objects.active().filter(customer=customer)
    return named.exists() or held(SalesCall.objects.filter(customer=customer)).exists()


def _check_nothing_left(erasure: Erasure) -> None:
    """Look for the person once more, by all they were known by."""
    client = erasure.request.client
    rows = Customer.objects.filter(pk__in=erasure.customers)
    left = [customer for customer in rows if not (erasure.request.except_held and _is_held(customer))]
    if left or any(True for _mention in _mentions(erasure)):
        erasure.change(lambda row: row.progress.update(done=["calls"]))
        raise JobError(_("Something about the person came in meanwhile. The erasure goes on."))
    others = {each.pk for email in erasure.identity.emails for each in with_email(client, email)}
    others |= {each.pk for phone in erasure.identity.phones for each in with_phone(client, phone)}
    others -= {UUID(each) for each in erasure.customers}
    if others:
        why = _("They share an address or a phone, and nobody has said that it is this person.")
        kept = {"what": "customers to confirm", "why": why, "count": len(others), "held": False}
        erasure.change(lambda row: setattr(row, "kept", [*row.kept, kept]))


def _finish(erasure: Erasure) -> None:
    """Forget by what the person was found, and sign the receipt."""

    def write(row: ErasureRequest) -> None:
        row.identifiers = row.identifiers or identifiers_of(row.person)
        held_back = what_is_held(client=row.client, own=erasure.own_calls(), identity=erasure.identity)
        row.kept = [*always_kept(row), *row.kept, *held_back]
        complete = not any(entry["held"] for entry in row.kept)
        row.status = RequestStatus.DONE if complete else RequestStatus.PARTLY
        row.finished_at, row.error, row.person = timezone.now(), "", {}
        row.progress = {"done": list(STEPS)}
        row.receipt = make_receipt(row)
        details = {"complete": complete, "calls": row.removed.get("calls", 0), "rows": row.removed.get("rows", {})}
        record_event(action="person_erased", target=row, actor=row.requested_by, details=details)

    erasure.change(write)


LAST = "receipt"
STEPS: dict[str, Callable[[Erasure], None]] = {
    "calls": _empty_calls,
    "files": _sweep_files,
    "mentions": _hide_mentions,
    "sound": _hide_spoken,
    "traces": _remove_traces,
    "exports": _drop_exports,
    "customers": _delete_customers,
    "check": _check_nothing_left,
    LAST: _finish,
}
