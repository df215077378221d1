"""Whose page it is: one's own, or that of an agent one may see."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from recordings.pages.access import signed_in_user
from salesiq.audit.services import record_event
from salesiq.people.models import Agent, User
from salesiq.people.roles import Capability


@dataclass(frozen=True, slots=True)
class Subject:
    """`agent` of None is a user whom no agent is linked to. `is_own`: the reader is this agent."""

    agent: Agent | None
    user: User
    is_own: bool

    def url(self, name: str) -> str:
        """The address of one of the pages: "page", "reviews" or "coaching"."""
        if self.is_own or self.agent is None:
            return reverse("my" if name == "page" else f"my-{name}")
        return reverse(f"agent-{name}", args=[self.agent.pk])

    @property
    def overview_url(self) -> str:
        return self.url("page")

    @property
    def reviews_url(self) -> str:
        return self.url("reviews")

    @property
    def coaching_url(self) -> str:
        return self.url("coaching")

    @property
    def may_coach(self) -> bool:
        return not self.is_own and self.user.can(Capability.COACH)


def own(request: HttpRequest) -> Subject:
    """The agent that the reader is."""
    user = signed_in_user(request)
    agent = Agent.objects.filter(user=user, client=user.client_id).select_related("team", "client").first()
    return Subject(agent, user, True)


def other(request: HttpRequest, agent_id: UUID) -> Subject:
    """An agent that the reader may see; the look is noted. Raises Http404."""
    user = signed_in_user(request)
    rows = Agent.objects.visible_to(user).select_related("team", "client")
    agent = get_object_or_404(rows, pk=agent_id)
    record_event(action="viewed", target=agent, actor=user, request=request)
    return Subject(agent, user, agent.user_id == user.pk)
