"""What an experiment shows, in words: its arms, its comparisons, its looks, its parts."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from prompts.pages.evaluating.spans import ZeroSpan, zero_span
from testcases.experiments import ANY_TIME, ArmFigures, ExperimentResult, experiment_result
from testcases.experiments.planning import SHARES
from testcases.experiments.results import LEAST_AT_ANY_TIME, LEAST_PER_ARM, Against, Segment
from testcases.models import ArmKind, CaseExperiment, Difficulty, ExperimentStatus, TestType
from testcases.pages.measuring.wording import NOTHING, decimal, p_words, percent, score_figure, signed, span, whole
from testcases.statistics.sequential import Look, look_sizes


@dataclass(frozen=True, slots=True)
class ArmCard:
    name: str
    kind_name: str
    letter: str
    figures: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LookRow:
    number: int
    units: str
    difference: str
    interval: str
    p: str
    needed: str
    crossed: bool
    is_made: bool


@dataclass(frozen=True, slots=True)
class AgainstCard:
    name: str
    said: str
    tone: str
    difference: str
    interval: str
    held: str
    p: str
    effect: str
    bar: ZeroSpan | None
    looks: list[LookRow]


@dataclass(frozen=True, slots=True)
class PartRow:
    by: str
    value: str
    arm: str
    n: str
    difference: str
    interval: str
    p: str
    bar: ZeroSpan | None


@dataclass(frozen=True, slots=True)
class ExperimentPage:
    """`warning`: why nothing is to be believed, empty where all is well."""

    arms: list[ArmCard]
    against: list[AgainstCard]
    parts: list[PartRow]
    plan: list[tuple[str, str]]
    warning: str
    unit: str
    may_stop: bool


def experiment_page(experiment: CaseExperiment) -> ExperimentPage:
    result = experiment_result(experiment)
    return ExperimentPage(
        arms=[_arm(arm) for arm in result.arms],
        against=[_against(each, experiment) for each in result.against],
        parts=[_part(each, result) for each in result.segments],
        plan=_plan(experiment, len(result.arms)),
        warning="" if result.fits else _(
            "The numbers of units in the arms do not fit their shares: something deals them out unevenly. Do not "
            "decide by this."
        ),
        unit=str(_unit(experiment)), may_stop=result.may_stop,
    )  # fmt: skip


def _arm(arm: ArmFigures) -> ArmCard:
    figure = score_figure(arm.mean)
    figures = [
        (_("Units in it"), whole(arm.assigned)), (_("with a result"), whole(arm.measured)),
        (_("Runs or calls"), whole(arm.observations)),
        (_("Mean"), f"{decimal(arm.mean.mean, 1)}{f' ({figure.interval})' if figure.interval else ''}"),
    ]  # fmt: skip
    return ArmCard(arm.name, str(dict(ArmKind.choices).get(arm.kind, arm.kind)), "ABCDE"[arm.position], figures)


def _against(each: Against, experiment: CaseExperiment) -> AgainstCard:
    found = each.difference
    scale = max(10.0, *(abs(end) for end in (found.low, found.high, found.difference) if end is not None), 0.0)
    tone = {"better": "good", "worse": "bad"}.get(each.says, "")
    effect = ""
    if found.effect is not None:
        effect = _("%(g)s, %(size)s") % {"g": signed(found.effect, 2), "size": _size(each.size)}
    return AgainstCard(
        each.name, _said(each, experiment), tone, signed(found.difference, 1),
        span(found.low, found.high, places=1), span(each.low, each.high, places=1), p_words(each.p), effect,
        zero_span(found.difference, found.low, found.high, scale), _looks(each, experiment),
    )  # fmt: skip


def _said(each: Against, experiment: CaseExperiment) -> str:
    least = LEAST_AT_ANY_TIME if experiment.plan.get("rule") == ANY_TIME else LEAST_PER_ARM
    if each.says == "too_early" and each.next_look is None:
        sentence = _("Too early to tell: each arm needs %(n)s units with a result.")
        return sentence % {"n": whole(least)}
    if each.says == "too_early":
        sentence = _("Too early to tell: the first look is due at %(due)s units with a result; %(known)s have one.")
        return sentence % {"due": whole(each.next_look), "known": whole(each.known)}
    names = {"name": each.name, "due": whole(each.next_look)}
    return {
        "better": _("“%(name)s” does better, by more than chance does. It may be stopped."),
        "worse": _("“%(name)s” does worse, by more than chance does. It may be stopped."),
        "no_difference": _("All planned looks are made, and no difference beyond chance was found. It may be stopped."),
        "undecided": _("Nothing is decided yet. The next look is due at %(due)s units with a result.")
        if each.next_look else _("Nothing is decided."),
    }[each.says] % names  # fmt: skip


def _looks(each: Against, experiment: CaseExperiment) -> list[LookRow]:
    if experiment.plan.get("rule") == ANY_TIME or experiment.status == ExperimentStatus.DRAFT:
        return []
    sizes = look_sizes(int(experiment.plan.get("per_arm", 2)))
    made = list(each.looks) + [None] * (len(sizes) - len(each.looks))
    return [_look(number, size, look) for number, (size, look) in enumerate(zip(sizes, made, strict=True), 1)]


def _look(number: int, size: int, look: Look | None) -> LookRow:
    if look is None:
        return LookRow(number, whole(size), NOTHING, "", NOTHING, NOTHING, False, False)
    return LookRow(
        number, whole(size), signed(look.difference, 1), span(look.low, look.high, places=1), p_words(look.p),
        p_words(look.nominal), look.crossed, True,
    )  # fmt: skip


def _part(each: Segment, result: ExperimentResult) -> PartRow:
    names = {"team": _("Team"), "difficulty": _("Difficulty"), "type": _("Type"), "language": _("Language")}
    values: dict[str, Any] = {**dict(Difficulty.choices), **dict(TestType.choices)}
    found = each.difference
    return PartRow(
        names[each.by], str(values.get(each.value, each.value)), result.arms[each.position].name,
        f"{whole(found.n_a)} / {whole(found.n_b)}", signed(found.difference, 1), span(found.low, found.high, places=1),
        p_words(each.p), zero_span(found.difference, found.low, found.high, 40.0),
    )  # fmt: skip


def _plan(experiment: CaseExperiment, arms: int) -> list[tuple[str, str]]:
    plan = experiment.plan
    shown = [
        (_("Decided by"), experiment.get_metric_display()),
        (_("Assigned at random"), experiment.get_unit_display()),
        (_("What it was"), decimal(plan.get("baseline"), 1)),
        (_("Smallest difference worth finding"), signed(plan.get("effect"), 1)),
        (_("Units in each arm"), whole(plan.get("per_arm"))),
        (_("Chance to find it"), percent(plan.get("power"))),
        (_("Risk of a false finding"), percent(plan.get("alpha"), 1)),
        (_("May be decided"), _("at any time") if plan.get("rule") == ANY_TIME else _("at four planned looks")),
    ]
    if arms > 2:
        shown.append((_("Comparisons"), _("%(n)s, the risk parted among them") % {"n": arms - 1}))
    return shown


def _unit(experiment: CaseExperiment) -> str:
    """What the figures are in."""
    return _("per cent") if experiment.metric in SHARES else _("points of 100")


def _size(size: str) -> str:
    return {
        "negligible": _("negligible"), "small": _("small"), "medium": _("medium"), "large": _("large"),
    }.get(size, "")  # fmt: skip
