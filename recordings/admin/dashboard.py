"""What of calls stands on the first page of the back office."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recordings.models import CallStatus, ReviewKind, SalesCall, Score, Tracker, TrackerHit, TrackerStatus
from recordings.reviewing.selectors import appeals_to_decide, review_queue
from salesiq.people.dashboard import Panel, QuickAction, Waiting, register_action, register_panel, register_waiting
from salesiq.people.models import User
from salesiq.people.roles import Capability

LATEST = 8


def _due(user: User) -> Any:
    return review_queue(user).filter(Q(due_at__gte=timezone.now()) | Q(due_at=None))


def _overdue(user: User) -> Any:
    return review_queue(user).filter(due_at__lt=timezone.now())


def _calibrations(user: User) -> Any:
    """Blind reviews that are still to be given."""
    return review_queue(user).filter(kind=ReviewKind.CALIBRATION)


def _trackers(user: User) -> Any:
    """Drafts with places in their sample that nobody has judged."""
    unjudged = TrackerHit.objects.filter(tracker=OuterRef("pk"), in_sample=True, is_right__isnull=True)
    return Tracker.objects.visible_to(user).filter(Exists(unjudged), status=TrackerStatus.DRAFT)


def _calls(status: CallStatus) -> Any:
    return lambda user: SalesCall.objects.visible_to(user).filter(status=status)


def latest_scores(user: User) -> Mapping[str, Any]:
    """The calls that were scored last."""
    scores = Score.objects.visible_to(user).exclude(call__status=CallStatus.HELD_BACK)
    shown = scores.select_related("scorecard", "call__agent", "call__customer").defer("scorecard__criteria")
    return {"scores": shown.order_by("-created_at")[:LATEST]}


register_waiting(
    Waiting(
        key="reviews-overdue",
        title=_("reviews of yours are overdue"),
        icon="alarm",
        capability=Capability.REVIEW_CALLS,
        rows=_overdue,
        address="reviews",
        query={"tab": "mine", "due": "overdue"},
        is_late=True,
    ),
    Waiting(
        key="reviews-due",
        title=_("reviews of yours are to be done"),
        icon="rate_review",
        capability=Capability.REVIEW_CALLS,
        rows=_due,
        address="reviews",
        query={"tab": "mine"},
    ),
    Waiting(
        key="appeals",
        title=_("appeals to decide"),
        icon="balance",
        capability=Capability.REVIEW_CALLS,
        rows=appeals_to_decide,
        address="reviews",
        query={"tab": "appeals"},
    ),
    Waiting(
        key="calibrations",
        title=_("calls of calibrations to score blind"),
        icon="compare_arrows",
        capability=Capability.REVIEW_CALLS,
        rows=_calibrations,
        address="reviews",
        query={"tab": "mine", "kind": "calibration"},
    ),
    Waiting(
        key="trackers",
        title=_("trackers whose sample is to be checked"),
        icon="radar",
        capability=Capability.MANAGE_QUALITY,
        rows=_trackers,
        address="trackers",
    ),
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
    QuickAction(title=_("Reviews"), icon="rate_review", capability=Capability.REVIEW_CALLS, address="reviews"),
    QuickAction(title=_("Search calls"), icon="search", capability=Capability.VIEW_CALLS, address="calls"),
    QuickAction(
        title=_("Scorecards"),
        icon="checklist",
        capability=Capability.MANAGE_STANDARDS,
        address="admin:recordings_scorecard_changelist",
    ),
)
