"""Reading findings and rules."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from decisions.models import EVERYONE, AlertRule, Finding, FindingStatus
from salesiq.people.models import User
from salesiq.people.roles import Role

LASTING = (FindingStatus.OPEN, FindingStatus.ACKNOWLEDGED)


def list_findings(
    *, user: User | AnonymousUser, statuses: Iterable[str] = LASTING, kind: str = "", code: str = ""
) -> QuerySet[Finding]:
    """Findings that `user` reads, the highest rank first: a manager those about their teams, others those about the
    whole client. No `statuses` means all. `wording.names_of` reads the names of a page of them at once."""
    rows = Finding.objects.visible_to(user).select_related("client", "audience", "rule", "acknowledged_by")
    if not isinstance(user, User) or user.is_superuser or user.role != Role.MANAGER:
        rows = rows.filter(audience__key=EVERYONE)
    wanted: dict[str, str | list[str]] = {name: value for name, value in (("kind", kind), ("code", code)) if value}
    if chosen := list(statuses):
        wanted["status__in"] = chosen
    return rows.filter(**wanted).order_by("-rank", "-created_at")


def list_rules(*, user: User | AnonymousUser) -> QuerySet[AlertRule]:
    """The alert rules of the clients that `user` works with."""
    return AlertRule.objects.visible_to(user).select_related("client").order_by("name")
