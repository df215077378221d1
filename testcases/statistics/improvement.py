"""Whether people get better with practice: not by raw means, in which those who practise most and the cases they
choose would count as progress."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np

from testcases.statistics.shares import mean_of

# Below these the mixed model knows too little of people, and pairs are compared.
FEWEST_ROWS, FEWEST_PEOPLE, FEWEST_EACH = 30, 6, 2
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Result:
    """One judged run: `at` in days since that person's first, `score` 0 to 100."""

    person: str
    case: str
    at: float
    score: float


@dataclass(frozen=True, slots=True)
class Improvement:
    """`slope` in points of 100 in 30 days (mixed), or from the first to the last try of a case (paired); interval 95 %.

    `method`: mixed, paired or none; then `problem` says why: few, no_time, no_spread.
    """

    method: str
    n: int
    people: int
    slope: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    problem: str = ""


def improvement(results: Sequence[Result]) -> Improvement:
    """The newest MOST_ROWS results. By a mixed model where there is enough, otherwise by pairs."""
    rows = sorted(results, key=lambda row: row.at)[-MOST_ROWS:]
    enough = _people_with(rows, FEWEST_EACH)
    if len(rows) >= FEWEST_ROWS and enough >= FEWEST_PEOPLE:
        found = mixed(rows)
        if found is not None:
            return found
    return paired(rows)


def mixed(rows: Sequence[Result]) -> Improvement | None:
    """Score by time with each person's own level and pace, by statsmodels MixedLM, maximum restricted likelihood.

    What each case makes harder is taken out of score and time alike (within-case deviations; Frisch and Waugh 1933).
    The random slope (Laird and Ware 1982, Biometrics 38:963) keeps the interval honest where paces differ. None where
    nothing varies or the model does not settle.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM

    score, time = (_within(rows, values) for values in ([r.score for r in rows], [r.at / 30 for r in rows]))
    if score.std() < 1e-9 or time.std() < 1e-9:
        return None
    # Numbered as they come, so that ids drawn by chance do not decide whether the model settles.
    numbers = {person: at for at, person in enumerate(dict.fromkeys(row.person for row in rows))}
    people = np.array([numbers[row.person] for row in rows])
    design = np.column_stack([np.ones(len(rows)), time])
    for random in (design, design[:, :1]):
        with catch_warnings():
            simplefilter("ignore")
            try:
                model = MixedLM(score, design, groups=people, exog_re=random)
                fitted = model.fit(method=["lbfgs", "bfgs", "cg", "powell"], reml=True)
                slope, error = float(fitted.fe_params[1]), float(fitted.bse_fe[1])
            except (np.linalg.LinAlgError, ValueError):
                continue
        if fitted.converged and np.isfinite(error) and error > 0:
            return _of_slope(rows, slope, error, people)
    return None


def paired(rows: Sequence[Result]) -> Improvement:
    """The last try of a case less the first, by the same person; a mean of each person's pairs, then Student's t."""
    tries: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for row in rows:
        tries[row.person, row.case].append(row)
    changes: dict[str, list[float]] = defaultdict(list)
    for (person, _case), found in tries.items():
        if len(found) > 1:
            ordered = sorted(found, key=lambda row: row.at)
            changes[person].append(ordered[-1].score - ordered[0].score)
    each = [fmean(values) for values in changes.values()]
    told = mean_of(each)
    people = len({row.person for row in rows})
    if told.mean is None or told.low is None or told.high is None:
        return Improvement("none", len(rows), people, problem="few")
    return Improvement("paired", len(rows), len(each), told.mean, told.low, told.high)


def _of_slope(rows: Sequence[Result], slope: float, error: float, people: Any) -> Improvement:
    """Wald's interval with t of people - 1 degrees of freedom, which is kinder to few people than the normal one."""
    from scipy.special import stdtr, stdtrit

    count = len(set(people))
    half = float(stdtrit(count - 1, 0.975)) * error
    p = 2 * float(stdtr(count - 1, -abs(slope) / error))
    return Improvement("mixed", len(rows), count, slope, slope - half, slope + half, p)


def _within(rows: Sequence[Result], values: Sequence[float]) -> Any:
    sums: dict[str, list[float]] = defaultdict(list)
    for row, value in zip(rows, values, strict=True):
        sums[row.case].append(value)
    means = {case: fmean(found) for case, found in sums.items()}
    middle = fmean(values)
    return np.array([value - means[row.case] + middle for row, value in zip(rows, values, strict=True)])


def _people_with(rows: Sequence[Result], least: int) -> int:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.person] += 1
    return sum(n >= least for n in counts.values())


@dataclass(frozen=True, slots=True)
class Change:
    """`difference` after minus before, of people; `kind`: controlled (less the change of those without), alone, none.

    `treated` and `controls` are people with values on both sides; `own` and `others` the mean change of each.
    """

    kind: str
    treated: int
    controls: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    own: float | None = None
    others: float | None = None


def before_after(
    treated: Sequence[tuple[float, float]], controls: Sequence[tuple[float, float]] = (), *, fewest: int = 3
) -> Change:
    """(before, after) of each person. With at least `fewest` controls: difference in differences, one change a person
    and Welch's interval of the two means (Bertrand, Duflo and Mullainathan 2004, Q. J. Econ. 119:249, §IV.C: before and
    after collapsed, which keeps serial correlation out). Otherwise the paired change alone (Student), which time,
    season and falling back to the mean may explain as well."""
    from testcases.statistics.effects import welch

    ours, theirs = ([after - before for before, after in rows] for rows in (treated, controls))
    own, others = (fmean(rows) if rows else None for rows in (ours, theirs))
    if not ours:
        return Change("none", 0, len(theirs), others=others)
    if len(theirs) >= fewest and len(ours) >= 2:
        found = welch(theirs, ours)
        return Change(
            "controlled", len(ours), len(theirs), found.difference, found.low, found.high, found.p, own, others
        )
    told = mean_of(ours)
    p = None
    if told.variance:
        from scipy.special import stdtr

        p = 2 * float(stdtr(told.n - 1, -abs(told.mean or 0.0) / sqrt(told.variance / told.n)))
    return Change("alone", len(ours), len(theirs), told.mean, told.low, told.high, p, own, others)
