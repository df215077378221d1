"""What was found becomes rows: told once while it lasts, put to sleep and woken, closed when it has passed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from decisions.advice.drafts import Draft
from decisions.models import AlertRule, Audience, Finding, FindingEvent, FindingStatus

QUIET_AFTER_DISMISSAL = timedelta(days=90)
QUIET_AFTER_DONE = timedelta(days=30)
RETURNS_WITHIN = timedelta(days=14)
PASSES_AFTER = timedelta(days=7)
"""What is at the edge of being told comes and goes from day to day; it is closed once it stayed away for a week."""
_OVER = (FindingStatus.DONE, FindingStatus.DISMISSED)
_MOST_MONEY = Decimal("9999999999999999.99")


@dataclass(slots=True)
class Kept:
    """What became of the drafts: findings that begin, that woke, that last, that have passed."""

    opened: list[Finding] = field(default_factory=list)
    woke: list[Finding] = field(default_factory=list)
    kept: int = 0
    closed: int = 0


def keep(audience: Audience, found: Iterable[tuple[AlertRule, Draft]], *, as_of: date, asked: set[Any]) -> Kept:
    """Write what was found on a day. `asked` are the ids of the rules that could be asked: only what those found
    before can have passed. The same day again changes nothing more."""
    drafts: dict[str, tuple[AlertRule, Draft]] = {}
    for rule, draft in found:  # two rules about the same thing: the one with more at stake tells it
        if draft.short_key not in drafts or draft.rank > drafts[draft.short_key][1].rank:
            drafts[draft.short_key] = (rule, draft)
    kept = Kept()
    with transaction.atomic():
        Audience.objects.select_for_update().get(pk=audience.pk)
        lasting = {row.key: row for row in Finding.objects.filter(audience=audience).exclude(status__in=_OVER)}
        quiet = _over_of(audience, set(drafts) - set(lasting))
        for key, (rule, draft) in drafts.items():
            if key in lasting:
                _refresh(lasting[key], rule, draft, as_of, kept)
            elif (before := quiet.get(key)) is None or not _stays_over(before, rule, draft, as_of, kept):
                kept.opened.append(_open(audience, rule, draft, as_of))
        for key, finding in lasting.items():
            if key not in drafts and (finding.rule_id in asked or finding.rule_id is None):
                _pass(finding, as_of, kept)
    return kept


def _over_of(audience: Audience, keys: set[str]) -> dict[str, Finding]:
    """The latest closed finding of each key."""
    rows = Finding.objects.filter(audience=audience, key__in=keys, status__in=_OVER)
    latest = rows.values("key").annotate(last=Max("closed_at")).values("last")
    return {row.key: row for row in rows.filter(closed_at__in=latest)}


def _stays_over(before: Finding, rule: AlertRule, draft: Draft, as_of: date, kept: Kept) -> bool:
    """Whether what was closed stays closed though it is found again; what passed by itself lately comes back as it
    was, without being told again."""
    closed_on = before.closed_at.date() if before.closed_at else as_of
    if before.status == FindingStatus.DISMISSED:
        return as_of < closed_on + QUIET_AFTER_DISMISSAL
    if before.acknowledged_at is not None:
        return as_of < closed_on + QUIET_AFTER_DONE
    if as_of >= closed_on + RETURNS_WITHIN:
        return False
    before.status, before.closed_at = FindingStatus.OPEN, None
    FindingEvent.objects.create(finding=before, action="returned")
    _refresh(before, rule, draft, as_of, kept)
    return True


def _open(audience: Audience, rule: AlertRule, draft: Draft, as_of: date) -> Finding:
    finding = Finding(client=audience.client, audience=audience, first_seen_on=as_of, key=draft.short_key)
    _fill(finding, rule, draft, as_of)
    finding.save(force_insert=True)
    FindingEvent.objects.create(finding=finding, action="opened")
    return finding


def _refresh(finding: Finding, rule: AlertRule, draft: Draft, as_of: date, kept: Kept) -> None:
    """The figures of today. What somebody acts on keeps those that they acted on."""
    if finding.status == FindingStatus.SNOOZED and finding.snoozed_until and finding.snoozed_until <= as_of:
        finding.status, finding.snoozed_until = FindingStatus.OPEN, None
        FindingEvent.objects.create(finding=finding, action="woke")
        kept.woke.append(finding)
    if finding.acknowledged_at is None:
        _fill(finding, rule, draft, as_of)
    finding.last_seen_on = max(as_of, finding.last_seen_on)
    finding.save()
    kept.kept += 1


def _pass(finding: Finding, as_of: date, kept: Kept) -> None:
    if finding.status == FindingStatus.ACKNOWLEDGED or finding.last_seen_on > as_of - PASSES_AFTER:
        return
    finding.status, finding.closed_at, finding.snoozed_until = FindingStatus.DONE, timezone.now(), None
    finding.save()
    FindingEvent.objects.create(finding=finding, action="passed")
    kept.closed += 1


def _fill(finding: Finding, rule: AlertRule, draft: Draft, as_of: date) -> None:
    finding.rule, finding.run_id, finding.kind = rule, draft.run, draft.kind
    finding.code, finding.action, finding.certainty = draft.code, draft.action, draft.certainty
    finding.figures, finding.evidence = dict(_plain(draft.figures)), [dict(_plain(row)) for row in draft.evidence]
    finding.money = None if draft.money is None else min(Decimal(str(round(draft.money, 2))), _MOST_MONEY)
    finding.rank, finding.last_seen_on = draft.rank, as_of


def _plain(figures: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON may hold it: numbers that are none become None."""
    return {key: _number(value) for key, value in figures.items()}


def _number(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str | list | dict | int):
        return value
    number = float(value)
    return number if abs(number) != float("inf") and number == number else None
