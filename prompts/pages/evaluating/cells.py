"""What became of each case in each column of an evaluation: counts only, so that hundreds of cases fit one look."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Q

from prompts.models import Evaluation, EvaluationCell, LanguageModel, PromptVersion, Validity
from salesiq.people.models import User

PASSED, FAILED, MIXED, UNJUDGED, WAITING, BROKEN = "passed", "failed", "mixed", "unjudged", "waiting", "broken"
WORSE, BETTER = "worse", "better"

Key = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Column:
    """One version asked of one model. `against` is the baseline's column of the same model, None for itself."""

    version: PromptVersion
    model: LanguageModel
    is_baseline: bool
    against: Key | None

    @property
    def key(self) -> Key:
        return (self.version.pk, self.model.pk)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Answers of one case in one column. `share` is that of passed among judged ones, None where none was judged."""

    answers: int = 0
    passed: int = 0
    failed: int = 0
    broken: int = 0
    score: float | None = None

    @property
    def judged(self) -> int:
        return self.passed + self.failed

    @property
    def share(self) -> float | None:
        return self.passed / self.judged if self.judged else None

    @property
    def verdict(self) -> str:
        if not self.answers:
            return WAITING
        if self.judged == 0:
            return BROKEN if self.broken else UNJUDGED
        if self.failed == 0:
            return PASSED
        return FAILED if self.passed == 0 else MIXED


NONE_YET = Outcome()


@dataclass(frozen=True, slots=True)
class Line:
    """One case over all columns."""

    case: UUID
    outcomes: Mapping[Key, Outcome]

    def outcome(self, key: Key) -> Outcome:
        return self.outcomes.get(key, NONE_YET)

    def moved(self, column: Column) -> str:
        """`worse` or `better` than the baseline on the same model, by the share that passed; empty otherwise."""
        if column.against is None:
            return ""
        mine, theirs = self.outcome(column.key).share, self.outcome(column.against).share
        if mine is None or theirs is None or mine == theirs:
            return ""
        return WORSE if mine < theirs else BETTER

    def fails(self, columns: Sequence[Column]) -> bool:
        return any(self.outcome(column.key).verdict in (FAILED, MIXED, BROKEN) for column in columns)

    def differs(self, columns: Sequence[Column]) -> bool:
        shares = {self.outcome(column.key).share for column in columns} - {None}
        return len(shares) > 1

    def waits(self, columns: Sequence[Column]) -> bool:
        return any(self.outcome(column.key).verdict in (WAITING, UNJUDGED) for column in columns)


def columns_of(
    evaluation: Evaluation, versions: Iterable[PromptVersion], models: Iterable[LanguageModel]
) -> list[Column]:
    """The baseline first, then the versions by number; the models of each in their order."""
    models = list(models)
    ordered = sorted(versions, key=lambda each: (each.pk != evaluation.baseline_id, each.number))
    known = {version.pk for version in ordered}
    base = evaluation.baseline_id if evaluation.baseline_id in known else None
    return [
        Column(version, model, version.pk == base, (base, model.pk) if base and version.pk != base else None)
        for version in ordered
        for model in models
    ]


def lines_of(evaluation: Evaluation, user: User) -> list[Line]:
    """Every case that `user` may see with what became of it, in order of the cases. Two queries."""
    cases = evaluation.dataset.cases.visible_to(user).filter(_asked(evaluation)).order_by("position")
    found: dict[UUID, dict[Key, Outcome]] = {}
    rows = EvaluationCell.objects.visible_to(user).filter(evaluation=evaluation).order_by()
    counted = rows.values_list("case_id", "version_id", "model_id").annotate(
        answers=Count("pk", filter=Q(run__isnull=False)),
        passes=Count("pk", filter=Q(passed=True)),
        failures=Count("pk", filter=Q(passed=False)),
        broken=Count("pk", filter=Q(run__validity__in=[Validity.FAILED, Validity.INVALID])),
        mean=Avg("score"),
    )
    for case, version, model, *figures in counted:
        found.setdefault(case, {})[(version, model)] = Outcome(*figures)
    return [Line(case, found.get(case, {})) for case in cases.values_list("pk", flat=True)]


def _asked(evaluation: Evaluation) -> Q:
    """Active cases of the part that is asked, and those with answers though they were switched off since."""
    active = Q(is_active=True)
    if evaluation.split:
        active &= Q(split=evaluation.split)
    return active | Q(pk__in=EvaluationCell.objects.filter(evaluation=evaluation).values("case"))


@dataclass(frozen=True, slots=True)
class Tally:
    """A column over cases: `share` is the mean of the cases' shares that passed, as in the figures."""

    share: float | None
    passed: int
    judged: int


def tally(lines: Iterable[Line], column: Column) -> Tally:
    outcomes = [line.outcome(column.key) for line in lines]
    shares = [each.share for each in outcomes if each.share is not None]
    mean = sum(shares) / len(shares) if shares else None
    return Tally(mean, sum(each.passed for each in outcomes), sum(each.judged for each in outcomes))


FILTERS: Mapping[str, Any] = {
    "": lambda line, columns: True,
    "failed": lambda line, columns: line.fails(columns),
    "differing": lambda line, columns: line.differs(columns),
    "worse": lambda line, columns: any(line.moved(column) == WORSE for column in columns),
    "better": lambda line, columns: any(line.moved(column) == BETTER for column in columns),
    "waiting": lambda line, columns: line.waits(columns),
}
