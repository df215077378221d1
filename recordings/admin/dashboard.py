"""What of calls stands on the first page of the back office."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from recordings.models import CallStatus, SalesCall, Score
from salesiq.people.dashboard import Panel, QuickAction, Waiting, register_action, register_panel, register_waiting
from salesiq.people.models import User
from salesiq.people.roles import Capability

LATEST = 8


def _calls(status: CallStatus) -> Any:
    return lambda user: SalesCall.objects.visible_to(user).filter(status=status)


def latest_scores(user: User) -> Mapping[str, Any]:
    """The calls that were scored last."""
    scores = Score.objects.visible_to(user).exclude(call__status=CallStatus.HELD_BACK)
    shown = scores.select_related("scorecard", "call__agent", "call__customer").defer("scorecard__criteria")
    return {"scores": shown.order_by("-created_at")[:LATEST]}


register_waiting(
    Waiting(
        key="failed-calls",
        title=_("calls that could not be analysed"),
        icon="error",
        capability=Capability.VIEW_CALLS,
        rows=_calls(CallStatus.FAILED),
        address="admin:recordings_salescall_changelist",
        query={"status__exact": CallStatus.FAILED},
        is_late=True,
    ),
    Waiting(
        key="held-back-calls",
        title=_("calls held back for want of a lawful basis"),
        icon="gavel",
        capability=Capability.VIEW_CALLS,
        rows=_calls(CallStatus.HELD_BACK),
        address="admin:recordings_salescall_changelist",
        query={"status__exact": CallStatus.HELD_BACK},
    ),
)
register_panel(
    Panel(
        key="latest-scores",
        template="recordings/admin/_latest_scores.html",
        capability=Capability.VIEW_CALLS,
        context=latest_scores,
    )
)
register_action(
    QuickAction(
        title=_("Upload a call"),
        icon="upload",
        capability=Capability.ANALYZE_CALLS,
        address="admin:recordings_salescall_add",
    ),
    QuickAction(title=_("Search calls"), icon="search", capability=Capability.VIEW_CALLS, address="calls"),
    QuickAction(
        title=_("Scorecards"),
        icon="checklist",
        capability=Capability.MANAGE_STANDARDS,
        address="admin:recordings_scorecard_changelist",
    ),
)
