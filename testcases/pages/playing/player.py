"""Who practises: an agent, whose results count, or somebody who tries a case, whose results count nowhere."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from salesiq.people.models import Agent, User
from salesiq.people.pages import signed_in_user
from testcases.models import CaseRun, PracticeSession, SubjectKind


@dataclass(frozen=True, slots=True)
class Player:
    """`agent` of None: the user is linked to no agent, so that whatever they play is a trial."""

    user: User
    agent: Agent | None

    @property
    def is_trial(self) -> bool:
        return self.agent is None

    def sessions(self) -> QuerySet[PracticeSession]:
        """What they played themselves, the newest first. Narrower than `visible_to`: nobody else's, whatever the role;
        and a trial, which belongs to no agent, is among it."""
        return PracticeSession.objects.filter(user=self.user)

    def runs(self) -> QuerySet[CaseRun]:
        """Judged role-plays of their own, the newest first; trials of who is no agent."""
        runs = CaseRun.objects.filter(kind=SubjectKind.SESSION)
        if self.agent is None:
            return runs.filter(session__user=self.user)
        return runs.filter(agent=self.agent, is_trial=False)


def player_of(request: HttpRequest) -> Player:
    user = signed_in_user(request)
    agent = Agent.objects.filter(user=user, client=user.client_id).select_related("team", "client").first()
    return Player(user, agent)


def own_session(player: Player, session_id: UUID) -> PracticeSession:
    """A session that they played, or 404."""
    rows = player.sessions().select_related("version__case", "agent", "assignment", "client")
    return get_object_or_404(rows, pk=session_id)
