"""The figures of an evaluation in words: each version × model, and each version against the baseline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prompts.evaluation.summary import SIGNIFICANT, summarise
from prompts.models import Evaluation, EvaluationStatus
from prompts.pages.evaluating.wording import decimal, duration, money, number, percent, points, signed, span, whole

# While it runs, the figures are counted anew at each look: not over more answers than that.
MOST_LIVE = 2_000
WIDE = 0.3
MEASURES = ("score", "accuracy", "relevance", "helpfulness", "consistency")


@dataclass(frozen=True, slots=True)
class Span:
    """An interval and its value on a line from 0 to 100."""

    low: float
    width: float
    at: float


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure in words; `is_weak` where its interval is too wide to say much."""

    name: str
    value: str
    interval: str
    of: str = ""
    bar: Span | None = None
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class Arm:
    version: int
    model: str
    is_baseline: bool
    rate: Measure
    measures: list[Measure]
    time: str
    slow: str
    tokens: str
    tokens_each: str
    cost: str
    cost_each: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """`kind`: better, worse, same, or note."""

    kind: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    arms: list[Arm] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    footnote: str = ""


def figures_of(evaluation: Evaluation, summary: Mapping[str, Any] | None = None) -> Figures:
    """From the kept summary; counted now where it has none yet, unless `summary` says what to read."""
    if summary is None:
        summary = evaluation.summary
        if (
            not summary.get("arms")
            and evaluation.status != EvaluationStatus.ESTIMATED
            and 0 < evaluation.done <= MOST_LIVE
        ):
            summary = summarise(evaluation)
    arms = list(summary.get("arms", []))
    if not arms:
        return Figures()
    shown = [name for name in MEASURES if any((arm.get(name) or {}).get("value") is not None for arm in arms)]
    base = str(evaluation.baseline_id)
    ordered = sorted(arms, key=lambda arm: (arm["version"] != base, arm["number"], arm["model_name"]))
    comparisons = list(summary.get("comparisons", []))
    many_models = len({arm["model"] for arm in arms}) > 1
    return Figures(
        arms=[_arm(arm, arm["version"] == base, shown) for arm in ordered],
        measures=[_names()[name] for name in shown],
        sentences=sorted((_compared(each, len(comparisons), many_models) for each in comparisons), key=_weight)
        + _notes(arms),
        footnote=_footnote(bool(comparisons)),
    )


def _names() -> dict[str, str]:
    return {
        "score": _("Score"),
        "accuracy": _("Accuracy"),
        "relevance": _("Relevance"),
        "helpfulness": _("Helpfulness"),
        "consistency": _("Consistency"),
    }


def _arm(arm: Mapping[str, Any], is_baseline: bool, shown: Sequence[str]) -> Arm:
    time, tokens, cost = arm.get("latency_ms") or {}, arm.get("tokens") or {}, arm.get("cost") or {}
    middle, slow = (number(time.get(key) or {}, "value") for key in ("p50", "p95"))
    each = [number(tokens.get(key) or {}, "value") for key in ("input", "output")]
    currency = str(cost.get("currency", ""))
    return Arm(
        version=int(arm["number"]),
        model=str(arm["model_name"]),
        is_baseline=is_baseline,
        rate=_rate(arm),
        measures=[_measure(_names()[name], arm.get(name) or {}) for name in shown],
        time=duration(middle),
        slow="" if slow is None else _("1 in 20 over %(time)s") % {"time": duration(slow)},
        tokens=whole(None if None in each else sum(value or 0 for value in each)),
        tokens_each=_("%(input)s in, %(output)s out") % {"input": whole(each[0]), "output": whole(each[1])},
        cost=money(cost.get("total"), currency),
        cost_each=_each(number(cost.get("an_answer") or {}, "value"), currency),
    )


def _each(cost: float | None, currency: str) -> str:
    return _("%(cost)s each") % {"cost": money(cost, currency)} if cost else ""


def _rate(arm: Mapping[str, Any]) -> Measure:
    found = arm.get("pass_rate") or {}
    value, low, high = (number(found, key) for key in ("value", "low", "high"))
    n = int(found.get("n") or 0)
    of = ngettext("%(n)s case", "%(n)s cases", n) % {"n": n}
    bar = None
    if value is not None:
        low_, high_ = (value if low is None else low), (value if high is None else high)
        bar = Span(round(100 * low_, 1), round(100 * (high_ - low_), 1), round(max(0, min(98.4, 100 * value - 0.8)), 1))
    return Measure(_("Passed"), percent(value), span(low, high, hundred=True), of, bar)


def _measure(name: str, found: Mapping[str, Any]) -> Measure:
    value, low, high = (number(found, key) for key in ("value", "low", "high"))
    is_weak = value is not None and (low is None or high is None or high - low > WIDE)
    return Measure(name, decimal(value), span(low, high), is_weak=is_weak)


def _compared(found: Mapping[str, Any], comparisons: int, many_models: bool) -> Sentence:
    """One version against the baseline, as a person would say it, with the figures of what decided."""
    rate, score = found.get("pass_rate") or {}, found.get("score") or {}
    verdict = str(found.get("verdict", "same"))
    names = {"version": f"v{found['number']}", "base": f"v{found['baseline_number']}"}
    if many_models:
        names["version"] += f" ({found['model_name']})"
    by_score = _decided_by_score(rate, score)
    parts = [_scores(score) if by_score else _passes(rate), _how_sure(score if by_score else rate, comparisons)]
    gained, lost = len(found.get("gained") or ()), len(found.get("lost") or ())
    if gained or lost:
        moved = {"gained": gained, "lost": lost}
        parts.append(_("cases gained: %(gained)s, lost: %(lost)s") % moved)
    return Sentence(verdict, _opinions()[verdict] % names, "; ".join(part for part in parts if part))


def _weight(said: Sentence) -> int:
    return ("worse", "better", "same").index(said.kind)


def _opinions() -> dict[str, str]:
    return {
        "better": _("%(version)s is better than %(base)s"),
        "worse": _("%(version)s is worse than %(base)s"),
        "same": _("%(version)s and %(base)s: no difference is shown"),
    }


def _decided_by_score(rate: Mapping[str, Any], score: Mapping[str, Any]) -> bool:
    """Passes are what is told, unless only the scores differ by more than chance, or only they are there."""
    by_rate, by_score = (number(each, "p_corrected") for each in (rate, score))
    if by_score is None:
        return False
    return by_rate is None or (by_rate >= SIGNIFICANT > by_score)


def _passes(rate: Mapping[str, Any]) -> str:
    difference, low, high = (number(rate, key) for key in ("difference", "low", "high"))
    if difference is None:
        return _("no case was judged for both")
    text = ngettext("%(n)s point passed", "%(n)s points passed", abs(round(100 * difference)))
    text %= {"n": points(difference)}
    interval = span(low, high, hundred=True)
    return f"{text} ({interval})" if interval else text


def _scores(score: Mapping[str, Any]) -> str:
    difference, low, high = (number(score, key) for key in ("difference", "low", "high"))
    text = _("%(n)s in score") % {"n": signed(difference)}
    interval = span(low, high)
    return f"{text} ({interval})" if interval else text


def _how_sure(found: Mapping[str, Any], comparisons: int) -> str:
    p = number(found, "p_corrected")
    if p is None:
        return ""
    if comparisons > 1:
        return _("p %(p)s after correction for %(n)s comparisons") % {"p": _p(p), "n": comparisons}
    return _("p %(p)s") % {"p": _p(p)}


def _p(value: float) -> str:
    return "< " + decimal(0.001, 3) if value < 0.001 else "= " + decimal(value, 3 if value < 0.1 else 2)


def _notes(arms: Sequence[Mapping[str, Any]]) -> list[Sentence]:
    """What the figures leave out."""
    failed = sum(int(arm.get("failed") or 0) for arm in arms)
    unchecked = sum(int(arm.get("unchecked") or 0) for arm in arms)
    found = []
    if failed:
        text = ngettext(
            "%(n)s answer never came; it is counted apart, not as a failure of its version.",
            "%(n)s answers never came; they are counted apart, not as failures of their versions.",
            failed,
        )
        found.append(Sentence("note", text % {"n": failed}))
    if unchecked:
        text = ngettext(
            "%(n)s answer could not be judged: its case asks nothing of it, or nobody was there to judge.",
            "%(n)s answers could not be judged: their cases ask nothing of them, or nobody was there to judge.",
            unchecked,
        )
        found.append(Sentence("note", text % {"n": unchecked}))
    return found


def _footnote(compared: bool) -> str:
    text = _("Below each figure its interval (95 in 100); cases are what is counted, not answers.")
    if compared:
        text += " " + _(
            "Versions are compared case by case: by McNemar’s exact test, with repeats and for scores by Wilcoxon’s, "
            "corrected after Holm."
        )
    return text
