"""How often cases are passed: one query for a whole list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Avg, Count, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from prompts.pages.words import interval_words, percent_words
from salesiq.people.models import User
from testcases.models import CaseRun, RunStatus

# Below so many runs a share says little; the page says so.
FEW = 10


@dataclass(frozen=True, slots=True)
class CaseRate:
    """Judged runs that the reader may see, without trials; `waiting` are those that wait for a person."""

    n: int
    passed: int
    waiting: int
    mean: float | None

    @property
    def percent(self) -> str:
        return percent_words(self.passed / self.n) if self.n else ""

    @property
    def interval(self) -> str:
        return interval_words(self.passed, self.n) if self.n else ""

    @property
    def is_small(self) -> bool:
        return 0 < self.n < FEW

    @property
    def score(self) -> str:
        return "" if self.mean is None else number_format(self.mean, 0)


NONE = CaseRate(0, 0, 0, None)


def case_rates(user: User, cases: Iterable[UUID]) -> Mapping[UUID, CaseRate]:
    """The rate of each case that was ever run, by its id, over all of its versions."""
    wanted = list(cases)
    if not wanted:
        return {}
    sums = (
        CaseRun.objects.visible_to(user)
        .filter(version__case__in=wanted, is_trial=False, status=RunStatus.JUDGED)
        .order_by()
        .values("version__case_id")
        .annotate(
            n=Count("pk", filter=Q(passed__isnull=False)),
            passed_n=Count("pk", filter=Q(passed=True)),
            waiting=Count("pk", filter=Q(passed__isnull=True)),
            mean=Avg("score"),
        )
    )
    return {row["version__case_id"]: CaseRate(row["n"], row["passed_n"], row["waiting"], row["mean"]) for row in sums}


def small_sample(n: int) -> str:
    """A word of caution where `n` is small, otherwise nothing."""
    return _("few runs") if 0 < n < FEW else ""
