"""What endangers a deal and what to do next, as codes with figures. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from decisions.forecasting.adjusting import Evidence
from decisions.models import Confidence

SILENT_DAYS = 14
LITTLE, MUCH = 30, 100
_STEPS = {
    "no_value": "add_value", "no_owner": "assign_owner", "no_stage": "set_stage", "overdue": "agree_new_day",
    "too_early": "agree_new_day", "older_than_most": "decide_or_drop", "stuck": "unblock", "silent": "reach_out",
    "no_next_step": "plan_next_step", "competitor_named": "answer_competitor",
}  # fmt: skip
# Parts of the handbook's qualification, and what to do where the client keeps such a field and it is not confirmed.
QUALIFYING = {
    "budget": "confirm_budget", "authority": "find_decider", "need": "establish_need", "timeline": "agree_timeline",
}  # fmt: skip
_MOST_STEPS = 4


@dataclass(frozen=True, slots=True)
class Norms:
    """What is usual for the client: `oldest`: age that nine of ten won deals do not pass; `in_stage`: days that three
    of four deals stay in a stage at most; whether it keeps activities or calls and tasks of deals at all; keys of
    qualification that its fields tell; `large`: expected value that one of ten open deals passes."""

    oldest: float | None
    in_stage: Mapping[tuple[str, str], float]
    keeps_activity: bool
    keeps_tasks: bool
    qualifying: frozenset[str]
    large: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a deal stands. `closes_low`: nine of ten deals like it close later."""

    stage: tuple[str, str]
    stage_known: bool
    days_in_stage: int | None
    age: int | None
    value: float | None
    closes_low: date | None


def risks_of(standing: Standing, evidence: Evidence, norms: Norms, as_of: date) -> list[dict[str, Any]]:
    """[{code, figures}], the gravest first."""
    found: list[tuple[str, dict[str, Any]]] = []
    expected = evidence.expected_on
    if expected is not None and expected < as_of:
        found.append(("overdue", {"days": (as_of - expected).days, "day": str(expected)}))
    if norms.oldest is not None and standing.age is not None and standing.age > norms.oldest:
        found.append(("older_than_most", {"days": standing.age, "usual": round(norms.oldest)}))
    usual = norms.in_stage.get(standing.stage)
    if usual is not None and standing.days_in_stage is not None and standing.days_in_stage > usual:
        found.append(("stuck", {"stage": standing.stage[1], "days": standing.days_in_stage, "usual": round(usual)}))
    if norms.keeps_activity and (silent := _silence(evidence, standing, as_of)) is not None:
        found.append(("silent", {"days": silent}))
    if evidence.competitor_calls:
        found.append(("competitor_named", {"calls": evidence.competitor_calls}))
    if expected is not None and standing.closes_low is not None and as_of <= expected < standing.closes_low:
        found.append(("too_early", {"day": str(expected), "likely": str(standing.closes_low)}))
    if norms.keeps_tasks and not evidence.open_tasks:
        found.append(("no_next_step", {}))
    lacking = {
        "no_value": standing.value is None,
        "no_owner": not evidence.has_owner,
        "no_stage": not standing.stage_known,
    }
    found += [(code, {}) for code, lacks in lacking.items() if lacks]
    return [{"code": code, "figures": figures} for code, figures in found]


def _silence(evidence: Evidence, standing: Standing, as_of: date) -> int | None:
    days = (as_of - evidence.touched).days if evidence.touched is not None else standing.age
    return days if days is not None and days > SILENT_DAYS else None


def steps_of(
    risks: list[dict[str, Any]], applied: frozenset[str], norms: Norms, expected_value: float | None
) -> list[dict[str, Any]]:
    """[{code, figures}], at most four, the most urgent first: what answers the risks, then what is not qualified yet.

    A large deal with two risks or more is to be looked at with a manager first (escalation).
    """
    codes: list[str] = []
    if len(risks) >= 2 and expected_value is not None and expected_value >= norms.large > 0:
        codes.append("escalate")
    codes += [_STEPS[risk["code"]] for risk in risks]
    codes += [step for key, step in QUALIFYING.items() if key in norms.qualifying and key not in applied]
    return [{"code": code, "figures": {}} for code in list(dict.fromkeys(codes))[:_MOST_STEPS]]


def confidence_of(*, behind: int, risks: list[dict[str, Any]]) -> Confidence:
    """High: at least 100 closed deals stand behind the chance and nothing endangers it. Low: less than 30 do, or it is
    overdue, older than nine of ten won deals, without a value or a stage. Medium: all else."""
    grave = {"overdue", "older_than_most", "no_value", "no_stage"} & {risk["code"] for risk in risks}
    if behind < LITTLE or grave:
        return Confidence.LOW
    return Confidence.HIGH if behind >= MUCH and not risks else Confidence.MEDIUM
