"""Where an agent's skill falls short: of the team, of the best quarter, of what it was, of a standard from outside."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from salesiq.people.models import Agent, User
from testcases.insights.runs import Cells, RunFilter, skill_cells
from testcases.models import Benchmark, BenchmarkKind
from testcases.statistics.many import corrected
from testcases.statistics.shares import FEWEST, Gap, Share, gap_between, share_of

# What is newer is "now", what is older "before".
RECENT_DAYS = 60
FEWEST_FOR_QUARTER = 4


@dataclass(frozen=True, slots=True)
class SkillGap:
    """One skill of one agent. `own` over both spans; `team` are the teammates without the agent; `top` the mean of
    the best quarter of those with enough runs (they were chosen by these figures, so that it flatters them);
    `history` is recent less earlier. `p` is of the gap to the team, corrected for all that are shown together.

    `is_sure`: below the team by more than chance. `is_small`: fewer than FEWEST runs.
    """

    agent: Agent
    skill: str
    own: Share
    team: Share
    gap: Gap
    top: float | None
    history: Gap
    recent: Share
    earlier: Share
    benchmark: Benchmark | None
    p: float | None
    is_sure: bool

    @property
    def is_small(self) -> bool:
        return self.own.n < FEWEST

    @property
    def falls_short(self) -> bool:
        return self.gap.difference is not None and self.gap.difference < 0

    def evidence(self) -> dict[str, object]:
        """What an assignment keeps of it."""
        return {
            "skill": self.skill, "value": self.own.share, "low": self.own.low, "high": self.own.high, "n": self.own.n,
            "against": {"team": self.team.share, "n": self.team.n, "difference": self.gap.difference, "p": self.p},
        }  # fmt: skip


def skill_gaps(user: User, narrowing: RunFilter, *, now: datetime | None = None) -> list[SkillGap]:
    """Every agent and skill that the runs tell of, the surest and largest gap first. Four queries."""
    split_at = (now or timezone.now()) - timedelta(days=RECENT_DAYS)
    cells = skill_cells(user, narrowing, split_at=split_at)
    return gaps_of(user, cells)


def gaps_of(user: User, cells: Cells) -> list[SkillGap]:
    """The gaps of cells that are at hand. Two queries."""
    ids = {agent for agent, _skill, _span in cells}
    rows = Agent.objects.visible_to(user).filter(pk__in=ids).select_related("team", "client")
    agents = {agent.pk: agent for agent in rows}
    standards = _standards(user)
    own = _shares(cells)
    found = []
    for (agent_id, skill), share in own.items():
        agent = agents.get(agent_id)
        if agent is None or share.share is None:
            continue
        found.append(_gap(agent, skill, share, own, cells, agents, standards.get(skill)))
    return sorted(_with_p(found), key=lambda gap: (not gap.is_sure, gap.is_small, gap.gap.difference or 0.0))


def gaps_of_agent(user: User, agent: Agent, narrowing: RunFilter) -> list[SkillGap]:
    """Those of one agent held against their team; corrected for the agent's own skills only."""
    found = [each for each in skill_gaps(user, narrowing) if each.agent.pk == agent.pk]
    plain = [replace(each, p=each.gap.p) for each in found]
    return sorted(_with_p(plain), key=lambda gap: (not gap.is_sure, gap.gap.difference or 0.0))


def _gap(
    agent: Agent, skill: str, share: Share, own: Mapping[tuple[UUID, str], Share], cells: Cells,
    agents: Mapping[UUID, Agent], standard: Benchmark | None,
) -> SkillGap:  # fmt: skip
    mates = {
        str(other): _counts(cells, other, skill)
        for (other, of_skill) in own
        if of_skill == skill and other != agent.pk and other in agents and agents[other].team_id == agent.team_id
    }
    team = share_of(mates)
    between = gap_between(share.share or 0.0, share.effective, team.share or 0.0, team.effective)
    recent, earlier = (_span_share(cells, agent.pk, skill, span) for span in ("recent", "earlier"))
    history = gap_between(recent.share or 0.0, recent.effective, earlier.share or 0.0, earlier.effective)
    return SkillGap(
        agent=agent, skill=skill, own=share, team=team, gap=between, top=_top(own, skill, agent.pk), history=history,
        recent=recent, earlier=earlier, benchmark=standard, p=between.p, is_sure=False,
    )  # fmt: skip


def _with_p(gaps: Sequence[SkillGap]) -> list[SkillGap]:
    """Small samples are neither tested nor counted among the many."""
    values = corrected([None if each.is_small or each.team.n < FEWEST else each.p for each in gaps])
    return [
        replace(each, p=p, is_sure=p is not None and p < 0.05 and each.falls_short)
        for each, p in zip(gaps, values, strict=True)
    ]


def _shares(cells: Cells) -> dict[tuple[UUID, str], Share]:
    keys = dict.fromkeys((agent, skill) for agent, skill, _span in cells)
    return {(agent, skill): share_of({"own": _counts(cells, agent, skill)}) for agent, skill in keys}


def _counts(cells: Cells, agent: UUID, skill: str) -> tuple[float, int]:
    spans = [cells[key].counts for key in ((agent, skill, "recent"), (agent, skill, "earlier")) if key in cells]
    return sum(good for good, _n in spans), sum(n for _good, n in spans)


def _span_share(cells: Cells, agent: UUID, skill: str, span: str) -> Share:
    cell = cells.get((agent, skill, span))
    return share_of({"own": cell.counts} if cell else {})


def _top(own: Mapping[tuple[UUID, str], Share], skill: str, agent: UUID) -> float | None:
    """The mean of the best quarter of agents with enough runs; None with fewer than four of them."""
    shares = sorted(
        (each.share for (who, of_skill), each in own.items()
         if of_skill == skill and each.share is not None and each.n >= FEWEST),
        reverse=True,
    )  # fmt: skip
    if len(shares) < FEWEST_FOR_QUARTER:
        return None
    best = shares[: max(1, len(shares) // 4)]
    return sum(best) / len(best)


def _standards(user: User) -> dict[str, Benchmark]:
    """The newest standard of each skill's average."""
    rows = Benchmark.objects.visible_to(user).filter(kind=BenchmarkKind.SCORE, test_type="", difficulty_level="")
    found: dict[str, Benchmark] = defaultdict()
    for row in rows.exclude(skill="").order_by("year", "created_at"):
        found[row.skill] = row
    return dict(found)
