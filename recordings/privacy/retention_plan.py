"""Which calls rules reach today, found by the database: the decisions of `retention.py` as one condition.

For any call and day `decide` and this module agree; tests hold them to it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import BooleanField, Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from recordings.models import Action, HeldCall, RetentionPolicy, SalesCall
from recordings.privacy.retention import Facts, Rule, decide
from salesiq.people.models import Client

SOON = timedelta(days=30)
NOBODY = -1


def rule_of(policy: RetentionPolicy) -> Rule:
    """The policy as the decision sees it."""
    return Rule(
        id=policy.pk,
        name=policy.name,
        version=policy.version,
        action=Action(policy.action),
        days=policy.days,
        ground=policy.ground,
        call_types=frozenset(policy.call_types),
        outcomes=frozenset(policy.outcomes),
        regions=frozenset(policy.regions),
        sources=frozenset(policy.sources),
        languages=frozenset(policy.languages),
        team=policy.team_id,
    )


def rules_in_force(client: Client) -> list[Rule]:
    """The client's active policies, in the order in which they win."""
    rules = [rule_of(policy) for policy in RetentionPolicy.objects.active().filter(client=client)]
    return sorted(rules, key=lambda rule: rule.order)


def today_of(client: Client) -> date:
    """The date of the moment in the client's time zone."""
    return timezone.now().astimezone(zone_of(client)).date()


def zone_of(client: Client) -> ZoneInfo:
    try:
        return ZoneInfo(client.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def facts_of(call: SalesCall, *, held: bool | None = None) -> Facts:
    """What rules ask about `call`; `held` of None looks for holds, with a query."""
    return Facts(
        day=call.started_at.astimezone(zone_of(call.client)).date(),
        call_type=call.call_type,
        outcome=call.outcome,
        region=call.region,
        source=call.source,
        language=call.language,
        team=call.agent.team_id if call.agent else None,
        done=list(Action)[call.disposal_level],
        held=HeldCall.objects.filter(call=call).exists() if held is None else held,
    )


def reached_calls(client: Client, rules: Sequence[Rule], today: date) -> QuerySet[Any]:
    """Calls to which something happens `today`, or would if they were not held.

    Annotated with `rule_index` (into `rules`, which must be in winning order) and `is_held`; oldest first.
    """
    winner = _winner(client, rules, today)
    rows = _candidates(client, rules, today).annotate(rule_index=winner, is_held=_IS_HELD)
    return rows.filter(rule_index__gt=NOBODY).order_by("started_at", "pk")


@dataclass(frozen=True, slots=True)
class ReachedCall:
    """One call that a rule reaches, with what would become of it. `held`: it is left alone, for a legal hold."""

    call: SalesCall
    day: date
    rule: Rule
    due: date
    reason: str
    held: bool


def describe(call: Any, client: Client, rules: Sequence[Rule], today: date) -> ReachedCall:
    """A row of `reached_calls` in words. No query where the agent is fetched with it; the client better is not, since
    a join with it keeps SQLite from reading the calls in their order."""
    call.client = client
    facts, rule = facts_of(call, held=False), rules[call.rule_index]
    return ReachedCall(call, facts.day, rule, rule.due(facts), decide(facts, rules, today).reason, call.is_held)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many calls a rule reaches: today, those of them on hold, and within the next 30 days."""

    rule: Rule
    now: int
    held: int
    soon: int


def count_reach(client: Client, rules: Sequence[Rule], today: date) -> list[Reach]:
    """One `Reach` for each of `rules` (in winning order) that does something; one query over the calls concerned."""
    acting = [index for index, rule in enumerate(rules) if rule.action != Action.KEEP]
    if not acting:
        return []
    later = today + SOON
    rows = (
        _candidates(client, rules, later)
        .annotate(now=_winner(client, rules, today), soon=_winner(client, rules, later), is_held=_IS_HELD)
        .filter(soon__gt=NOBODY)
        .order_by()
        .values("now", "soon", "is_held")
        .annotate(calls=Count("pk"))
    )
    now, on_hold, soon = Counter[int](), Counter[int](), Counter[int]()
    for row in rows:
        if row["now"] == NOBODY:
            soon[row["soon"]] += row["calls"]
        else:
            (on_hold if row["is_held"] else now)[row["now"]] += row["calls"]
    return [Reach(rules[index], now[index], on_hold[index], soon[index]) for index in acting]


_IS_HELD = Exists(HeldCall.objects.filter(call=OuterRef("pk")), output_field=BooleanField())


def _candidates(client: Client, rules: Iterable[Rule], today: date) -> QuerySet[SalesCall]:
    """Calls old enough for the earliest rule and with something left to do: what the index finds."""
    acting = [rule for rule in rules if rule.action != Action.KEEP]
    if not acting:
        return SalesCall.objects.none()
    earliest = min(rule.days for rule in acting)
    strictest = max(rule.action.level for rule in acting)
    return SalesCall.objects.filter(
        client=client,
        disposal_level__in=range(strictest),
        started_at__lt=_old_enough(client, today, earliest),
    )


def _winner(client: Client, rules: Sequence[Rule], today: date) -> Case:
    """The index of the rule that decides; NOBODY where a minimum runs or nothing is due."""
    minimums = [
        When(_fits(rule) & Q(started_at__gte=_old_enough(client, today, rule.days)), then=Value(NOBODY))
        for rule in rules
        if rule.action == Action.KEEP
    ]
    acting = [
        When(
            _fits(rule) & Q(started_at__lt=_old_enough(client, today, rule.days), disposal_level__lt=rule.action.level),
            then=Value(index),
        )
        for index, rule in enumerate(rules)
        if rule.action != Action.KEEP
    ]
    return Case(*minimums, *acting, default=Value(NOBODY), output_field=IntegerField())


def _old_enough(client: Client, today: date, days: int) -> datetime:
    """Calls that began before this moment have `days` whole days behind them."""
    return datetime.combine(today - timedelta(days=days), time.min, tzinfo=zone_of(client))


def _fits(rule: Rule) -> Q:
    fits = Q()
    filters: dict[str, Any] = {
        "call_type": rule.call_types,
        "outcome": rule.outcomes,
        "region": rule.regions,
        "source": rule.sources,
        "language": rule.languages,
    }
    for name, words in filters.items():
        if words:
            fits &= Q(**{f"{name}__in": sorted(words)})
    if rule.team is not None:
        fits &= Q(agent__team=rule.team)
    return fits
