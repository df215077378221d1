"""Rules made of rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from testcases.judging.rules.forms import gettext_noop
from testcases.judging.rules.kinds import value_of
from testcases.judging.rules.transcript import Transcript
from testcases.judging.rules.types import Evidence, Judged, Verdict

Judge = Callable[[Mapping[str, Any]], Judged]
NOTHING_APPLIES = gettext_noop("None of it applies.")
SOME = "%(met)d of %(all)d parts are met."
NOT_THE_CASE = gettext_noop("What it depends on does not happen.")
WAITS = gettext_noop("A part of it waits for a person.")
_OPPOSITE: Mapping[str, Verdict] = {"met": "not_met", "not_met": "met"}


def _all(rule: Mapping[str, Any], transcript: Transcript, judge: Judge) -> Judged:
    parts = [judge(each) for each in value_of(rule, "rules")]
    applying = [part for part in parts if part.verdict != "not_applicable"]
    if not applying:
        return Judged("not_applicable", NOTHING_APPLIES, confidence=_least(parts))
    verdicts = {part.verdict for part in applying}
    values = {"met": sum(part.verdict == "met" for part in applying), "all": len(applying)}
    if "undecided" in verdicts:
        return Judged("undecided", WAITS, _evidence(applying), 0.0)
    verdict: Verdict = "met" if verdicts == {"met"} else "not_met" if verdicts == {"not_met"} else "partly"
    return Judged(verdict, SOME, _evidence(applying), _least(applying), values=values)


def _any(rule: Mapping[str, Any], transcript: Transcript, judge: Judge) -> Judged:
    parts = [judge(each) for each in value_of(rule, "rules")]
    for verdict in ("met", "undecided", "partly", "not_met"):
        found = [part for part in parts if part.verdict == verdict]
        if found:
            best = max(found, key=lambda part: part.confidence)
            return replace(best, judged_by="")
    return Judged("not_applicable", NOTHING_APPLIES, confidence=_least(parts))


def _not(rule: Mapping[str, Any], transcript: Transcript, judge: Judge) -> Judged:
    part = judge(rule["rule"])
    return replace(part, verdict=_OPPOSITE.get(part.verdict, part.verdict), judged_by="")


def _when(rule: Mapping[str, Any], transcript: Transcript, judge: Judge) -> Judged:
    condition = judge(rule["if"])
    if condition.verdict == "undecided":
        return replace(condition, judged_by="")
    if condition.verdict != "met":
        return Judged("not_applicable", NOT_THE_CASE, condition.evidence, condition.confidence)
    return replace(judge(rule["then"]), judged_by="")


def _least(parts: Sequence[Judged]) -> float:
    return min((part.confidence for part in parts), default=0.0)


def _evidence(parts: Sequence[Judged]) -> tuple[Evidence, ...]:
    """Of each part something, those that fail it first."""
    ordered = sorted(parts, key=lambda part: part.verdict == "met")
    firsts = [part.evidence[0] for part in ordered if part.evidence]
    rest = [each for part in ordered for each in part.evidence[1:]]
    return tuple(dict.fromkeys([*firsts, *rest]))


JUDGES: Mapping[str, Callable[[Mapping[str, Any], Transcript, Judge], Judged]] = {
    "all": _all, "any": _any, "not": _not, "when": _when,
}  # fmt: skip
