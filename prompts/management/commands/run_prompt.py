"""`manage.py run_prompt NAME --call ID | --var k=v`: one answer, checked."""

import json
import logging
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from prompts.context.registry import ContextDeniedError, ContextError, Subject
from prompts.models import LanguageModel, Prompt, PromptRun, PromptVersion, Purpose, Validity
from prompts.running.running import run_version
from prompts.selectors import find_version
from prompts.templates.problems import RenderingError
from salesiq.common.database import ensure_migrated
from salesiq.people.models import Client
from salesiq.people.services import choose_client

INVALID, UNUSABLE, FAILED = 1, 2, 3


def variable(text: str) -> tuple[str, str]:
    """`name=value`, or `name=@file` for the text of a file."""
    name, given, value = text.partition("=")
    if not given or not name.strip():
        raise ArgumentTypeError(f"“{text}” is no name=value")
    if not value.startswith("@"):
        return name.strip(), value
    try:
        return name.strip(), Path(value[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentTypeError(f"the file {value[1:]} cannot be read as UTF-8: {error}") from error


class Command(BaseCommand):
    help = (
        "Ask one version of a prompt, filled from a call or from given values, and print the checked answer. Exit "
        "status 1 when the answer is invalid, 2 for bad input, 3 when no model answered."
    )

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        """Django's own `--version` gives way to ours."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **options)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("prompt", metavar="NAME")
        parser.add_argument("--call", metavar="ID", help="fill it from this call")
        parser.add_argument("--subject", metavar="KIND:ID", help="or from another record: deal:…, company:…")
        parser.add_argument(
            "--var", action="append", type=variable, default=[], metavar="NAME=VALUE",
            help="give a value; NAME=@FILE reads a file; may be given several times",
        )  # fmt: skip
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--version", type=int, dest="number", metavar="N", help="this version; else the newest")
        which.add_argument("--label", default="", metavar="L", help="the version that this label stands for")
        parser.add_argument("--model", default="", metavar="NAME", help="ask this model; else the client's in order")
        parser.add_argument("--client", default="", metavar="SLUG", help="whose prompt it is, where there are several")
        parser.add_argument("--stream", action="store_true", help="print the answer as it comes")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verbosity"] < 2:
            logging.disable(logging.INFO)
        ensure_migrated()
        client = _client(options["client"])
        version = _version(client, options)
        streaming = options["stream"] and not options["json"]
        try:
            run = run_version(
                version=version, values=dict(options["var"]), subject=_subject(options),
                model=_model(client, options["model"]), purpose=Purpose.TRIAL,
                on_text=self._piece if streaming else None,
                on_repair=(lambda problems: self.stderr.write("\nNot usable; asked once more.")) if streaming else None,
            )  # fmt: skip
        except RenderingError as error:
            lines = "\n".join(f"  {problem}" for problem in error.problems)
            raise CommandError(f"The prompt cannot be filled with this:\n{lines}", returncode=UNUSABLE) from error
        except (ContextError, ContextDeniedError) as error:
            raise CommandError(str(error), returncode=UNUSABLE) from error
        self._print(run, as_json=options["json"], streamed=streaming)
        if run.validity == Validity.FAILED:
            sys.exit(FAILED)
        if run.validity == Validity.INVALID:
            sys.exit(INVALID)

    def _piece(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()

    def _print(self, run: PromptRun, *, as_json: bool, streamed: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(_told(run), ensure_ascii=False))
            return
        self.stdout.write("" if streamed else run.answer)
        for problem in run.problems:
            place = f" at {problem['place']}" if problem["place"] not in ("", "$") else ""
            self.stderr.write(f"{problem['check']}{place}: {problem['message']}")
        if run.error:
            self.stderr.write(f"{run.error_kind}: {run.error}")
        spent = f"{run.input_tokens} tokens in, {run.output_tokens} out, {run.cost:.6f} {run.currency}"
        self.stderr.write(f"{run.version} on {run.model_name or 'no model'}: {run.get_validity_display()}; {spent}")


def _client(slug: str) -> Client:
    try:
        return choose_client(slug)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages), returncode=UNUSABLE) from error


def _version(client: Client, options: dict[str, Any]) -> PromptVersion:
    prompt = Prompt.objects.filter(client=client, name=options["prompt"]).first()
    if prompt is None:
        known = ", ".join(Prompt.objects.filter(client=client).values_list("name", flat=True)[:50]) or "none"
        raise CommandError(f"There is no prompt “{options['prompt']}”. There are: {known}.", returncode=UNUSABLE)
    version = find_version(prompt, number=options["number"], label=options["label"])
    if version is None:
        wanted = options["label"] or f"version {options['number']}"
        raise CommandError(f"The prompt {prompt} has no {wanted}.", returncode=UNUSABLE)
    return version


def _subject(options: dict[str, Any]) -> Subject | None:
    if options["call"] and options["subject"]:
        raise CommandError("Give --call or --subject, not both.", returncode=UNUSABLE)
    named = f"call:{options['call']}" if options["call"] else options["subject"]
    if not named:
        return None
    kind, _given, text = named.partition(":")
    try:
        return Subject(kind, UUID(text))
    except ValueError as error:
        raise CommandError(f"“{text}” is no id.", returncode=UNUSABLE) from error


def _model(client: Client, name: str) -> LanguageModel | None:
    if not name:
        return None
    models = LanguageModel.objects.filter(client=client, is_enabled=True, provider__is_enabled=True)
    model = models.filter(name=name).select_related("provider").order_by("provider__order", "order").first()
    if model is None:
        known = ", ".join(models.values_list("name", flat=True)) or "none"
        raise CommandError(f"There is no model “{name}”. There are: {known}.", returncode=UNUSABLE)
    return model


def _told(run: PromptRun) -> dict[str, Any]:
    return {
        "id": str(run.pk), "prompt": run.prompt.name, "version": run.version.number, "model": run.model_name,
        "validity": run.validity, "answer": run.answer, "parsed": run.parsed, "problems": run.problems,
        "left_out": run.left_out, "suspected_injection": run.suspected_injection, "error_kind": run.error_kind,
        "error": run.error, "input_tokens": run.input_tokens, "output_tokens": run.output_tokens,
        "cost": str(run.cost), "currency": run.currency, "latency_ms": run.latency_ms,
    }  # fmt: skip
