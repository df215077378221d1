"""The gate's arithmetic: figures of a version against its rules and against the version in production. No rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from prompts.releasing.paired import Paired, compare_pairs, wilson
from prompts.releasing.rules import GateRules

if TYPE_CHECKING:
    from prompts.models import Evaluation

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """What one version did by one model: per case (its key) whether it passed, its score, its share of valid answers.

    `cost` is the mean of an answer, `latency_ms` the 95th percentile; None where unknown.
    """

    passed: Mapping[str, bool]
    scores: Mapping[str, float]
    valid: Mapping[str, float]
    cost: Decimal | None = None
    latency_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One rule looked at. `found` and `needed` are for people; `code` names the rule, `model` whom it was asked of."""

    code: str
    passed: bool
    found: str
    needed: str
    sentence: str = ""
    model: str = ""

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("code", "passed", "found", "needed", "sentence", "model")}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found. `reasons` say, in sentences, why it does not let the version through; empty when it does.

    `figures`: {model name: {n, passed, pass_rate, low, high, validity, cost, latency_ms, passes: Paired as JSON,
    scores: the same}}; the last two against production, where there is one. `notes` are what the gate cannot tell.
    """

    passed: bool
    reasons: tuple[str, ...]
    figures: dict[str, Any]
    evaluation: "Evaluation | None" = None
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "reasons": list(self.reasons),
            "figures": self.figures,
            "checks": [check.as_json() for check in self.checks],
            "notes": list(self.notes),
        }


def measure_against(
    *, new: Measured, old: Measured | None, rules: GateRules, model: str = ""
) -> tuple[list[Check], dict[str, Any]]:
    """Each rule for one model, and the figures behind. `old` is production on the same cases; None: there is none."""
    n, passed = len(new.passed), sum(new.passed.values())
    rate = passed / n if n else 0.0
    validity = sum(new.valid.values()) / len(new.valid) if new.valid else 0.0
    interval = wilson(passed, n)
    checks = [
        _at_least("min_cases", n, rules.min_cases, _("Only %(found)s cases were asked; the gate needs %(needed)s.")),
        _share("min_pass_rate", rate, rules.min_pass_rate, _("%(found)s of the cases pass; at least %(needed)s must.")),
        _share("min_validity", validity, rules.min_validity, _("%(found)s of answers are valid; %(needed)s must be.")),
    ]
    if rules.max_cost is not None:
        checks.append(_cost(new.cost, rules.max_cost))
    if rules.max_latency_ms is not None:
        checks.append(_latency(new.latency_ms, rules.max_latency_ms))
    figures: dict[str, Any] = {
        "n": n, "passed": passed, "pass_rate": rate, "low": interval[0] if interval else None,
        "high": interval[1] if interval else None, "validity": validity,
        "cost": None if new.cost is None else str(new.cost.quantize(Decimal("0.00000001"))),
        "latency_ms": new.latency_ms,
    }  # fmt: skip
    if old is not None:
        found, against = _against_production(new, old, rules)
        checks += found
        figures |= against
    return [_with_model(check, model) for check in checks], figures


def _against_production(new: Measured, old: Measured, rules: GateRules) -> tuple[list[Check], dict[str, Any]]:
    shared = sorted(set(new.passed) & set(old.passed))
    passes = compare_pairs([float(old.passed[case]) for case in shared], [float(new.passed[case]) for case in shared])
    scored = sorted(set(new.scores) & set(old.scores))
    scores = compare_pairs([old.scores[case] for case in scored], [new.scores[case] for case in scored])
    lost = [case for case in shared if old.passed[case] and not new.passed[case]]
    checks = [
        _regression(
            "regression", passes,
            _("It passes fewer cases than production: %(found)s, more than chance explains (p = %(p).3f)."),
        ),
        _regression(
            "score_regression", scores,
            _("Its scores are lower than those of production: %(found)s, more than chance explains (p = %(p).3f)."),
        ),
    ]  # fmt: skip
    if rules.max_regressions is not None:
        sentence = _("%(found)s cases that production passes fail; at most %(needed)s may.")
        checks.append(_at_most("max_regressions", len(lost), rules.max_regressions, sentence))
    return checks, {"passes": passes.as_json(), "scores": scores.as_json(), "lost": lost}


def _regression(code: str, paired: Paired, sentence: str) -> Check:
    """One-sided and uncorrected: of a gate, holding back a good version once in twenty is the lesser mistake."""
    difference = 0.0 if paired.difference is None else paired.difference
    found = f"{difference:+.3f}" if paired.n else "–"
    worse = paired.n > 0 and difference < 0 and paired.p_worse < ALPHA
    return Check(
        code, not worse, found, f"p ≥ {ALPHA}", sentence % {"found": found, "p": paired.p_worse} if worse else ""
    )


def _at_least(code: str, found: int, needed: int, sentence: str) -> Check:
    return _check(code, found >= needed, str(found), str(needed), sentence)


def _at_most(code: str, found: int, needed: int, sentence: str) -> Check:
    return _check(code, found <= needed, str(found), str(needed), sentence)


def _share(code: str, found: float, needed: float, sentence: str) -> Check:
    # 0.95 of 20 cases is 19, though the computer's 19 / 20 may lie a hair below.
    return _check(code, found >= needed - 1e-9, f"{100 * found:.1f} %", f"{100 * needed:g} %", sentence)


def _cost(found: Decimal | None, needed: Decimal) -> Check:
    shown = "–" if found is None else f"{found:.6f}"
    sentence = _("An answer costs %(found)s on average; at most %(needed)s is allowed.")
    return _check("max_cost", found is not None and found <= needed, shown, str(needed), sentence)


def _latency(found: float | None, needed: int) -> Check:
    shown = "–" if found is None else f"{found:.0f} ms"
    sentence = _("One answer in twenty takes %(found)s or longer; at most %(needed)s is allowed.")
    return _check("max_latency_ms", found is not None and found <= needed, shown, f"{needed} ms", sentence)


def _check(code: str, passed: bool, found: str, needed: str, sentence: str) -> Check:
    return Check(code, passed, found, needed, "" if passed else sentence % {"found": found, "needed": needed})


def _with_model(check: Check, model: str) -> Check:
    sentence = f"{model}: {check.sentence}" if model and check.sentence else check.sentence
    return Check(check.code, check.passed, check.found, check.needed, sentence, model)


def verdict_of(
    *,
    checks: Sequence[Check],
    figures: dict[str, Any],
    evaluation: "Evaluation | None",
    notes: Sequence[str] = (),
) -> Verdict:
    reasons = tuple(check.sentence for check in checks if not check.passed)
    return Verdict(not reasons and bool(checks), reasons, figures, evaluation, tuple(checks), tuple(notes))
