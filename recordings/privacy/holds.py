"""Placing, extending and releasing legal holds, and asking whether something is held.

Whoever removes anything of a call asks `assert_not_held` inside the transaction that removes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import HeldCall, HeldError, LegalHold, SalesCall
from recordings.models.call import SalesCallQuerySet
from recordings.models.holds import held_sentence
from salesiq.audit.services import record_event
from salesiq.people.models import Agent, Client, Customer, User

__all__ = [
    "HeldError",
    "HoldScope",
    "assert_customer_not_held",
    "assert_not_held",
    "catch_later_calls",
    "extend_hold",
    "held",
    "holds_of",
    "is_held",
    "not_held",
    "place_hold",
    "release_hold",
]

AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldScope:
    """Which calls are held: those listed, or all that fit the filters. `later`: also those that come in afterwards.

    `calls_from` is inclusive, `calls_to` exclusive. Filters together narrow. Either `calls` or a filter is needed.
    """

    calls: SalesCallQuerySet | None = None
    customer: Customer | None = None
    agent: Agent | None = None
    calls_from: datetime | None = None
    calls_to: datetime | None = None
    later: bool = False

    @property
    def filters(self) -> dict[str, Any]:
        return {
            "customer": self.customer,
            "agent": self.agent,
            "calls_from": self.calls_from,
            "calls_to": self.calls_to,
        }


def place_hold(
    *, client: Client, matter: str, reason: str, until: date, scope: HoldScope, actor: User | None
) -> LegalHold:
    """Hold every call of `client` in `scope` from now on, until `release_hold`. `until` is when to look at it again.

    Raises:
        ValidationError: matter or reason is empty, the date is not ahead, the scope is empty, contradicts itself or
            names what belongs to another client, or lists no call.
    """
    _check_words(matter=matter, reason=reason)
    _check_until(until)
    _check_scope(client, scope)
    with transaction.atomic():
        hold = LegalHold.objects.create(
            client=client,
            matter=matter.strip(),
            reason=reason.strip(),
            until=until,
            placed_by=actor,
            catches_later=scope.later,
            **scope.filters,
        )
        listed = scope.calls if scope.calls is not None else _calls_in(hold)
        count = _hold_calls(hold, listed.filter(client=client))
        if not count and not scope.later:
            raise ValidationError(_("No call fits, so there is nothing to hold. Change the filters."), code="empty")
        record_event(
            action="hold_placed", target=hold, actor=actor, details={"calls": count, "until": until.isoformat()}
        )
        transaction.on_commit(lambda: _catch(hold))
    return hold


def extend_hold(*, hold: LegalHold, until: date, actor: User | None) -> LegalHold:
    """Set a new date of review, which must lie ahead. Raises ValidationError otherwise, or when it was released."""
    _check_until(until)
    with transaction.atomic():
        hold = _lock(hold)
        before, hold.until = hold.until, until
        hold.save(update_fields=["until", "updated_at"])
        details = {"before": before.isoformat(), "until": until.isoformat()}
        record_event(action="hold_extended", target=hold, actor=actor, details=details)
    return hold


def release_hold(*, hold: LegalHold, reason: str, actor: User | None) -> LegalHold:
    """End the hold: its calls are again under the rules of everyday. It stays listed as released.

    Raises:
        ValidationError: no reason is given, or it was released before.
    """
    _check_words(reason=reason)
    with transaction.atomic():
        hold = _lock(hold)
        hold.released_at, hold.released_by, hold.release_reason = timezone.now(), actor, reason.strip()
        # A customer or agent named by a hold cannot be deleted; now they can.
        hold.customer = hold.agent = None
        hold.released_calls = hold.held_calls.count()
        hold.save()
        hold.held_calls.all().delete()
        record_event(action="hold_released", target=hold, actor=actor, details={"calls": hold.released_calls})
    return hold


def is_held(call: SalesCall) -> bool:
    """Whether a hold in force covers the call."""
    return HeldCall.objects.filter(call=call).exists()


def held(calls: SalesCallQuerySet) -> SalesCallQuerySet:
    """Those of `calls` that are on hold."""
    return calls.filter(Exists(HeldCall.objects.filter(call=OuterRef("pk"))))


def not_held(calls: SalesCallQuerySet) -> SalesCallQuerySet:
    """Those of `calls` that are not on hold."""
    return calls.filter(~Exists(HeldCall.objects.filter(call=OuterRef("pk"))))


def holds_of(call: SalesCall) -> list[LegalHold]:
    """The holds in force that cover the call, the one to be reviewed last first."""
    covering = HeldCall.objects.filter(call=call).values("hold")
    return list(LegalHold.objects.filter(pk__in=covering).select_related("placed_by").order_by("-until"))


def assert_not_held(calls: Iterable[SalesCall]) -> None:
    """Refuse when any of `calls` is held. Inside a transaction the calls are locked until its end, so that a hold
    placed at the same moment either comes first and is seen, or waits.

    Raises:
        HeldError: with a sentence that names each hold's matter, who placed it and until when.
    """
    keys = calls.values_list("pk", flat=True) if isinstance(calls, SalesCallQuerySet) else [call.pk for call in calls]
    if transaction.get_connection().in_atomic_block:
        list(SalesCall.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
    _refuse(HeldCall.objects.filter(call__in=keys))


def assert_customer_not_held(customer: Customer) -> None:
    """Refuse when a hold names the customer or covers one of their calls; see `assert_not_held`."""
    assert_not_held(SalesCall.objects.filter(customer=customer))
    named = list(LegalHold.objects.active().filter(customer=customer).select_related("placed_by"))
    if named:
        raise HeldError(held_sentence(named), named)


def catch_later_calls() -> int:
    """Hold calls that came in while an open-ended hold was being placed; return how many.

    The database holds new calls by itself (`hold_guards`); only a call whose transaction overlapped with that of the
    hold can be missed by it.
    """
    return sum(_catch(hold) for hold in LegalHold.objects.active().filter(catches_later=True))


def _catch(hold: LegalHold) -> int:
    if not hold.catches_later:
        return 0
    with transaction.atomic():
        if not LegalHold.objects.select_for_update().active().filter(pk=hold.pk).exists():
            return 0
        return _hold_calls(hold, _calls_in(hold).exclude(held_in__hold=hold))


def _calls_in(hold: LegalHold) -> SalesCallQuerySet:
    """Calls that fit the filters of the hold."""
    fits = Q(client=hold.client_id)
    if hold.customer_id:
        fits &= Q(customer=hold.customer_id)
    if hold.agent_id:
        fits &= Q(agent=hold.agent_id)
    if hold.calls_from:
        fits &= Q(started_at__gte=hold.calls_from)
    if hold.calls_to:
        fits &= Q(started_at__lt=hold.calls_to)
    return SalesCall.objects.filter(fits)


def _hold_calls(hold: LegalHold, calls: SalesCallQuerySet) -> int:
    """Add `calls` to the hold, in batches; each is locked, so that whoever removes something of it has ended."""
    count, last = 0, None
    while True:
        rows = calls.order_by("pk").select_for_update(of=("self",), no_key=True)
        batch = list((rows.filter(pk__gt=last) if last else rows).values_list("pk", flat=True)[:AT_ONCE])
        if not batch:
            return count
        HeldCall.objects.bulk_create([HeldCall(hold=hold, call_id=pk) for pk in batch], ignore_conflicts=True)
        count, last = count + len(batch), batch[-1]


def _lock(hold: LegalHold) -> LegalHold:
    hold = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if not hold.is_active:
        raise ValidationError(_("This hold was released already. Place a new one if the calls must be kept again."))
    return hold


def _refuse(rows: Any) -> None:
    found = list(rows.select_related("hold", "hold__placed_by")[:100])
    if found:
        raise HeldError(held_sentence(row.hold for row in found), found)


def _check_words(**words: str) -> None:
    for name, value in words.items():
        if not value.strip():
            raise ValidationError({name: _("Say it in words: whoever reads this later must understand it.")})


def _check_until(until: date) -> None:
    if until <= timezone.localdate():
        raise ValidationError({"until": _("Choose a day ahead of today: when the hold is to be looked at again.")})


def _check_scope(client: Client, scope: HoldScope) -> None:
    filtered = any(value is not None for value in scope.filters.values())
    if (scope.calls is not None) == filtered:
        raise ValidationError(_("Name calls, or a customer, an agent or a period whose calls are to be held."))
    if scope.later and scope.calls is not None:
        raise ValidationError(_("A list of calls cannot hold later ones. Name a customer, an agent or a period."))
    if scope.calls_from and scope.calls_to and scope.calls_from >= scope.calls_to:
        raise ValidationError({"calls_to": _("The period ends before it begins.")})
    for row in (scope.customer, scope.agent):
        if row is not None and row.client_id != client.pk:
            raise ValidationError(_("%(name)s does not belong to %(client)s.") % {"name": row, "client": client})
