"""The gate: is there evidence that this version may become production?"""

from typing import Any

from django.utils.translation import gettext as _

from prompts.models import PRODUCTION, Dataset, LanguageModel, PromptLabel, PromptVersion
from prompts.providers.choice import models_for
from prompts.releasing.evidence import Evidence, evidence_of
from prompts.releasing.rules import GateError, GateRules, read_gate
from prompts.releasing.verdict import Check, Measured, Verdict, measure_against, verdict_of


def judge_version(*, version: PromptVersion) -> Verdict:
    """Look at `version` by the gate of its prompt: its evaluations on the prompt's cases with the model in use.

    The model in use is the one that is asked first, or all that may be asked where the gate says `every_model`. The
    version in production, where there is one, must have been asked the same cases by the same model. Reads only.
    """
    prompt = version.prompt
    try:
        rules = read_gate(prompt.gate)
    except GateError as error:
        return _refused("gate", str(error))
    if prompt.gate_dataset is None:
        return _refused("dataset", _("No cases to pass are chosen for this prompt. Choose a data set in its gate."))
    models = models_for(client=prompt.client)
    if not models:
        return _refused("model", _("No model is connected that could answer. Connect one first."))
    asked = models if rules.every_model else models[:1]
    label = PromptLabel.objects.filter(prompt=prompt, name=PRODUCTION).select_related("version").first()
    production = label.version if label and label.version_id != version.pk else None
    checks: list[Check] = []
    figures: dict[str, Any] = {}
    evaluation = None
    for model in asked:
        found, figures[model.name], evidence = _of_model(version, production, prompt.gate_dataset, model, rules)
        checks += found
        evaluation = evaluation or (evidence.evaluation if evidence else None)
    return verdict_of(checks=checks, figures=figures, evaluation=evaluation, notes=_notes(models, asked, production))


def _of_model(
    version: PromptVersion, production: PromptVersion | None, dataset: Dataset, model: LanguageModel, rules: GateRules
) -> tuple[list[Check], dict[str, Any], Evidence | None]:
    new = evidence_of(version=version, dataset=dataset, model=model, max_age_days=rules.max_age_days)
    checks = [_there(version, dataset, model, new, rules)]
    if new is None:
        return checks, {}, None
    old = None
    if production is not None:
        old = evidence_of(version=production, dataset=dataset, model=model, max_age_days=rules.max_age_days)
        checks.append(_there(production, dataset, model, old, rules, code="production"))
    measured, figures = measure_against(
        new=_measured(new), old=None if old is None else _measured(old), rules=rules, model=model.name
    )
    return checks + measured, figures, new


def _there(
    version: PromptVersion, dataset: Dataset, model: LanguageModel, evidence: Evidence | None, rules: GateRules,
    code: str = "evaluation",
) -> Check:  # fmt: skip
    names = {"number": version.number, "dataset": dataset.name, "model": model.name, "days": rules.max_age_days}
    needed = _("evaluated within %(days)d days") % names
    if evidence is None:
        sentence = _("Evaluate version %(number)d on “%(dataset)s” with %(model)s; nothing of the last %(days)d days "
                     "shows what it is worth.")  # fmt: skip
        return Check(code, False, "–", needed, sentence % names, model.name)
    if evidence.stale:
        sentence = _("%(count)d cases of “%(dataset)s” changed since version %(number)d was evaluated. Evaluate it "
                     "again.")  # fmt: skip
        return Check(code, False, "–", needed, sentence % {**names, "count": evidence.stale}, model.name)
    if evidence.missing:
        sentence = _("%(count)d cases of “%(dataset)s” were not asked of version %(number)d. Evaluate it on all.")
        return Check(code, False, "–", needed, sentence % {**names, "count": evidence.missing}, model.name)
    when = evidence.evaluation.finished_at
    return Check(code, True, f"{when:%Y-%m-%d}" if when else "–", needed, "", model.name)


def _measured(evidence: Evidence) -> Measured:
    cases = {str(case): result for case, result in evidence.cases.items()}
    return Measured(
        passed={case: result.passed for case, result in cases.items()},
        scores={case: result.score for case, result in cases.items() if result.score is not None},
        valid={case: result.valid_share for case, result in cases.items()},
        cost=evidence.mean_cost,
        latency_ms=evidence.latency_ms,
    )


def _notes(
    models: list[LanguageModel], asked: list[LanguageModel], production: PromptVersion | None
) -> tuple[str, ...]:
    notes = []
    untested = [model.name for model in models if model not in asked]
    if untested:
        notes.append(_("May answer where the first model does not, and was not asked: %(models)s.")
                     % {"models": ", ".join(untested)})  # fmt: skip
    if not any(model.useful for model in asked):
        notes.append(_("The model is only for trying the workflow: what it passes says little of a useful one."))
    if production is None:
        notes.append(_("Nothing is in production yet, so that there is nothing to compare with."))
    return tuple(notes)


def _refused(code: str, sentence: str) -> Verdict:
    return verdict_of(checks=[Check(code, False, "–", "–", sentence)], figures={}, evaluation=None)
