"""What people do with findings and rules. Each act is kept as an event of the finding and in the audit trail."""

from collections.abc import Callable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.advice.parameters import problems_of
from decisions.models import AdviceSubscription, AlertRule, Finding, FindingEvent, FindingStatus
from decisions.tables.deals import today_of
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Capability

LONGEST_SNOOZE = timedelta(days=366)
LONGEST_NOTE = 500


def acknowledge_finding(*, finding: Finding, actor: User, note: str = "") -> Finding:
    """Take a finding on: it is no longer told, and whether what is done works is measured from this day on.

    Raises:
        PermissionDenied: it is not for `actor`.
        ValidationError: it is closed.
    """

    def change(row: Finding) -> None:
        row.status, row.snoozed_until = FindingStatus.ACKNOWLEDGED, None
        row.acknowledged_at, row.acknowledged_by = timezone.now(), actor

    return _act(finding, actor, "acknowledged", note, change, unless=(FindingStatus.ACKNOWLEDGED,))


def snooze_finding(*, finding: Finding, actor: User, until: date, note: str = "") -> Finding:
    """Put a finding away until a day; if it still holds then, it is told again.

    Raises:
        PermissionDenied: it is not for `actor`.
        ValidationError: it is closed, or the day is past or more than a year away.
    """
    today = today_of(finding.audience)
    if not today < until <= today + LONGEST_SNOOZE:
        raise ValidationError(_("Choose a day after today and within a year."), code="wrong_day")

    def change(row: Finding) -> None:
        row.status, row.snoozed_until = FindingStatus.SNOOZED, until

    return _act(finding, actor, "snoozed", note, change)


def dismiss_finding(*, finding: Finding, actor: User, note: str = "") -> Finding:
    """Say that a finding is of no use: the same thing is not told again for ninety days.

    Raises:
        PermissionDenied: it is not for `actor`.
        ValidationError: it is closed.
    """

    def change(row: Finding) -> None:
        row.status, row.closed_at, row.snoozed_until = FindingStatus.DISMISSED, timezone.now(), None

    return _act(finding, actor, "dismissed", note, change)


def close_finding(*, finding: Finding, actor: User, note: str = "") -> Finding:
    """Say that a finding is dealt with. Whether it worked is still measured, if it was acknowledged or is from now on.

    Raises:
        PermissionDenied: it is not for `actor`.
        ValidationError: it is closed.
    """

    def change(row: Finding) -> None:
        row.status, row.closed_at, row.snoozed_until = FindingStatus.DONE, timezone.now(), None
        if row.acknowledged_at is None:
            row.acknowledged_at, row.acknowledged_by = row.closed_at, actor

    return _act(finding, actor, "done", note, change)


def _act(
    finding: Finding, actor: User, action: str, note: str, change: Callable[[Finding], None],
    unless: tuple[str, ...] = (),
) -> Finding:  # fmt: skip
    """One change of a finding, once: what is so already stays as it is."""
    visible = Finding.objects.visible_to(actor).filter(pk=finding.pk).exists()
    if not (visible and actor.can(Capability.VIEW_DECISIONS)):
        raise PermissionDenied(_("This recommendation is not for you to act on. Ask an administrator."))
    with transaction.atomic():
        row = Finding.objects.select_for_update(of=("self",)).select_related("client", "audience").get(pk=finding.pk)
        if row.status in unless:
            return row
        if row.status in (FindingStatus.DONE, FindingStatus.DISMISSED):
            raise ValidationError(_("This recommendation is closed. A new one comes if it still holds."), code="closed")
        change(row)
        row.save()
        FindingEvent.objects.create(finding=row, user=actor, action=action, note=note.strip()[:LONGEST_NOTE])
        record_event(action=f"finding_{action}", target=row, actor=actor, details={"code": row.code})
    return row


def save_rule(*, rule: AlertRule, actor: User) -> AlertRule:
    """Add or change an alert rule; `rule` is a row with the new values, of `actor`'s client.

    Raises:
        PermissionDenied: `actor` may not set rules of this client.
        ValidationError: by field, what is wrong with the rule.
    """
    _must_manage(rule, actor)
    if problems := problems_of(rule):
        raise ValidationError(problems)
    rule.full_clean()
    with transaction.atomic():
        is_new = rule._state.adding
        rule.save()
        details = {"key": rule.key, "kind": rule.kind, "metric": rule.metric, "by": rule.by,
                   "parameters": rule.parameters, "is_active": rule.is_active, "tells": rule.tells}  # fmt: skip
        record_event(action="rule_added" if is_new else "rule_changed", target=rule, actor=actor, details=details)
    return rule


def delete_rule(*, rule: AlertRule, actor: User) -> None:
    """Take a rule away; its findings stay.

    Raises:
        PermissionDenied: `actor` may not set rules of this client.
    """
    _must_manage(rule, actor)
    with transaction.atomic():
        record_event(action="rule_removed", target=rule, actor=actor, details={"key": rule.key})
        rule.delete()


def _must_manage(rule: AlertRule, actor: User) -> None:
    own = actor.is_superuser or (actor.client_id is not None and rule.client_id == actor.client_id)
    if not (own and actor.can(Capability.MANAGE_DECISIONS)):
        raise PermissionDenied(_("You may not set alert rules. Ask an administrator."))


def save_subscription(*, user: User, is_active: bool, cadence: str = "daily", alerts_only: bool = False) -> None:
    """How often `user` gets new recommendations by e-mail, or that they do not.

    Raises:
        PermissionDenied: `user` does not see decisions.
        ValidationError: they belong to no client or have no address.
    """
    if not user.can(Capability.VIEW_DECISIONS):
        raise PermissionDenied(_("You do not see recommendations. Ask an administrator."))
    if user.client is None or (is_active and not user.email):
        raise ValidationError(_("Recommendations are sent to people of a client who have an e-mail address."))
    if cadence not in AdviceSubscription.Cadence.values:
        raise ValidationError({"cadence": _("Choose every day or every week.")})
    with transaction.atomic():
        row, _new = AdviceSubscription.objects.get_or_create(user=user, defaults={"client": user.client})
        if is_active and not row.is_active:
            row.told_until = timezone.now()
        row.is_active, row.cadence, row.alerts_only = is_active, cadence, alerts_only
        row.save()
        details = {"is_active": is_active, "cadence": cadence, "alerts_only": alerts_only}
        record_event(action="advice_subscribed", target=row, actor=user, details=details)
