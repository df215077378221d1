"""What outcomes say of each case as a test: difficulty, discrimination, reliability, fairness. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import atanh, sqrt, tanh
from statistics import correlation, median
from typing import Any
from uuid import UUID

from testcases.statistics.dif import adverse_impact, correct_for_many, mantel_haenszel, strata_by_ability
from testcases.statistics.rasch import FEWEST_OF_ITEM, FEWEST_PEOPLE, PEOPLE_FOR_SLOPES, Calibration, calibrate
from testcases.statistics.reliability import cronbach_alpha, retest
from testcases.statistics.shares import share_of
from testcases.validation.outcomes import Outcomes, Try

LEVELS = ("beginner", "intermediate", "advanced")
FEWEST, WEAK, UNRELIABLE = 30, 0.1, 0.5
HIGHEST_MARKS_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class CaseAsTest:
    """`figures` as CaseFigures keeps them; `flags` say what is to be looked at."""

    n: int
    figures: dict[str, Any]
    flags: tuple[str, ...]


def figures_of(outcomes: Outcomes, labels: Mapping[UUID, str]) -> dict[UUID, CaseAsTest]:
    """The figures of each case in `labels` ({case: difficulty that it is labelled with})."""
    first = [each for each in outcomes.tries if each.number == 1]
    fitted = _fit(first)
    by_case: dict[UUID, list[Try]] = defaultdict(list)
    for each in outcomes.tries:
        by_case[each.case].append(each)
    middles = _middles(fitted, by_case, labels)
    return {case: _of_case(case, by_case[case], outcomes, fitted, labels[case], middles) for case in labels}


def _fit(first: Sequence[Try]) -> Calibration | None:
    people = {each.agent for each in first}
    if len(people) < FEWEST_PEOPLE:
        return None
    kind = "2pl" if len(people) >= PEOPLE_FOR_SLOPES else "rasch"
    return calibrate(((each.agent, str(each.case), each.passed) for each in first), kind=kind, prior=True)  # type: ignore[arg-type]


def _of_case(
    case: UUID, tries: Sequence[Try], outcomes: Outcomes, fitted: Calibration | None, label: str,
    middles: Mapping[str, float],
) -> CaseAsTest:  # fmt: skip
    first = [each for each in tries if each.number == 1]
    rate = share_of({each.agent: (float(each.passed), 1) for each in first})
    difficulty = _difficulty(case, first, fitted, label, middles)
    discrimination = _discrimination(case, first, outcomes, fitted)
    marks = outcomes.marks.get(case, [])[-HIGHEST_MARKS_KEPT:]
    alpha, again = asdict(cronbach_alpha(marks)), asdict(retest(_twice(tries)))
    groups = _groups(first, outcomes, fitted)
    figures = {
        "pass_rate": {"value": rate.share, "low": rate.low, "high": rate.high, "n": rate.n},
        "difficulty": difficulty, "discrimination": discrimination, "reliability": alpha, "retest": again,
        "groups": groups,
    }  # fmt: skip
    return CaseAsTest(len(tries), figures, tuple(_flags(figures)))


def _difficulty(
    case: UUID, first: Sequence[Try], fitted: Calibration | None, label: str, middles: Mapping[str, float]
) -> dict[str, Any]:
    """`model` is rasch, 2pl or pass_rate; `value` in logits, or the share of first tries that failed. `looks`: the
    label that outcomes speak for, where they surely speak against the one it has."""
    item = fitted.items.get(str(case)) if fitted else None
    found: dict[str, Any]
    if item is not None and item.difficulty is not None and item.n >= FEWEST_OF_ITEM and fitted is not None:
        found = {"model": fitted.kind, "value": item.difficulty, "low": item.low, "high": item.high, "n": item.n}
    else:
        share = share_of({each.agent: (float(not each.passed), 1) for each in first})
        found = {"model": "pass_rate", "value": share.share, "low": share.low, "high": share.high, "n": share.n}
    return {**found, "label": label, "looks": _looks(found, label, middles)}


def _looks(found: Mapping[str, Any], label: str, middles: Mapping[str, float]) -> str:
    """Another label where the whole interval lies beyond the middle of that label's cases."""
    if found["low"] is None or found["n"] < FEWEST_OF_ITEM or label not in LEVELS:
        return ""
    at = LEVELS.index(label)
    suffix = "" if found["model"] != "pass_rate" else ":rate"
    harder = [level for level in LEVELS[at + 1 :] if found["low"] > middles.get(level + suffix, float("inf"))]
    easier = [level for level in LEVELS[:at] if found["high"] < middles.get(level + suffix, float("-inf"))]
    return harder[-1] if harder else easier[0] if easier else ""


def _middles(
    fitted: Calibration | None, by_case: Mapping[UUID, Sequence[Try]], labels: Mapping[UUID, str]
) -> dict[str, float]:
    """The median difficulty of the cases of each label, by model and by the share of first tries that failed; labels
    with fewer than two cases have none."""
    values: dict[str, list[float]] = defaultdict(list)
    for case, label in labels.items():
        first = [each for each in by_case.get(case, ()) if each.number == 1]
        if len(first) < FEWEST_OF_ITEM:
            continue
        values[f"{label}:rate"].append(1 - sum(each.passed for each in first) / len(first))
        item = fitted.items.get(str(case)) if fitted else None
        if item is not None and item.difficulty is not None:
            values[label].append(item.difficulty)
    return {label: median(found) for label, found in values.items() if len(found) > 1}


def _discrimination(case: UUID, first: Sequence[Try], outcomes: Outcomes, fitted: Calibration | None) -> dict[str, Any]:
    """The slope where there are people enough, otherwise the correlation of passing with the mean score of the same
    agents' other cases (corrected item-total correlation; interval by Fisher's z, 1921)."""
    item = fitted.items.get(str(case)) if fitted and fitted.kind == "2pl" else None
    if item is not None and item.slope is not None and item.n >= FEWEST:
        return {"by": "slope", "value": item.slope, "low": item.slope_low, "high": item.slope_high, "n": item.n}
    rest = _rest_scores(case, outcomes)
    pairs = [(float(each.passed), rest[each.agent]) for each in first if each.agent in rest]
    found: dict[str, Any] = {"by": "correlation", "value": None, "low": None, "high": None, "n": len(pairs)}
    passed, scores = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if len(pairs) < FEWEST_OF_ITEM or len(set(passed)) < 2 or len(set(scores)) < 2:
        return found
    value = correlation(passed, scores)
    z, half = atanh(max(-0.9999, min(0.9999, value))), 1.96 / sqrt(len(pairs) - 3)
    return {**found, "value": value, "low": tanh(z - half), "high": tanh(z + half)}


def _rest_scores(case: UUID, outcomes: Outcomes) -> dict[str, float]:
    scores: dict[str, list[float]] = defaultdict(list)
    for each in outcomes.tries:
        if each.case != case and each.number == 1:
            scores[each.agent].append(each.score)
    return {agent: sum(found) / len(found) for agent, found in scores.items()}


def _twice(tries: Sequence[Try]) -> list[list[float]]:
    """Each agent's first two scores."""
    scores: dict[str, list[float]] = defaultdict(list)
    for each in tries:
        if each.number <= 2:
            scores[each.agent].append(each.score)
    return [found for found in scores.values() if len(found) == 2]


def _groups(first: Sequence[Try], outcomes: Outcomes, fitted: Calibration | None) -> list[dict[str, Any]]:
    """Impact of each group, and DIF of each against all others; p corrected within a kind of group."""
    found: list[dict[str, Any]] = []
    for kind, groups in outcomes.groups.items():
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for each in first:
            if each.agent in groups:
                counts[groups[each.agent]][0] += each.passed
                counts[groups[each.agent]][1] += 1
        if len(counts) < 2:
            continue
        impacts = adverse_impact({name: (passed, n) for name, (passed, n) in counts.items()})
        difs = {each["group"]: each for each in _difs(first, groups, outcomes, fitted)}
        found += [{"kind": kind, **asdict(impact), "dif": difs.get(impact.group)} for impact in impacts]
    return found


def _difs(
    first: Sequence[Try], groups: Mapping[str, str], outcomes: Outcomes, fitted: Calibration | None
) -> list[dict[str, Any]]:
    ability = fitted.abilities if fitted else {}
    known = [(ability[each.agent], groups[each.agent], each.passed) for each in first
             if each.agent in ability and each.agent in groups]  # fmt: skip
    names = sorted({name for _ability, name, _passed in known})
    tested = [
        mantel_haenszel(strata_by_ability([(a, name == group, passed) for a, name, passed in known]), group=group)
        for group in names
    ]
    return [asdict(each) for each in correct_for_many(tested)]


def _flags(figures: Mapping[str, Any]) -> list[str]:
    flags = []
    if figures["difficulty"]["looks"]:
        flags.append("difficulty")
    weak = figures["discrimination"]
    if weak["value"] is not None and weak["n"] >= FEWEST and weak["value"] < WEAK:
        flags.append("discrimination")
    alpha = figures["reliability"]
    if alpha["value"] is not None and alpha["n"] >= FEWEST and alpha["high"] < UNRELIABLE:
        flags.append("reliability")
    if any(each["verdict"] == "adverse" for each in figures["groups"]):
        flags.append("impact")
    if any(each["dif"] and each["dif"]["cls"] in ("B", "C") for each in figures["groups"]):
        flags.append("dif")
    return flags
