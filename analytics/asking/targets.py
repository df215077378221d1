"""What was to be reached, of whom: targets of agents, of teams, of everybody."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from analytics.asking.asker import Asker, asker_of
from analytics.asking.checking import check_question
from analytics.asking.spread import Amount, Window, overlapping, shortest_of_each_day
from analytics.metrics import MISSING, Rows, Slot, Sums, Wanted
from analytics.questions import Filters, Grain, Question
from integrations.crm.models import Target
from salesiq.people.models import User

Owner = tuple[UUID | None, UUID | None]
"""(agent, None), (None, team) or (None, None): everybody."""


@dataclass(frozen=True, slots=True)
class Goals:
    """Targets of one metric by their owner, and the team each agent is in."""

    amounts: Mapping[Owner, tuple[Amount, ...]]
    team_of: Mapping[UUID, UUID | None]

    def of_agents(self, teams: Iterable[UUID | None] | None = None) -> list[Owner]:
        wanted = None if teams is None else set(teams)
        return [
            (agent, None)
            for agent, _team in self.amounts
            if agent is not None and (wanted is None or self.team_of[agent] in wanted)
        ]

    def of_team(self, team: UUID | None) -> list[Owner]:
        """The team's own where it has some, else those of its agents."""
        if team is not None and (None, team) in self.amounts:
            return [(None, team)]
        return self.of_agents([team])

    @property
    def teams(self) -> set[UUID | None]:
        """All that are a target's or its agent's; None for agents without a team."""
        own = {team for agent, team in self.amounts if agent is None and team is not None}
        return own | {self.team_of[agent] for agent, _team in self.amounts if agent is not None}


def targets_of(
    metric: str, *, user: User, filters: Filters | None = None, by: str = "", grain: Grain | None = None
) -> dict[Slot, Decimal]:
    """Targets of any metric that adds up, by agent, by team or of everybody; as `read_targets` says.

    Raises:
        QuestionError: `by` or a filter is none of agent and team.
    """
    question = Question(metrics=("target_attainment",), filters=filters or Filters(), by=by, grain=grain)
    check_question(question, user=user)
    wanted = Wanted(rows=Rows.TARGETS, measures=("targets.revenue",), filters=question.filters, by=by, grain=grain)
    return read_targets(metric, wanted, asker=asker_of(user, question.filters))


def read_targets(metric: str, wanted: Wanted, *, asker: Asker) -> dict[Slot, Decimal]:
    """Targets of `metric` by agent, by team or of everybody; slots without one are left out. One query.

    A target counts for the days it shares with the step, evenly; where two of one owner cover a day, the shorter one
    counts. That of everybody is the one that names nobody, else the sum of the teams'; that of a team is its own,
    else the sum of its agents'.
    """
    goals = _goals(metric, wanted, asker)
    every = [amount for amounts in goals.amounts.values() for amount in amounts]
    window = Window.of(every, wanted.filters, wanted.grain)
    found: dict[Slot, Decimal] = {}
    for key, owners in _groups(goals, wanted, asker).items():
        amounts = [goals.amounts[owner] for owner in owners]
        for step, since, until in window.steps() if window else ():
            total = sum((shortest_of_each_day(own, since, until) for own in amounts), Decimal(0))
            if total:
                found[key, step] = total
    return found


def read_target_sums(wanted: Wanted, *, asker: Asker) -> dict[Slot, dict[str, Sums]]:
    """Targets of revenue as sums: n is 1 where there is one."""
    found = read_targets("revenue", wanted, asker=asker)
    return {slot: {"targets.revenue": Sums(1, value)} for slot, value in found.items()}


def _goals(metric: str, wanted: Wanted, asker: Asker) -> Goals:
    rows = Target.objects.visible_to(asker.user).filter(overlapping(wanted.filters), metric=metric).order_by()
    if asker.client is not None and asker.user.is_superuser:
        rows = rows.filter(client=asker.client)
    amounts: dict[Owner, list[Amount]] = defaultdict(list)
    team_of: dict[UUID, UUID | None] = {}
    for row in rows.values("agent", "team", "agent__team", "since", "until", "value"):
        owner: Owner = (row["agent"], None if row["agent"] else row["team"])
        amounts[owner].append(Amount(row["since"], row["until"], row["value"]))
        if row["agent"]:
            team_of[row["agent"]] = row["agent__team"]
    return Goals({owner: tuple(own) for owner, own in amounts.items()}, team_of)


def _groups(goals: Goals, wanted: Wanted, asker: Asker) -> dict[str, list[Owner]]:
    filters = wanted.filters
    agents = {(agent, None) for agent in filters.agents}
    if wanted.by == "agent":
        owners = goals.of_agents(filters.teams or None)
        return {str(owner[0]): [owner] for owner in owners if not agents or owner in agents}
    if agents:
        return _of_agents(goals, [owner for owner in goals.of_agents(filters.teams or None) if owner in agents], wanted)
    teams: Any = goals.teams & set(filters.teams) if filters.teams else goals.teams
    if wanted.by == "team":
        return {str(team) if team else MISSING: goals.of_team(team) for team in teams}
    if not filters.teams and asker.sees_whole_client and (None, None) in goals.amounts:
        return {"": [(None, None)]}
    return {"": [owner for team in teams for owner in goals.of_team(team)]}


def _of_agents(goals: Goals, owners: list[Owner], wanted: Wanted) -> dict[str, list[Owner]]:
    """Of these agents alone, together or by team."""
    found: dict[str, list[Owner]] = defaultdict(list)
    for owner in owners:
        team = goals.team_of[owner[0]] if owner[0] else None
        found[(str(team) if team else MISSING) if wanted.by == "team" else ""].append(owner)
    return found
