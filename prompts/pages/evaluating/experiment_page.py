"""What an experiment shows so far, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from prompts.models import ExperimentMetric, PromptExperiment
from prompts.pages.evaluating.spans import ZeroSpan, zero_span
from prompts.pages.evaluating.wording import decimal, duration, money, percent, signed, span, whole
from prompts.watching import ArmFigures, ExperimentResult, experiment_result


@dataclass(frozen=True, slots=True)
class ArmPage:
    letter: str
    version: int
    figures: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MeasureRow:
    name: str
    a: str
    b: str
    difference: str
    interval: str
    p: str
    span: ZeroSpan | None
    decides: bool


@dataclass(frozen=True, slots=True)
class ExperimentPage:
    """`said` is the result in a sentence; `warning` why it is not to be believed, empty where it may be."""

    said: str
    kind: str
    warning: str
    arms: list[ArmPage]
    measures: list[MeasureRow]


def experiment_page(experiment: PromptExperiment) -> ExperimentPage:
    result = experiment_result(experiment)
    names = dict(ExperimentMetric.choices)
    compared = {result.metric: result.compared, **result.others}
    return ExperimentPage(
        said=_said(result),
        kind=result.says,
        warning="" if result.shares_fit else _(
            "The numbers of A and B do not fit the share that was set: something deals them out unevenly. Do not "
            "decide by this."
        ),
        arms=[_arm(arm) for arm in result.arms],
        measures=[
            MeasureRow(
                str(names.get(name, name)), decimal(each.mean_a), decimal(each.mean_b), signed(each.difference),
                span(each.low, each.high), _p(each.p), zero_span(each.difference, each.low, each.high, 1.0),
                name == result.metric,
            )
            for name, each in compared.items()
        ],
    )  # fmt: skip


def _said(result: ExperimentResult) -> str:
    a, b = (f"v{arm.version}" for arm in result.arms)
    return {
        "too_early": _("Too early to tell: each version needs answers to at least %(n)s different calls or records."),
        "undecided": _("Nothing is decided yet: chance alone may do what is seen. You may look as often as you like."),
        "a_better": _("%(a)s in production does better than %(b)s, by more than chance does."),
        "b_better": _(
            "%(b)s does better than %(a)s in production, by more than chance does. Release it when you like."
        ),
    }[result.says] % {"n": result.least_per_arm, "a": a, "b": b}


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "< " + decimal(0.001, 3) if value < 0.001 else decimal(value, 3)


def _arm(arm: ArmFigures) -> ArmPage:
    interval = span(arm.low, arm.high, hundred=True)
    return ArmPage(
        arm.arm,
        arm.version,
        [
            (_("Calls or records"), whole(arm.subjects)),
            (_("Answers"), whole(arm.answers)),
            (_("Valid answers"), f"{percent(arm.validity)} {f'({interval})' if interval else ''}".strip()),
            (_("Cost of an answer"), money(arm.cost)),
            (_("Time"), duration(arm.latency_ms)),
        ],
    )
