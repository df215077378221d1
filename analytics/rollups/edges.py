"""Days that no sums answer for, from the calls: those that wait to be counted, and the ends of a period by a dimension
of some agents' calls, of which sums stand by month only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection

from analytics.metrics.sums import MISSING, Slot, Wanted
from analytics.rollups.counting import VALUES, Group, with_facts
from analytics.rollups.facts import Span, facts
from analytics.rollups.months import step_of
from analytics.rollups.sums import MEASURES
from analytics.rollups.values import as_date, as_uuid
from salesiq.people.models import Agent, User
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


def sums_of_calls(wanted: Wanted, span: Span, *, user: User, dimension: str) -> list[tuple[Slot, Mapping[str, Any]]]:
    """Sums over the calls of `span`, of the agents that the user may see and the question is about."""
    is_all = sees_all(user) and not (wanted.filters.agents or wanted.filters.teams)
    teams = {} if is_all and wanted.by != "team" else _agents(wanted, span.client, user)
    if not teams and not is_all:
        return []
    return list(_counted(replace(span, agents=None if is_all else teams), wanted, dimension, teams))


def _agents(wanted: Wanted, client: UUID, user: User) -> Teams:
    """Whose calls count, and their teams; None stands for calls without an agent."""
    known: dict[UUID | None, UUID | None] = dict(
        Agent.objects.visible_to(user).filter(client=client).values_list("pk", "team")
    )
    if sees_all(user):
        known[None] = None
    agents, teams = set(wanted.filters.agents), set(wanted.filters.teams)
    return {
        agent: team
        for agent, team in known.items()
        if (not agents or (agent or MISSING) in agents) and (not teams or (team or MISSING) in teams)
    }


def _counted(span: Span, wanted: Wanted, dimension: str, teams: Teams) -> Iterator[tuple[Slot, Mapping[str, Any]]]:
    by_agent = wanted.by in ("agent", "team")
    key = "agent_id" if by_agent else VALUES[dimension] if wanted.by else "''"
    group = Group((("group_key", key), ("day", "day" if wanted.grain else "NULL")))
    chosen = [("" if value == MISSING else value) for value in _chosen(wanted, dimension)]
    where = f"{dimension} IN ({', '.join(['%s'] * len(chosen))})" if chosen else "1 = 1"
    sql, params = with_facts(facts(span), group.select("facts", where=where))
    with connection.cursor() as cursor:
        cursor.execute(sql, (*params, *chosen))
        for value, day, *sums in cursor.fetchall():
            agent = as_uuid(value) if by_agent else None
            shown = teams.get(agent) if wanted.by == "team" else agent if by_agent else value
            step = step_of(as_date(day), wanted.grain) if wanted.grain else None
            yield (key_of(shown, wanted.by) if wanted.by else "", step), dict(zip(MEASURES, sums, strict=True))


def _chosen(wanted: Wanted, dimension: str) -> Sequence[str]:
    """The values that the question narrows `dimension` to."""
    return getattr(wanted.filters, f"{dimension}s", ())
