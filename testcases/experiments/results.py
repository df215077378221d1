"""What an experiment shows: decided by its planned looks alone, however often it is looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from prompts.watching.sequential import LEAST_PER_ARM as LEAST_AT_ANY_TIME
from prompts.watching.sequential import compare_arms
from testcases.experiments.outcomes import SEGMENTS, Observed, moments, observed, unit_means
from testcases.experiments.planning import ANY_TIME
from testcases.models import CaseExperiment, ExperimentArm, ExperimentStatus
from testcases.statistics.effects import Difference, size_of, welch
from testcases.statistics.many import corrected
from testcases.statistics.sequential import LEAST_PER_ARM, LOOKS, Look, look_at, look_sizes, sizes_fit
from testcases.statistics.shares import Mean, mean_of

SHOWN_SEGMENTS = 8


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """`assigned` units, those `measured`, their `observations` (runs or calls), and the mean over units."""

    position: int
    name: str
    kind: str
    assigned: int
    measured: int
    observations: int
    mean: Mean


@dataclass(frozen=True, slots=True)
class Against:
    """An arm against the first. `difference` is of all that is known now, for looking; `looks` decide.

    `low`, `high` and `p` hold over all looks that were made; None before the first. `says`: too_early, undecided,
    better, worse, no_difference (the last look was made).
    """

    position: int
    name: str
    difference: Difference
    looks: tuple[Look, ...]
    low: float | None
    high: float | None
    p: float | None
    says: str
    size: str
    next_look: int | None
    known: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of the units; `p` corrected for all parts that are shown. Parts explain, they do not decide."""

    by: str
    value: str
    position: int
    difference: Difference
    p: float | None


@dataclass(frozen=True, slots=True)
class ExperimentResult:
    """`fits` is False where the arms' sizes cannot have come of their shares. `says`: of the arms together."""

    arms: tuple[ArmFigures, ...]
    against: tuple[Against, ...]
    segments: tuple[Segment, ...]
    fits: bool
    says: str
    may_stop: bool

    def as_json(self) -> dict[str, Any]:
        """As an experiment keeps it when it ends."""
        first = self.against[0] if self.against else None
        return {
            "arms": [asdict(arm) for arm in self.arms], "against": [asdict(each) for each in self.against],
            "segments": [asdict(each) for each in self.segments], "fits": self.fits, "decision": self.says,
            "difference": first.difference.difference if first else None, "low": first.low if first else None,
            "high": first.high if first else None, "p": first.p if first else None,
            "effect_size": first.difference.effect if first else None,
        }  # fmt: skip


def experiment_result(experiment: CaseExperiment) -> ExperimentResult:
    """The figures until now, or until it ended. Six queries, whatever the number of units."""
    rows = observed(experiment)
    arms = list(experiment.arms.order_by("position"))
    assigned: dict[int, int] = {}
    for position in experiment.members.values_list("arm__position", flat=True):
        assigned[position] = assigned.get(position, 0) + 1
    figures = tuple(_figures(arm, rows, assigned) for arm in arms)
    against = tuple(_against(experiment, arm, rows, len(arms)) for arm in arms[1:])
    sizes = [assigned.get(arm.position, 0) for arm in arms]
    says = _together(against)
    return ExperimentResult(
        arms=figures, against=against, segments=tuple(_segments(rows, arms)),
        fits=sizes_fit(sizes, [arm.share for arm in arms]), says=says,
        may_stop=says in ("better", "worse", "no_difference"),
    )  # fmt: skip


def _figures(arm: ExperimentArm, rows: Sequence[Observed], assigned: dict[int, int]) -> ArmFigures:
    own = [row for row in rows if row.arm == arm.position]
    means = unit_means(own).get(arm.position, [])
    return ArmFigures(
        arm.position, arm.name, arm.kind, assigned.get(arm.position, 0) or len(means), len(means), len(own),
        mean_of(means),
    )  # fmt: skip


def _against(experiment: CaseExperiment, arm: ExperimentArm, rows: Sequence[Observed], arms: int) -> Against:
    means = unit_means(rows)
    control, own = means.get(0, []), means.get(arm.position, [])
    alpha = float(experiment.plan.get("alpha", 0.05)) / max(1, arms - 1)
    ended = experiment.status == ExperimentStatus.STOPPED
    difference = welch(control, own)
    known = len(control) + len(own)
    if experiment.plan.get("rule") == ANY_TIME:
        low, high, p, says = _at_any_time(control, own, arm.share, alpha)
        return Against(
            arm.position, arm.name, difference, (), low, high, p, says, size_of(difference.effect), None, known
        )
    sizes = look_sizes(int(experiment.plan.get("per_arm", 2)))
    looks = tuple(_looks(rows, arm.position, sizes, alpha))
    last = looks[-1] if looks else None
    due = next((size for size in sizes[len(looks) :]), None)
    says = "too_early" if last is None else _says(last, done=len(looks) == len(sizes))
    decided = says in ("better", "worse")
    return Against(
        arm.position, arm.name, difference, looks, last.low if last else None, last.high if last else None,
        last.p if last else None, says, size_of(difference.effect), None if decided or ended else due, known,
    )  # fmt: skip


def _looks(rows: Sequence[Observed], arm: int, sizes: Sequence[int], alpha: float) -> Iterator[Look]:
    """Each look that was due, with what was known at that moment; none after one that crossed."""
    times = moments(rows, (0, arm))
    for number, size in enumerate(sizes, 1):
        if len(times) < size:
            return
        at = times[size - 1]
        if number == len(sizes):
            # The last look waits for an arm that is too small: there is none after it.
            smaller = [moments(rows, (side, side)) for side in (0, arm)]
            if min(map(len, smaller)) < LEAST_PER_ARM:
                return
            at = max(at, *(each[LEAST_PER_ARM - 1] for each in smaller))
        means = unit_means(rows, until=at)
        look = look_at(number, means.get(0, []), means.get(arm, []), fractions=LOOKS, alpha=alpha, top=100.0)
        yield look
        if look.crossed:
            return


def _says(look: Look, *, done: bool) -> str:
    if look.crossed and look.difference is not None:
        return "better" if look.difference > 0 else "worse"
    if done and look.p is not None:
        return "no_difference"
    return "undecided"


def _at_any_time(
    control: Sequence[float], own: Sequence[float], share: float, alpha: float
) -> tuple[float | None, float | None, float | None, str]:
    found = compare_arms(control, own, share_b=min(0.99, max(0.01, share)), alpha=alpha)
    if found.p is None or found.difference is None:
        return None, None, None, "too_early"
    says = "undecided" if found.p >= alpha else "better" if found.difference > 0 else "worse"
    return found.low, found.high, found.p, says


def _together(against: Sequence[Against]) -> str:
    told = {each.says for each in against}
    for answer in ("better", "worse", "undecided", "no_difference", "too_early"):
        if answer in told:
            return answer
    return "too_early"


def _segments(rows: Sequence[Observed], arms: Sequence[ExperimentArm]) -> list[Segment]:
    found: list[Segment] = []
    for by in SEGMENTS:
        values = sorted({row.segments[by] for row in rows if row.segments[by]})
        if len(values) < 2:
            continue
        for value in values[:SHOWN_SEGMENTS]:
            means = unit_means([row for row in rows if row.segments[by] == value])
            for arm in arms[1:]:
                difference = welch(means.get(0, []), means.get(arm.position, []))
                found.append(Segment(by, value, arm.position, difference, difference.p))
    sure = corrected([each.p for each in found], method="holm")
    return [
        Segment(each.by, each.value, each.position, each.difference, p) for each, p in zip(found, sure, strict=True)
    ]


__all__ = ["LEAST_AT_ANY_TIME", "LEAST_PER_ARM", "Against", "ArmFigures", "ExperimentResult", "Segment"]
