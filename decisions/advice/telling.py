"""New findings are told: by webhook at once, by e-mail once a day or week, through the outboxes, each once.

What is told is read from the events of findings, so that a worker that dies between keeping and telling leaves
nothing untold: the next run looks two days back, and the outboxes know by their keys what they hold already.
"""

from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from decisions.advice.letter import letter_of
from decisions.advice.selectors import LASTING
from decisions.models import AdviceSubscription, AlertRule, Audience, Finding, FindingEvent, FindingKind
from decisions.runs import audience_of
from decisions.tables.deals import today_of
from integrations.messaging.services import can_be_told, queue_email
from integrations.messaging.webhooks.services import queue_event
from salesiq.people.roles import Capability

LOOKS_BACK = timedelta(days=2)
NEWS = ("opened", "woke")
MOST_OF_A_LETTER = 25
MONDAY = 0

log = structlog.get_logger(__name__)


def tell(audience: Audience) -> int:
    """Tell what is new of an audience; how many letters and events were put into the outboxes."""
    told = _by_webhook(audience) if audience.is_everyone else 0
    return told + sum(_by_letter(row, audience) for row in _subscribers(audience))


def _by_webhook(audience: Audience) -> int:
    events = _news(audience, "webhook").filter(created_at__gte=timezone.now() - LOOKS_BACK)
    count = 0
    for event in events.select_related("finding__client"):
        with transaction.atomic():
            count += len(
                queue_event(
                    client=audience.client, event=f"finding.{event.action}", key=f"finding:{event.pk}",
                    data=payload_of(event.finding),
                )
            )  # fmt: skip
    return count


def payload_of(finding: Finding) -> dict[str, Any]:
    """What a webhook says of a finding: codes, figures and ids, no names."""
    return {
        "id": str(finding.pk), "kind": finding.kind, "code": finding.code, "action": finding.action,
        "figures": finding.figures, "evidence": finding.evidence, "certainty": finding.certainty,
        "money": None if finding.money is None else str(finding.money), "currency": finding.client.currency,
        "first_seen_on": finding.first_seen_on.isoformat(), "status": finding.status,
        "url": f"{settings.PUBLIC_URL}/analytics/findings/{finding.pk}",
    }  # fmt: skip


def _by_letter(subscription: AdviceSubscription, audience: Audience) -> int:
    """A letter with what is new since the last one, at most one a day; nothing where nothing is new."""
    today = today_of(audience)
    if subscription.cadence == AdviceSubscription.Cadence.WEEKLY and today.weekday() != MONDAY:
        return 0
    with transaction.atomic():
        row = AdviceSubscription.objects.select_for_update().get(pk=subscription.pk)
        key = f"advice:{row.user_id}:{today.isoformat()}"
        now = timezone.now()
        events = _news(audience, "email").filter(created_at__gt=row.told_until, created_at__lte=now)
        if row.alerts_only:
            events = events.filter(finding__kind=FindingKind.ALERT)
        findings = _findings(events)
        if not findings:
            return 0
        with translation.override(audience.client.language or settings.LANGUAGE_CODE):
            letter = letter_of(findings[:MOST_OF_A_LETTER], audience.client, more=len(findings) - MOST_OF_A_LETTER)
        message = queue_email(client=audience.client, to=[subscription.user.email], subject=letter.subject,
                              text=letter.text, html=letter.html, key=key)  # fmt: skip
        if message.created_at < now:  # today's letter went before: the rest is for tomorrow's
            return 0
        row.told_until = now
        row.save()
    return 1


def _findings(events: QuerySet[FindingEvent]) -> list[Finding]:
    """The findings that are still open or acted on, the highest rank first."""
    rows = Finding.objects.filter(pk__in=events.values("finding"), status__in=LASTING)
    return list(rows.select_related("client", "audience").order_by("-rank", "pk"))


def _news(audience: Audience, way: str) -> QuerySet[FindingEvent]:
    """What began or woke and whose rule tells that way. JSON lists are not searched alike by both databases, so the
    rules are picked here."""
    rules = AlertRule.objects.filter(client=audience.client_id).values_list("pk", "tells")
    chosen = [rule for rule, tells in rules if isinstance(tells, list) and way in tells]
    rows = FindingEvent.objects.filter(finding__rule__in=chosen, finding__audience=audience, action__in=NEWS)
    return rows.order_by("created_at")


def _subscribers(audience: Audience) -> list[AdviceSubscription]:
    """Those who read this audience and can be told. Whoever has no address that is one keeps nobody else waiting."""
    rows = AdviceSubscription.objects.filter(client=audience.client_id, is_active=True, user__is_active=True)
    reading = [
        row for row in rows.select_related("user__client")
        if row.user.email and row.user.can(Capability.VIEW_DECISIONS) and audience_of(row.user) == audience
    ]  # fmt: skip
    told = [row for row in reading if can_be_told(row.user.email)]
    for row in reading:
        if row not in told:
            log.warning("advice_not_told", user=str(row.user_id), why="no e-mail address")
    return told
