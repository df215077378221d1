"""Reading calibrations: the sessions of a client, how far each has come, and reviewers over time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from recordings.models import CalibrationSession, Review, ReviewKind
from recordings.models.calibration import CalibrationQuerySet
from recordings.models.review import GIVEN, UNFINISHED
from recordings.quality.answers import total_of
from recordings.quality.criteria import read_criteria
from recordings.quality.means import student
from salesiq.people.models import User

MINIMUM_REVIEWS = 5  # with fewer a mean difference is shown, and marked as resting on too little
MONTHS_SHOWN = 12


def list_calibrations(user: User) -> CalibrationQuerySet[Any]:
    """Sessions that `user` may see, newest first, with how many reviews are asked for and given."""
    return (
        CalibrationSession.objects.visible_to(user)
        .select_related("scorecard", "created_by")
        .annotate(
            asked=Count("reviews", filter=Q(reviews__status__in=(*GIVEN, *UNFINISHED)), distinct=True),
            given=Count("reviews", filter=Q(reviews__status__in=GIVEN), distinct=True),
            call_count=Count("calls", distinct=True),
            reviewer_count=Count("reviewers", distinct=True),
        )
        .order_by("-created_at")
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a reviewer's blind reviews are given. What they say stays hidden."""

    reviewer: User
    asked: int
    given: int

    @property
    def is_done(self) -> bool:
        return self.given >= self.asked


def progress_of(session: CalibrationSession) -> list[Progress]:
    """Numbers alone, so that a blind session may show them to everybody who sees it."""
    counts = Review.objects.filter(calibration=session).values("reviewer").annotate(
        asked=Count("pk"), given=Count("pk", filter=Q(status__in=GIVEN))
    )  # fmt: skip
    by_person = {row["reviewer"]: row for row in counts}
    return [
        Progress(person, by_person[person.pk]["asked"], by_person[person.pk]["given"])
        for person in session.reviewers.order_by("username")
        if person.pk in by_person
    ]


def own_reviews(session: CalibrationSession, user: User) -> "QuerySet[Review]":
    """The blind reviews that `user` is to give, in the order of the calls."""
    rows = Review.objects.visible_to(user).filter(calibration=session, reviewer=user)
    return rows.select_related("call", "call__agent", "call__customer").order_by("created_at")


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of own total minus the other, in points of 100, with its 95 % interval by Student's t; n reviews."""

    mean: float
    low: float | None
    high: float | None
    n: int

    @property
    def enough(self) -> bool:
        return self.n >= MINIMUM_REVIEWS

    @property
    def leans(self) -> str:
        """`kinder` or `stricter` where the interval leaves 0 out, otherwise empty."""
        if self.low is None or self.high is None or self.low <= 0 <= self.high:
            return ""
        return "kinder" if self.mean > 0 else "stricter"


def mean_difference(values: Iterable[float]) -> Difference | None:
    """None without values; no interval for a single one."""
    known = list(values)
    if not known:
        return None
    low, high = student(known) or (None, None)
    return Difference(fmean(known), low, high, len(known))


@dataclass(frozen=True, slots=True)
class Drift:
    """One reviewer in one period: against what was agreed in a session, or against the automatic score in a month."""

    reviewer: str
    label: str
    against: str
    difference: Difference


def drift_of_reviewers(user: User) -> list[Drift]:
    """Every reviewer that `user` may see, session by session and month by month of the last twelve, oldest first."""
    return [*_by_session(user), *_by_month(user)]


def _by_session(user: User) -> list[Drift]:
    reviews = Review.objects.visible_to(user).given().filter(kind=ReviewKind.CALIBRATION, total__isnull=False)
    rows = list(reviews.select_related("calibration__scorecard", "reviewer").order_by("calibration__compared_at"))
    sessions = {row.calibration_id: row.calibration for row in rows if row.calibration and row.calibration.compared_at}
    totals = {pk: _agreed_totals(session) for pk, session in sessions.items() if session}
    found: dict[tuple[Any, Any], list[float]] = defaultdict(list)
    people: dict[Any, str] = {}
    for row in rows:
        agreed = totals.get(row.calibration_id, {}).get(row.call_id)
        if agreed is not None and row.total is not None and row.reviewer:
            found[row.reviewer_id, row.calibration_id].append(float(row.total) - agreed)
            people[row.reviewer_id] = str(row.reviewer)
    return [
        Drift(people[person], str(sessions[session]), _("agreed answers"), difference)
        for (person, session), values in found.items()
        if (difference := mean_difference(values))
    ]


def _agreed_totals(session: CalibrationSession) -> dict[Any, float]:
    """The total of each call by what was agreed on, of calls where every question is."""
    criteria = read_criteria(session.scorecard.criteria)
    answers: dict[Any, dict[str, str]] = defaultdict(dict)
    for call, key, value in session.agreed.values_list("call_id", "key", "value"):
        answers[call][key] = value
    totals = {call: total_of(criteria, said) for call, said in answers.items()}
    return {call: float(each.total) for call, each in totals.items() if each.total is not None and not each.missing}


def _by_month(user: User) -> list[Drift]:
    reviews = Review.objects.visible_to(user).given().filter(
        total__isnull=False, automatic_total__isnull=False, reviewer__isnull=False
    )  # fmt: skip
    rows = reviews.annotate(month=TruncMonth("submitted_at")).order_by("month")
    found: dict[tuple[str, date], list[float]] = defaultdict(list)
    for name, month, own, automatic in rows.values_list("reviewer__username", "month", "total", "automatic_total"):
        found[name, month].append(float(own or 0) - float(automatic or 0))
    months = sorted({month for _name, month in found})[-MONTHS_SHOWN:]
    return [
        Drift(name, f"{month:%Y-%m}", _("automatic score"), difference)
        for (name, month), values in found.items()
        if month in months and (difference := mean_difference(values))
    ]
