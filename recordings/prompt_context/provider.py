"""Calls as a kind of subject that prompts are filled from."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from prompts.context.registry import ContextField, Found
from recordings.models import SalesCall
from recordings.prompt_context.fields import FIELDS
from recordings.prompt_context.values import CallValues
from recordings.selectors import list_calls, search_calls
from salesiq.people.models import User
from salesiq.people.roles import Capability


class CallContext:
    """Fills prompts from a call. Who may see the call may fill a prompt from it."""

    kind = "call"

    @property
    def label(self) -> str:
        return _("call")

    def fields(self) -> Mapping[str, ContextField]:
        return {name: ContextField(kind, sensitivity, str(told)) for name, (kind, sensitivity, told) in FIELDS.items()}

    def find(self, user: User, query: str, limit: int) -> list[Found]:
        """Published calls that `user` may see, the newest first."""
        if not user.can(Capability.VIEW_CALLS):
            return []
        calls = search_calls(list_calls(user).published(), query).order_by("-started_at")[:limit]
        return [Found(call.pk, f"{call.started_at:%Y-%m-%d} {call}") for call in calls]

    def visible(self, user: User, subject_id: UUID) -> bool:
        if not user.can(Capability.VIEW_CALLS):
            return False
        return SalesCall.objects.visible_to(user).filter(pk=subject_id).exists()

    def row(self, subject_id: UUID) -> SalesCall | None:
        return SalesCall.objects.filter(pk=subject_id).first()

    def agent_id(self, subject_id: UUID) -> UUID | None:
        return SalesCall.objects.filter(pk=subject_id).values_list("agent_id", flat=True).first()

    def client_id(self, subject_id: UUID) -> UUID | None:
        return SalesCall.objects.filter(pk=subject_id).values_list("client_id", flat=True).first()

    def fill(
        self, subject_id: UUID, *, needed: Collection[str], redacted: bool, user: User | None
    ) -> Mapping[str, Any]:
        call = SalesCall.objects.with_people().select_related("analysis").get(pk=subject_id)
        return CallValues(call, redacted=redacted, user=user).read(set(needed) & FIELDS.keys())
