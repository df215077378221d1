"""`manage.py evaluate_prompt NAME --dataset NAME`: an evaluation in the foreground, for CI."""

import json
import logging
import sys
from argparse import ArgumentTypeError
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from prompts.evaluation.regression import regressions_in
from prompts.evaluation.services import create_evaluation, run_evaluation_here
from prompts.models import (
    PRODUCTION,
    Dataset,
    Evaluation,
    EvaluationStatus,
    LanguageModel,
    Prompt,
    PromptVersion,
    Split,
)
from salesiq.common.database import ensure_migrated
from salesiq.people.models import Client
from salesiq.people.services import choose_client

UNUSABLE, REGRESSION, UNFINISHED = 2, 1, 3


def share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"“{text}” is no share from 0 to 1")
    return value


def money(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ArgumentTypeError(f"“{text}” is no amount such as 2.50") from None


class Command(BaseCommand):
    help = (
        "Ask versions of a prompt the cases of a data set and compare them with the version in production. Exit status "
        "1 when something got worse, 2 for bad input, 3 when the evaluation could not be finished."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("prompt", metavar="NAME")
        parser.add_argument("--dataset", required=True, metavar="NAME")
        parser.add_argument("--versions", default="", metavar="1,2", help="numbers; else the newest")
        parser.add_argument("--models", default="", metavar="NAME,…", help="else the first of the client's models")
        parser.add_argument("--judge", default="", metavar="NAME", help="a model that scores each answer")
        parser.add_argument("--baseline", type=int, metavar="N", help="compare with this version, not with production")
        parser.add_argument("--repeats", type=int, default=1, metavar="N", help="ask each case so often")
        parser.add_argument("--split", choices=Split.values, default="", help="only this part of the cases")
        parser.add_argument("--cost-limit", type=money, metavar="AMOUNT", help="stop before it costs more")
        parser.add_argument(
            "--max-lost", type=int, default=0, metavar="N", help="cases that may fail and did not before"
        )
        parser.add_argument("--min-pass-rate", type=share, default=0.0, metavar="SHARE", help="0 to 1, of each version")
        parser.add_argument("--client", default="", metavar="SLUG", help="whose prompt it is, where there are several")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verbosity"] < 2:
            logging.disable(logging.INFO)
        ensure_migrated()
        try:
            evaluation = self._create(choose_client(options["client"]), options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=UNUSABLE) from error
        self._tell_estimate(evaluation)
        evaluation = run_evaluation_here(evaluation=evaluation)
        worse = self._worse(evaluation, options)
        self._print(evaluation, worse, as_json=options["json"])
        if evaluation.status != EvaluationStatus.FINISHED:
            sys.exit(UNFINISHED)
        if worse:
            sys.exit(REGRESSION)

    def _create(self, client: Client, options: dict[str, Any]) -> Evaluation:
        prompt = _named(Prompt.objects.filter(client=client), options["prompt"], _("prompt"))
        dataset = _named(Dataset.objects.filter(client=client), options["dataset"], _("data set"))
        models = LanguageModel.objects.filter(client=client, is_enabled=True, provider__is_enabled=True)
        judge = _named(models, options["judge"], _("model")) if options["judge"] else None
        return create_evaluation(
            prompt=prompt, dataset=dataset, versions=_versions(prompt, options["versions"]),
            models=_models(models, options["models"]), user=None, repeats=options["repeats"], judge=judge,
            split=options["split"], cost_limit=options["cost_limit"], baseline=_baseline(prompt, options["baseline"]),
        )  # fmt: skip

    def _tell_estimate(self, evaluation: Evaluation) -> None:
        told = evaluation.estimate
        seconds = "unknown" if told["seconds"] is None else f"about {told['seconds']:.0f} s"
        cost = f"about {Decimal(told['cost']):.4f} {told['currency'] or '(several currencies)'}"
        self.stderr.write(f"{told['calls']} questions, {cost}, time {seconds}")
        for problem in told["problems"]:
            self.stderr.write(problem)

    def _worse(self, evaluation: Evaluation, options: dict[str, Any]) -> list[str]:
        if not evaluation.summary:
            return []
        return regressions_in(evaluation.summary, max_lost=options["max_lost"], min_pass_rate=options["min_pass_rate"])

    def _print(self, evaluation: Evaluation, worse: list[str], *, as_json: bool) -> None:
        if as_json:
            told = {
                "id": str(evaluation.pk), "prompt": evaluation.prompt.name, "dataset": evaluation.dataset.name,
                "status": evaluation.status, "error": evaluation.error, "cost": str(evaluation.cost),
                "estimate": evaluation.estimate, "regressions": worse, **evaluation.summary,
            }  # fmt: skip
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for arm in evaluation.summary.get("arms", []):
            self.stdout.write(_line(arm))
        for sentence in worse:
            self.stdout.write(sentence)
        if evaluation.status != EvaluationStatus.FINISHED:
            self.stderr.write(evaluation.error)


def _line(arm: dict[str, Any]) -> str:
    """One version × model for people."""
    rate, score, wait = arm["pass_rate"], arm["score"], arm["latency_ms"]["p50"]["value"]
    passed = "not checked"
    if rate["value"] is not None:
        passed = f"passes {rate['value']:.0%} ({rate['low']:.0%} to {rate['high']:.0%}) of {rate['n']}"
    scored = "" if score["value"] is None else f", score {score['value']:.2f}"
    slow = "" if wait is None else f", {wait:.0f} ms"
    failed = f", {arm['failed']} without an answer" if arm["failed"] else ""
    cost = f"{Decimal(arm['cost']['total']):.4f} {arm['cost']['currency']}".strip()
    return f"version {arm['number']} {arm['model_name']}: {passed}{scored}{slow}, {cost}{failed}"


def _named(rows: Any, name: str, what: str) -> Any:
    found = list(rows.filter(name=name)[:2])
    if len(found) == 1:
        return found[0]
    known = ", ".join(rows.order_by("name").values_list("name", flat=True)[:20]) or _("none")
    if found:
        raise ValidationError(_("Several are called “%(name)s”.") % {"name": name})
    raise ValidationError(
        _("There is no %(what)s “%(name)s”. Known: %(known)s.") % {"what": what, "name": name, "known": known}
    )


def _versions(prompt: Prompt, text: str) -> list[PromptVersion]:
    if not text:
        newest = prompt.versions.order_by("-number").first()
        if newest is None:
            raise ValidationError(_("The prompt has no version yet."))
        return [newest]
    numbers = [part.strip() for part in text.split(",")]
    if not all(number.isdecimal() for number in numbers):
        raise ValidationError(_("“%(text)s” is no list of version numbers such as 1,2.") % {"text": text})
    return [_version(prompt, int(number)) for number in numbers]


def _version(prompt: Prompt, number: int) -> PromptVersion:
    found = prompt.versions.filter(number=number).first()
    if found is None:
        known = ", ".join(str(each) for each in prompt.versions.order_by("number").values_list("number", flat=True))
        raise ValidationError(
            _("There is no version %(number)d. Known: %(known)s.") % {"number": number, "known": known}
        )
    return found


def _baseline(prompt: Prompt, number: int | None) -> PromptVersion | None:
    if number is not None:
        return _version(prompt, number)
    label = prompt.labels.filter(name=PRODUCTION).select_related("version").first()
    return label.version if label else None


def _models(rows: Any, text: str) -> list[LanguageModel]:
    if text:
        return [_named(rows, name.strip(), _("model")) for name in text.split(",")]
    first = rows.order_by("provider__order", "order", "name").first()
    if first is None:
        raise ValidationError(_("No language model is connected. Connect one under Models and providers."))
    return [first]
