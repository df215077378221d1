"""The calls a plan may draw from, and what is known of them: ids and one value each, however many there are."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef

from recordings.models import Recording, Review, ReviewKind, ReviewStatus, SalesCall, SamplingPlan, Stratum
from recordings.models.call import SalesCallQuerySet
from salesiq.people.models import Team, User
from salesiq.people.roles import CAPABILITIES, Capability, Role

CHUNK = 10_000
BAND = 20
_FILTERS = {
    "team": "agent__team",
    "agent": "agent",
    "call_type": "call_type",
    "outcome": "outcome",
    "source": "source",
    "min_seconds": "call_duration__gte",
}
_COLUMNS = {Stratum.AGENT: "agent_id", Stratum.TEAM: "agent__team_id", Stratum.OUTCOME: "outcome"}
MAY_REVIEW = [role for role, granted in CAPABILITIES.items() if Capability.REVIEW_CALLS in granted]


def candidates(plan: SamplingPlan, until: datetime, reviewers: list[User]) -> SalesCallQuerySet:
    """Analysed calls of the plan's days before `until`, with an agent, that can be heard and have no review.

    Held-back, anonymised and unredacted calls are not published and so never come; those of teams that none of
    `reviewers` sees are left out, and so are, for the plan of a manager, those that the manager does not see.
    """
    calls = SalesCall.objects.published().filter(
        client_id=plan.client_id,
        anonymised_at__isnull=True,
        agent__isnull=False,
        started_at__gte=until - timedelta(days=plan.look_back_days),
        started_at__lt=until,
    )
    narrowing = {_FILTERS[name]: value for name, value in plan.filters.items() if value and name in _FILTERS}
    calls = calls.filter(**narrowing)
    sound = Recording.objects.filter(call=OuterRef("pk"), dropped_at__isnull=True).exclude(playback="")
    reviews = Review.objects.filter(call=OuterRef("pk"), kind=ReviewKind.QUALITY)
    calls = calls.filter(Exists(sound), ~Exists(reviews.exclude(status=ReviewStatus.CANCELLED)))
    owner = plan.created_by
    if owner is not None and owner.role == Role.MANAGER:
        calls = calls.visible_to(owner)
    return _seen_by(calls, reviewers)


def reviewers_of(plan: SamplingPlan) -> list[User]:
    """Who reviews for the plan: those it names, else everybody whose role is reviewer. In a fixed order."""
    return chosen_or_all(plan, list(plan.reviewers.all()))


def chosen_or_all(plan: SamplingPlan, chosen: list[User]) -> list[User]:
    """Those of `chosen` who may review for the plan's client; without any chosen, its reviewers."""
    rows = User.objects.filter(client_id=plan.client_id, is_active=True)
    named = rows.filter(pk__in=[user.pk for user in chosen], role__in=MAY_REVIEW)
    return list((named if chosen else rows.filter(role=Role.REVIEWER)).order_by("pk"))


def teams_of(reviewers: list[User]) -> dict[UUID, set[UUID] | None]:
    """The teams whose calls each reviewer sees; None: all of the client's. Two queries."""
    keys = [user.pk for user in reviewers]
    found: dict[UUID, set[UUID] | None] = {user.pk: set() for user in reviewers if user.role != Role.ADMIN}
    roles = {user.pk: user.role for user in reviewers}
    for role, path in ((Role.MANAGER, "managers"), (Role.REVIEWER, "reviewers")):
        rows = Team.objects.filter(**{f"{path}__in": keys}).values_list(path, "pk")
        for user, team in rows:
            teams = found.get(user)
            if teams is not None and roles[user] == role:
                teams.add(team)
    return {user.pk: found.get(user.pk) for user in reviewers}


def _seen_by(calls: SalesCallQuerySet, reviewers: list[User]) -> SalesCallQuerySet:
    teams = teams_of(reviewers)
    if None in teams.values():
        return calls
    return calls.filter(agent__team__in=set().union(*(found or () for found in teams.values())))


def ids(calls: SalesCallQuerySet) -> Iterator[UUID]:
    return calls.order_by().values_list("pk", flat=True).iterator(chunk_size=CHUNK)


def ids_with_group(calls: SalesCallQuerySet, stratum: str) -> Iterator[tuple[UUID, str]]:
    column = _COLUMNS.get(Stratum(stratum), "quality_score")
    name = band_of if column == "quality_score" else _code
    for key, value in calls.order_by().values_list("pk", column).iterator(chunk_size=CHUNK):
        yield key, name(value)


def ids_with_score(calls: SalesCallQuerySet) -> Iterator[tuple[UUID, float]]:
    scored = calls.filter(quality_score__isnull=False).order_by()
    for key, score in scored.values_list("pk", "quality_score").iterator(chunk_size=CHUNK):
        yield key, float(score or 0)


def count_by_group(calls: SalesCallQuerySet, stratum: str) -> dict[str, int]:
    """How many candidates each group has, counted by the database; scores in bands of 20."""
    column = _COLUMNS.get(Stratum(stratum), "quality_score")
    counts: Counter[str] = Counter()
    for value, number in calls.order_by().values_list(F(column)).annotate(number=Count("pk")):
        counts[band_of(value) if column == "quality_score" else _code(value)] += number
    return dict(counts)


def band_of(score: Any) -> str:
    """`0-20`, `20-40` … `80-100`; the lower end belongs to it, 100 to the last. Empty without a score."""
    if score is None:
        return ""
    low = min(int(score) // BAND * BAND, 100 - BAND)
    return f"{low}-{low + BAND}"


def _code(value: Any) -> str:
    return "" if value is None else str(value)
