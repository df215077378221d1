"""A version of a case as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recordings.pages.labels import OBJECTIONS, label
from testcases.content.criteria_text import is_weak
from testcases.content.document import CaseContent, Criterion
from testcases.judging.forms import describe
from testcases.pages.managing.editing import parts
from testcases.pages.managing.editing.fields import Spec
from testcases.skills import name_of


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    """`how` is the rule as a sentence, `share` how much of the score it is, in per cent."""

    text: str
    how: str
    skill: str
    weight: int
    share: int
    required: bool
    weak: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """`scenario` by paragraphs; `meters` are name, value and per cent."""

    content: CaseContent
    scenario: list[str]
    criteria: list[ShownCriterion]
    meters: list[tuple[Any, str, float]]
    facts: list[tuple[Any, str]]
    objections: list[tuple[Any, str, str]]
    reached: str
    time_limit: str


def inside_of(content: CaseContent) -> Inside:
    persona = content.persona
    whole = sum(each.weight for each in content.criteria) or 1
    release, raised, reached = (
        _words(parts.FACT, "release"), _words(parts.OBJECTION, "raised"), _words(parts.GOAL, "reached"),
    )  # fmt: skip
    labels = {spec.name: spec.label for spec in parts.PERSONA}
    return Inside(
        content=content,
        scenario=[" ".join(each.split()) for each in content.scenario.split("\n\n") if each.strip()],
        criteria=[_criterion(each, whole) for each in content.criteria],
        meters=[
            (labels["mood"], f"{persona.mood:g}", 50 * (persona.mood + 1)),
            (labels["trust"], f"{persona.trust:g}", 100 * persona.trust),
            (labels["patience"], f"{persona.patience:g}", 100 * persona.patience),
        ],
        facts=[(each, str(release[each.release])) for each in content.facts],
        objections=[(each, label(OBJECTIONS, each.kind), str(raised[each.raised])) for each in content.objections],
        reached=str(reached[content.goal.reached]),
        time_limit=f"{content.time_limit / 60:g}" if content.time_limit else "",
    )


def _criterion(criterion: Criterion, whole: int) -> ShownCriterion:
    how = describe(criterion.judge)
    return ShownCriterion(
        text=criterion.text,
        how=f"{how[:1].upper()}{how[1:]}." if how else "",
        skill=name_of(criterion.skill) if criterion.skill else "",
        weight=criterion.weight,
        share=round(100 * criterion.weight / whole),
        required=criterion.required,
        weak=is_weak(criterion),
    )


def _words(specs: tuple[Spec, ...], name: str) -> Mapping[str, Any]:
    return dict(next(spec for spec in specs if spec.name == name).choices)
