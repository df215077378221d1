"""Reading reviews, always through `visible_to`: what waits for somebody, and which score of a call counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q

from recordings.models import Appeal, AppealStatus, Review, ReviewKind, SalesCall
from recordings.models.review import UNFINISHED, ReviewPartQuerySet, ReviewQuerySet
from salesiq.people.models import User
from salesiq.people.roles import CAPABILITIES, Capability, Role

# What is due first comes first; what has no day comes last, oldest first.
QUEUE_ORDER = (F("due_at").asc(nulls_last=True), "created_at", "pk")


def list_reviews(user: User) -> ReviewQuerySet:
    """Reviews that `user` may see, with all that a row of a list shows: one query for a page of them."""
    rows = Review.objects.visible_to(user).select_related(
        "call", "call__agent", "call__agent__team", "call__customer", "call__recording", "scorecard", "reviewer"
    )
    return rows.defer("call__recording__peaks", "call__recording__masked", "scorecard__criteria")


def review_queue(user: User) -> ReviewQuerySet:
    """The unfinished reviews given to `user`, blind ones too, in the order to do them."""
    return list_reviews(user).unfinished().filter(reviewer=user).order_by(*QUEUE_ORDER)


def next_review(user: User, after: Review | None = None) -> Review | None:
    """The review of `user`'s queue that comes after `after`, else its first; None when nothing else waits."""
    waiting = list(review_queue(user).values_list("pk", flat=True))
    others = [pk for pk in waiting if after is None or pk != after.pk]
    if not others:
        return None
    place = waiting.index(after.pk) if after is not None and after.pk in waiting else 0
    chosen = others[place] if place < len(others) else others[0]
    return list_reviews(user).filter(pk=chosen).first()


def appeals_to_decide(user: User) -> ReviewPartQuerySet[Appeal]:
    """Open appeals that `user` may decide: of calls they see, not against their own answers, not of their own calls."""
    rows = Appeal.objects.visible_to(user).filter(status=AppealStatus.OPEN)
    mine = rows.exclude(review__reviewer=user).exclude(review__call__agent__user=user)
    shown = mine.select_related(
        "review__call__agent", "review__call__customer", "review__call__recording", "review__scorecard",
        "review__reviewer", "appealed_by",
    )  # fmt: skip
    return shown.defer("review__call__recording__peaks", "review__call__recording__masked").order_by("created_at")


@dataclass(frozen=True, slots=True)
class ValidScore:
    """Which total of a call counts, 0 to 100: a person's where one was given, otherwise the automatic one.

    `automatic` is shown greyed beside a person's; it is never changed by a review.
    """

    total: Decimal | None
    automatic: Decimal | None
    review: Review | None = None

    @property
    def is_overruled(self) -> bool:
        return self.review is not None


def valid_score(call: SalesCall, user: User) -> ValidScore:
    """The score of `call` that counts, as far as `user` may see the reviews of it."""
    return valid_scores([call], user)[call.pk]


def valid_scores(calls: Iterable[SalesCall], user: User) -> dict[Any, ValidScore]:
    """The same for many calls, by their ids, in one query."""
    wanted = list(calls)
    given = Review.objects.visible_to(user).given().filter(call__in=wanted, kind=ReviewKind.QUALITY)
    newest = {row.call_id: row for row in given.filter(total__isnull=False).order_by("submitted_at")}
    return {
        call.pk: ValidScore(row.total, call.quality_score, row)
        if (row := newest.get(call.pk))
        else ValidScore(call.quality_score, call.quality_score)
        for call in wanted
    }


def reviewers_for(user: User) -> list[User]:
    """Who may be given reviews by `user`: the active people of the client whose role reviews calls, by name."""
    roles = [role for role, granted in CAPABILITIES.items() if Capability.REVIEW_CALLS in granted]
    rows = User.objects.visible_to(user).filter(is_active=True, role__in=roles, client__isnull=False)
    return list(rows.order_by("first_name", "last_name", "username"))


@dataclass(frozen=True, slots=True)
class Load:
    """What waits for a reviewer, what of it is overdue, and what they gave in the last 30 days."""

    reviewer: User
    open: int
    overdue: int
    given: int


def reviewer_loads(user: User, now: datetime) -> list[Load]:
    """The load of everybody who may be given reviews, the most first; two queries."""
    people = {row.pk: row for row in reviewers_for(user)}
    recent = now - timedelta(days=30)
    waiting = Q(status__in=UNFINISHED)
    rows = Review.objects.filter(reviewer__in=list(people)).filter(waiting | Q(submitted_at__gte=recent)).order_by()
    numbers = rows.values_list("reviewer").annotate(
        open=Count("pk", filter=waiting),
        overdue=Count("pk", filter=waiting & Q(due_at__lt=now)),
        given=Count("pk", filter=Q(submitted_at__gte=recent)),
    )
    counted = {pk: tuple(found) for pk, *found in numbers}
    loads = [
        Load(person, *counted.get(pk, (0, 0, 0)))
        for pk, person in people.items()
        if person.role == Role.REVIEWER or pk in counted
    ]
    return sorted(loads, key=lambda load: (-load.open, -load.overdue, str(load.reviewer)))


def deciders_of(review: Review) -> list[User]:
    """Who is told of an appeal against `review`: reviewers of the agent's team but the first one, else its managers,
    else the client's administrators. The agent is none of them."""
    agent = review.call.agent
    people = User.objects.filter(client_id=review.client_id, is_active=True)
    if review.reviewer_id is not None:
        people = people.exclude(pk=review.reviewer_id)
    if agent is not None and agent.user_id is not None:
        people = people.exclude(pk=agent.user_id)
    team = agent.team_id if agent else None
    found = list(people.filter(role=Role.REVIEWER, reviewed_teams=team)) if team else []
    found = found or (list(people.filter(role=Role.MANAGER, managed_teams=team)) if team else [])
    return found or list(people.filter(role=Role.ADMIN))
