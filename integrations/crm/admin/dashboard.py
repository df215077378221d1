"""What of imports stands on the first page of the back office."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations.crm.models import ImportRun
from salesiq.people.dashboard import QuickAction, Waiting, register_action, register_waiting
from salesiq.people.models import User
from salesiq.people.roles import Capability

RECENT_DAYS = 14


def _since() -> date:
    return timezone.localdate() - timedelta(days=RECENT_DAYS)


def _refused(user: User) -> Any:
    return ImportRun.objects.visible_to(user).filter(rejected__gt=0, created_at__date__gte=_since())


def _query(user: User) -> Mapping[str, Any]:
    return {"rejected__gt": 0, "created_at__gte": _since().isoformat()}


register_waiting(
    Waiting(
        key="imports-with-rejects",
        title=_("imports with refused rows"),
        icon="report",
        capability=Capability.MANAGE_CRM,
        rows=_refused,
        address="admin:crm_importrun_changelist",
        query=_query,
    )
)
register_action(
    QuickAction(
        title=_("Import records"),
        icon="upload_file",
        capability=Capability.MANAGE_CRM,
        address="admin:crm_importrun_new",
    )
)
