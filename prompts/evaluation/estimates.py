"""What an evaluation will take, told before it starts: prompts are filled for a sample of cases, nothing is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, median
from typing import Any

from django.utils.translation import gettext as _

from prompts.context.registry import ContextDeniedError, ContextError, Subject
from prompts.evaluation.matrix import cases_of, models_of, versions_of
from prompts.models import (
    DatasetCase,
    Evaluation,
    ExchangeStatus,
    LanguageModel,
    ModelExchange,
    PromptRun,
    PromptVersion,
    Validity,
)
from prompts.running.filling import fill_version
from prompts.templates.problems import RenderingError

SAMPLE = 12
LOOKED_AT = 50  # past answers that tell how long one is and how long it takes
JUDGE_WORDS = 450  # tokens of what a judge is asked besides task and answer
JUDGE_ANSWER = 120
MOST_PROBLEMS = 5
MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class _Expected:
    """Of one answer: tokens, money, seconds (None where the model never answered yet)."""

    input_tokens: float
    output_tokens: float
    cost: Decimal
    seconds: float | None


def estimate(evaluation: Evaluation) -> dict[str, Any]:
    """{calls, input_tokens, output_tokens, cost, currency, seconds, sampled, problems} of all that is to be asked.

    Tokens in are those of the filled prompts of SAMPLE cases; tokens out are what past answers to this prompt by the
    model had, or else the most it may write; cost is by the models' prices; seconds by past answers of the model and
    how many it takes at once. `problems` are the first cases that cannot be filled, with why.
    """
    versions, models = versions_of(evaluation), models_of(evaluation)
    cases = list(cases_of(evaluation))
    sample = cases[:: max(1, -(-len(cases) // SAMPLE))]
    inputs, problems = _filled(evaluation, sample, versions, models)
    arms = [(model, _expected(evaluation, version, model, inputs)) for version in versions for model in models]
    each = len(cases) * evaluation.repeats
    judged = [_judged(evaluation.judge, arm) for _model, arm in arms] if evaluation.judge else []
    everything = [arm for _model, arm in arms] + judged
    currencies = {model.currency for model in [*models, *([evaluation.judge] if evaluation.judge else [])]}
    return {
        "calls": each * len(everything),
        "input_tokens": round(sum(arm.input_tokens for arm in everything) * each),
        "output_tokens": round(sum(arm.output_tokens for arm in everything) * each),
        "cost": f"{sum((arm.cost for arm in everything), Decimal(0)) * each:.6f}",
        "currency": currencies.pop() if len(currencies) == 1 else "",
        "seconds": _seconds(arms, judged, each),
        "sampled": len(sample),
        "problems": problems,
    }


def _filled(
    evaluation: Evaluation,
    sample: Sequence[DatasetCase],
    versions: Sequence[PromptVersion],
    models: Sequence[LanguageModel],
) -> tuple[dict[Any, float], list[str]]:
    """Tokens of the filled prompt by version and model, as a mean over `sample`, and what could not be filled."""
    tokens: dict[Any, list[int]] = {}
    problems: list[str] = []
    for case in sample:
        subject = Subject(case.subject_kind, case.subject_id) if case.subject_id else None
        for version in versions:
            for model in models:
                try:
                    filled = fill_version(
                        version=version, values=case.variables, subject=subject, user=evaluation.started_by, model=model
                    )
                except (RenderingError, ContextError, ContextDeniedError) as error:
                    problems.append(_("Case %(case)s, version %(version)d: %(error)s") % {
                        "case": case.name or case.position, "version": version.number, "error": error})  # fmt: skip
                else:
                    tokens.setdefault((version.pk, model.pk), []).append(filled.rendered.tokens)
    return {key: fmean(values) for key, values in tokens.items()}, list(dict.fromkeys(problems))[:MOST_PROBLEMS]


def _expected(
    evaluation: Evaluation, version: PromptVersion, model: LanguageModel, inputs: dict[Any, float]
) -> _Expected:
    past = PromptRun.objects.filter(prompt=evaluation.prompt, model=model).exclude(validity=Validity.FAILED)
    lengths = list(past.order_by("-created_at").values_list("output_tokens", flat=True)[:LOOKED_AT])
    most = min(int(version.parameters.get("max_tokens") or model.max_output_tokens), model.max_output_tokens)
    output = fmean(lengths) if lengths else float(most)
    given = inputs.get((version.pk, model.pk), 0.0)
    return _Expected(given, output, price_of(model, given, output), _seconds_of(model))


def _judged(judge: LanguageModel, arm: _Expected) -> _Expected:
    given = arm.input_tokens + arm.output_tokens + JUDGE_WORDS
    return _Expected(given, JUDGE_ANSWER, price_of(judge, given, JUDGE_ANSWER), _seconds_of(judge))


def price_of(model: LanguageModel, input_tokens: float, output_tokens: float) -> Decimal:
    """By the model's price for a million tokens, in its currency; nothing of it cached."""
    return (Decimal(input_tokens) * model.input_price + Decimal(output_tokens) * model.output_price) / MILLION


def _seconds_of(model: LanguageModel) -> float | None:
    known = ModelExchange.objects.filter(
        model=model, status=ExchangeStatus.OK, from_cache=False, latency_ms__isnull=False
    )
    latencies = list(known.order_by("-created_at").values_list("latency_ms", flat=True)[:LOOKED_AT])
    return median(each or 0 for each in latencies) / 1000 if latencies else None


def _seconds(arms: Sequence[tuple[LanguageModel, _Expected]], judged: Sequence[_Expected], each: int) -> float | None:
    """Endpoints are asked side by side, so that the slowest decides; a judge is asked after each answer."""
    by_provider: dict[Any, float] = {}
    waits = [*judged, *[None] * (len(arms) - len(judged))]
    for (model, arm), judgement in zip(arms, waits, strict=True):
        if arm.seconds is None or (judgement is not None and judgement.seconds is None):
            return None
        seconds = arm.seconds + (judgement.seconds or 0.0 if judgement else 0.0)
        wait = seconds * each / max(1, model.provider.max_concurrency)
        by_provider[model.provider_id] = by_provider.get(model.provider_id, 0.0) + wait
    return round(max(by_provider.values()), 1) if by_provider else None
