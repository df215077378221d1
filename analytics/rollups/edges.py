"""Days that no sums answer for, from the calls: those that wait to be counted, and the ends of a period by a dimension
of some agents' calls, of which sums stand by month only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from analytics.metrics.sums import MISSING, Wanted
from analytics.rollups.backlog import teams_of_agents
from analytics.rollups.counting import VALUES, Group
from analytics.rollups.facts import Span, Sql, facts
from salesiq.people.models import User
from salesiq.people.roles import Role

Teams = Mapping[UUID | None, UUID | None]
_SEES_ALL = (Role.ADMIN, Role.INTEGRATOR, Role.PRIVACY)


def sees_all(user: User) -> bool:
    """Whether no call of their client is hidden from them."""
    return user.is_superuser or user.role in _SEES_ALL


def key_of(value: Any, by: str) -> str:
    """The key of a group, as base rows have it."""
    if by in ("weekday", "hour"):
        return str(value).split("-")[0 if by == "weekday" else 1]
    return MISSING if value in (None, "") else str(value)


@dataclass(frozen=True, slots=True)
class Live:
    """SQL of sums over calls: `facts` are the table "facts" of `select`, which gives key, day and the measures.

    Keys are agents where `teams` holds those whom the question is about, and None where it is not by team.
    """

    facts: Sql
    select: Sql
    teams: Teams | None


def sums_of_calls(wanted: Wanted, span: Span, *, user: User, dimension: str, columns: Sequence[str]) -> Live | None:
    """How the `columns` are added up over the calls of `span`, of the agents that the user may see and the question
    is about; None where that is nobody."""
    is_all = sees_all(user) and not (wanted.filters.agents or wanted.filters.teams)
    teams = {} if is_all and wanted.by != "team" else _agents(wanted, span.client, user)
    if not teams and not is_all:
        return None
    key = "agent_id" if wanted.by in ("agent", "team") else VALUES[dimension] if wanted.by else "''"
    group = Group((("group_key", key), ("day", "day" if wanted.grain else "NULL")))
    chosen = [("" if value == MISSING else value) for value in _chosen(wanted, dimension)]
    where = f"{dimension} IN ({', '.join(['%s'] * len(chosen))})" if chosen else "1 = 1"
    added = group.select("facts", where=where)
    select = f"SELECT group_key, day, {', '.join(columns)} FROM ({added}) AS live"  # noqa: S608 - our own names  # nosec B608
    within = replace(span, agents=None if is_all else teams)
    return Live(facts(within), (select, tuple(chosen)), teams if wanted.by == "team" else None)


def _agents(wanted: Wanted, client: UUID, user: User) -> Teams:
    """Whose calls count, and their teams; None stands for calls without an agent."""
    known = dict(teams_of_agents(user, client))
    if sees_all(user):
        known[None] = None
    agents, teams = set(wanted.filters.agents), set(wanted.filters.teams)
    return {
        agent: team
        for agent, team in known.items()
        if (not agents or (agent or MISSING) in agents) and (not teams or (team or MISSING) in teams)
    }


def _chosen(wanted: Wanted, dimension: str) -> Sequence[str]:
    """The values that the question narrows `dimension` to."""
    return getattr(wanted.filters, f"{dimension}s", ())
