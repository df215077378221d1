"""What the gate found, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prompts.pages.evaluating.wording import decimal, number, percent, points, span
from prompts.releasing import Verdict


@dataclass(frozen=True, slots=True)
class CheckRow:
    name: str
    passed: bool
    found: str
    needed: str
    sentence: str
    model: str


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """`lacks_evidence` where nothing was measured yet: the way is an evaluation and not an override."""

    passed: bool
    reasons: tuple[str, ...]
    checks: list[CheckRow]
    notes: tuple[str, ...]
    said: list[str]
    evaluation: Any
    lacks_evidence: bool


def verdict_page(verdict: Verdict) -> VerdictPage:
    many = len({check.model for check in verdict.checks if check.model}) > 1
    failed = {check.code for check in verdict.checks if not check.passed}
    return VerdictPage(
        passed=verdict.passed,
        reasons=verdict.reasons,
        checks=[
            CheckRow(
                check_name(check.code), check.passed, check.found, check.needed, check.sentence,
                check.model if many else "",
            )
            for check in verdict.checks
        ],
        notes=verdict.notes,
        said=[said for model, figures in verdict.figures.items() if figures for said in _said(model, figures, many)],
        evaluation=verdict.evaluation,
        lacks_evidence=bool(failed & {"evaluation", "production", "dataset", "model", "min_cases"}),
    )  # fmt: skip


def check_name(code: str) -> str:
    """A rule of the gate by its code."""
    return {
        "evaluation": _("Evaluated"),
        "production": _("Production evaluated on the same"),
        "dataset": _("Cases to pass"),
        "model": _("A model that answers"),
        "gate": _("The gate itself"),
        "min_cases": _("Cases asked"),
        "min_pass_rate": _("Passed"),
        "min_validity": _("Valid answers"),
        "max_cost": _("Cost of an answer"),
        "max_latency_ms": _("Time of an answer"),
        "regression": _("Passes against production"),
        "score_regression": _("Scores against production"),
        "max_regressions": _("Lost cases"),
    }.get(code, code)


def _said(model: str, figures: Mapping[str, Any], many: bool) -> list[str]:
    """How it stands against production: the difference with its interval."""
    start = f"{model}: " if many else ""
    n = int(figures.get("n") or 0)
    rate = {"rate": percent(number(figures, "pass_rate")), "n": n}
    text = ngettext("%(rate)s of %(n)s case passed", "%(rate)s of %(n)s cases passed", n) % rate
    interval = span(number(figures, "low"), number(figures, "high"), hundred=True)
    found = [f"{start}{text}" + (f" ({interval})." if interval else ".")]
    passes, scores = figures.get("passes") or {}, figures.get("scores") or {}
    if passes.get("n"):
        difference = number(passes, "difference")
        text = _("%(points)s points against production") % {"points": points(difference)}
        interval = span(number(passes, "low"), number(passes, "high"), hundred=True)
        found.append(f"{start}{text}" + (f" ({interval})." if interval else "."))
    if scores.get("n") and number(scores, "difference"):
        text = _("%(score)s in score against production") % {"score": decimal(number(scores, "difference"), 3)}
        interval = span(number(scores, "low"), number(scores, "high"), places=3)
        found.append(f"{start}{text}" + (f" ({interval})." if interval else "."))
    return found
