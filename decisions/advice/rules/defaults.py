"""The rules that every client begins with. They are rows: an administrator changes them or takes them away."""

from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from decisions.models import AlertRule, RuleKind
from salesiq.people.models import Client

BOTH = ["email", "webhook"]
_RULES: tuple[dict[str, Any], ...] = (
    {"key": "win-rate-changes", "name": gettext_noop("The win rate changed, of all or of a group"),
     "kind": RuleKind.CHANGE, "metric": "segment_changes",
     "parameters": {"direction": "both", "relative": 0.1, "minimum": 30}, "tells": BOTH},
    {"key": "groups-that-differ", "name": gettext_noop("Groups of deals won less or more often than the others"),
     "kind": RuleKind.CHANGE, "metric": "segments",
     "parameters": {"direction": "both", "relative": 0.15, "minimum": 30}, "tells": BOTH},
    {"key": "pairs-that-lose", "name": gettext_noop("Pairs of groups that lose, such as a product in an industry"),
     "kind": RuleKind.CHANGE, "metric": "pairs",
     "parameters": {"direction": "down", "relative": 0.15, "minimum": 30}, "tells": BOTH},
    {"key": "agents-to-coach", "name": gettext_noop("Agents who win less than the others"), "kind": RuleKind.CHANGE,
     "metric": "coaching", "parameters": {"direction": "down", "relative": 0.15, "minimum": 30}, "tells": ["email"]},
    {"key": "drivers", "name": gettext_noop("What moves the win rate"), "kind": RuleKind.LIMIT, "metric": "drivers",
     "parameters": {"limit": 1.25}, "tells": ["email"]},
    {"key": "practices", "name": gettext_noop("What won calls have that lost ones lack"), "kind": RuleKind.LIMIT,
     "metric": "practices", "parameters": {"limit": 1.25}, "tells": ["email"]},
    {"key": "anomalies", "name": gettext_noop("Unusual calls, agents and days"), "kind": RuleKind.LIMIT,
     "metric": "anomalies", "parameters": {}, "tells": BOTH},
    {"key": "forecast-below-target", "name": gettext_noop("The forecast is below the target"),
     "kind": RuleKind.LIMIT, "metric": "forecast_to_target", "parameters": {"limit": 0.8}, "tells": BOTH},
    {"key": "deals-at-risk", "name": gettext_noop("Open deals at risk, the most valuable ten"),
     "kind": RuleKind.LIMIT, "metric": "deals_at_risk", "parameters": {"limit": 10}, "tells": ["email"]},
    {"key": "overdue-follow-ups", "name": gettext_noop("Follow-ups overdue"), "kind": RuleKind.LIMIT,
     "metric": "follow_ups", "parameters": {"limit": 5}, "tells": ["email"]},
    {"key": "stages", "name": gettext_noop("Fewer deals pass a stage"), "kind": RuleKind.CHANGE,
     "metric": "stage_passing", "parameters": {"direction": "down", "relative": 0.1, "minimum": 30}, "tells": BOTH},
    {"key": "data-gaps", "name": gettext_noop("What the data lack"), "kind": RuleKind.LIMIT, "metric": "data",
     "parameters": {"limit": 0.2}, "tells": []},
    {"key": "conversion-of-calls", "name": gettext_noop("Conversion of calls changed, of a team"),
     "kind": RuleKind.CHANGE, "metric": "conversion_rate", "by": "team",
     "parameters": {"direction": "down", "relative": 0.1, "days": 91, "minimum": 50}, "tells": BOTH},
    {"key": "conversion-of-leads", "name": gettext_noop("Leads of a source become deals less often"),
     "kind": RuleKind.CHANGE, "metric": "lead_conversion_rate", "by": "source",
     "parameters": {"direction": "down", "relative": 0.1, "days": 91, "minimum": 50}, "tells": BOTH},
    {"key": "quality-dropped", "name": gettext_noop("Quality of calls dropped, of an agent"), "kind": RuleKind.CHANGE,
     "metric": "quality_score", "by": "agent",
     "parameters": {"direction": "down", "relative": 0.1, "days": 91, "minimum": 20}, "tells": ["email"]},
    {"key": "unusual-calls-a-week", "name": gettext_noop("Unusually many or few calls in a week"),
     "kind": RuleKind.UNUSUAL, "metric": "calls",
     "parameters": {"direction": "both", "days": 7, "false_alarms": 2, "minimum": 12}, "tells": BOTH},
    {"key": "unusual-leads-a-week", "name": gettext_noop("Unusually many or few leads in a week"),
     "kind": RuleKind.UNUSUAL, "metric": "leads",
     "parameters": {"direction": "both", "days": 7, "false_alarms": 2, "minimum": 12}, "tells": BOTH},
    {"key": "unusual-deals-won", "name": gettext_noop("Unusually many or few deals won in a week"),
     "kind": RuleKind.UNUSUAL, "metric": "deals_won",
     "parameters": {"direction": "both", "days": 7, "false_alarms": 2, "minimum": 12}, "tells": BOTH},
)  # fmt: skip


def install_rules(client: Client) -> int:
    """Give a client that has no rule at all the usual ones; how many were made. Those that somebody took away do not
    come back."""
    if AlertRule.objects.filter(client=client).exists():
        return 0
    with transaction.atomic(), translation.override(client.language or None):
        made = [AlertRule(client=client, **{**rule, "name": _(rule["name"])}) for rule in _RULES]
        AlertRule.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)
