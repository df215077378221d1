"""One drawing of a plan: the strategy applied to the candidates, with the reason for each call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recordings.models import Outcome, SamplingPlan, SamplingStrategy, Stratum
from recordings.models.call import SalesCallQuerySet
from recordings.sampling.population import (
    candidates,
    count_by_group,
    ids,
    ids_with_group,
    ids_with_score,
)
from recordings.sampling.risks import BY_CODE, risks_of, weight_of
from recordings.sampling.selection import allot, draw_even, draw_lowest, draw_random, draw_weighted
from salesiq.people.models import Agent, Team, User


@dataclass(frozen=True, slots=True)
class GroupCount:
    """`group` is a code or an id, empty for calls of none; see `group_labels`."""

    group: str
    population: int
    chosen: int

    def as_json(self) -> dict[str, str | int]:
        return {"group": self.group, "population": self.population, "chosen": self.chosen}


@dataclass(frozen=True, slots=True)
class Drawing:
    """`chosen` maps calls to why they were chosen. Where only counted, it is empty and `size` says how many."""

    population: int
    size: int
    groups: tuple[GroupCount, ...] = ()
    chosen: tuple[tuple[UUID, str], ...] = ()


def draw(plan: SamplingPlan, *, until: datetime, seed: int, reviewers: list[User]) -> Drawing:
    """Choose calls of `plan` from before `until`; the same seed chooses the same of the same calls."""
    return _STRATEGIES[SamplingStrategy(plan.strategy)](plan, candidates(plan, until, reviewers), until, seed)


def count(plan: SamplingPlan, *, until: datetime, reviewers: list[User]) -> Drawing:
    """What `draw` would choose from and how many, per group: counted by the database, nothing chosen."""
    calls = candidates(plan, until, reviewers)
    match plan.strategy:
        case SamplingStrategy.STRATIFIED:
            populations = count_by_group(calls, plan.stratify_by)
            parts = allot(populations, plan.size, 0)
            return Drawing(sum(populations.values()), sum(parts.values()), _groups(populations, parts))
        case SamplingStrategy.RISK:
            found = risks_of(calls, until)
            population = calls.count()
            return Drawing(population, min(plan.size, len(found)), _by_risk(found))
        case SamplingStrategy.BELOW_THRESHOLD:
            calls = calls.filter(quality_score__lt=plan.threshold)
    population = calls.count()
    return Drawing(population, min(plan.size, population))


def _random(plan: SamplingPlan, calls: SalesCallQuerySet, until: datetime, seed: int) -> Drawing:
    population = calls.count()
    keys = draw_random(ids(calls), plan.size, seed)
    reason = ngettext(
        "Chosen at random; there was %(number)d call to choose from.",
        "Chosen at random out of %(number)d calls.",
        population,
    ) % {"number": population}
    return Drawing(population, len(keys), (), tuple((key, reason) for key in keys))


def _stratified(plan: SamplingPlan, calls: SalesCallQuerySet, until: datetime, seed: int) -> Drawing:
    populations = count_by_group(calls, plan.stratify_by)
    drawn = draw_even(ids_with_group(calls, plan.stratify_by), populations, plan.size, seed)
    parts = dict.fromkeys(populations, 0)
    for _key, group in drawn:
        parts[group] += 1
    chosen = tuple((key, _reason_of_group(plan.stratify_by, group)) for key, group in drawn)
    return Drawing(sum(populations.values()), len(chosen), _groups(populations, parts), chosen)


def _risk(plan: SamplingPlan, calls: SalesCallQuerySet, until: datetime, seed: int) -> Drawing:
    found = risks_of(calls, until)
    keys = draw_weighted({key: weight_of(codes) for key, codes in found.items()}, plan.size, seed)
    chosen = tuple((key, _reason_of_risks(found[key])) for key in keys)
    return Drawing(calls.count(), len(chosen), _by_risk(found, keys), chosen)


def _below(plan: SamplingPlan, calls: SalesCallQuerySet, until: datetime, seed: int) -> Drawing:
    low = calls.filter(quality_score__lt=plan.threshold)
    drawn = draw_lowest(ids_with_score(low), plan.size, seed)
    reason = _("Its score of %(score)g lies below %(threshold)g, and nobody has reviewed it.")
    threshold = float(plan.threshold or 0)
    chosen = tuple((key, reason % {"score": score, "threshold": threshold}) for key, score in drawn)
    return Drawing(low.count(), len(chosen), (), chosen)


_STRATEGIES: dict[SamplingStrategy, Callable[[SamplingPlan, SalesCallQuerySet, datetime, int], Drawing]] = {
    SamplingStrategy.RANDOM: _random,
    SamplingStrategy.STRATIFIED: _stratified,
    SamplingStrategy.RISK: _risk,
    SamplingStrategy.BELOW_THRESHOLD: _below,
}


def _groups(populations: dict[str, int], parts: dict[str, int]) -> tuple[GroupCount, ...]:
    ordered = sorted(populations, key=lambda group: (-populations[group], group))
    return tuple(GroupCount(group, populations[group], parts[group]) for group in ordered)


def _by_risk(found: dict[UUID, tuple[str, ...]], chosen: list[UUID] | None = None) -> tuple[GroupCount, ...]:
    """How many calls have each risk; a call may have several, so that they sum to more than all."""
    counts = dict.fromkeys(BY_CODE, 0)
    picked = dict.fromkeys(BY_CODE, 0)
    for codes in found.values():
        for code in codes:
            counts[code] += 1
    for key in chosen or []:
        for code in found[key]:
            picked[code] += 1
    return tuple(GroupCount(code, counts[code], picked[code]) for code in BY_CODE if counts[code])


def _reason_of_group(stratum: str, group: str) -> str:
    """Names of people and teams are left out: the call tells them, and this text outlives their change."""
    match stratum:
        case Stratum.AGENT:
            return _("Chosen at random, evenly over agents.")
        case Stratum.TEAM:
            return _("Chosen at random, evenly over teams.")
    label = _label(stratum, group)
    if stratum == Stratum.OUTCOME:
        return _("Chosen at random, evenly over outcomes: %(group)s.") % {"group": label}
    return _("Chosen at random, evenly over scores: %(group)s.") % {"group": label}


def _reason_of_risks(codes: tuple[str, ...]) -> str:
    return _("Chosen for its risks: %(risks)s.") % {"risks": "; ".join(str(BY_CODE[code].label) for code in codes)}


def group_labels(plan: SamplingPlan, groups: list[str]) -> dict[str, str]:
    """What to show for the groups of a drawing; one query where they are agents or teams."""
    if plan.strategy == SamplingStrategy.RISK:
        return {group: str(BY_CODE[group].label) for group in groups if group in BY_CODE}
    if plan.stratify_by in (Stratum.AGENT, Stratum.TEAM):
        model = Agent if plan.stratify_by == Stratum.AGENT else Team
        rows = model._default_manager.filter(client_id=plan.client_id, pk__in=[group for group in groups if group])
        names = {str(pk): name for pk, name in rows.values_list("pk", "name")}
        return {group: names.get(group, _("none")) for group in groups}
    return {group: _label(plan.stratify_by, group) for group in groups}


def _label(stratum: str, group: str) -> str:
    if not group:
        return _("none")
    return str(Outcome(group).label) if stratum == Stratum.OUTCOME else group.replace("-", "–")
