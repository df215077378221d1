"""`manage.py analyze FILE…`: the pipeline in the foreground."""

import json
import logging
import shlex
import sys
import threading
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from recordings.document import analysis_document
from recordings.models import Basis, CallStatus, SalesCall
from recordings.privacy.records import Statement
from recordings.selectors import whole_calls
from recordings.services import AnalysisOptions, Receipt, receive_recording, run_analysis_here
from recordings.speech.languages import WHISPER_LANGUAGES
from salesiq.common.database import ensure_migrated
from salesiq.jobs.models import Job
from salesiq.people.models import Client
from salesiq.people.services import choose_client


def positive(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10:
        raise ArgumentTypeError(f"“{text}” is not a number of speakers (1 to 10)")
    return int(text)


def channel(text: str) -> int:
    if not text.isdecimal() or int(text) > 15:
        raise ArgumentTypeError(f"“{text}” is not a channel (0 is the first, usually left; 1 the second)")
    return int(text)


def language(text: str) -> str:
    if text not in WHISPER_LANGUAGES:
        raise ArgumentTypeError(f"“{text}” is not a language code such as en, es or ru")
    return text


class Command(BaseCommand):
    help = "Analyse recorded calls here and now. Prints one line a file; exit status 1 when any failed, 2 for usage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON object per file per line on stdout")
        parser.add_argument("--model", default="", metavar="NAME", help="whisper model: base, tiny.en, a folder, …")
        parser.add_argument("--language", type=language, metavar="xx", help="spoken language, else detected")
        parser.add_argument("--speakers", type=positive, metavar="N", help="number of speakers in a mono call")
        parser.add_argument("--agent-channel", type=channel, metavar="N", help="the agent's channel, from 0")
        parser.add_argument("--basis", choices=Basis.values, metavar="BASIS", help=", ".join(Basis.values))
        parser.add_argument(
            "--evidence", default="", metavar="TEXT", help="what shows it: a ticket, a file, a sentence"
        )
        parser.add_argument("--client", default="", metavar="SLUG", help="whose call it is, where there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verbosity"] < 2:
            logging.disable(logging.INFO)
        ensure_migrated()
        try:
            client = choose_client(options["client"])
        except ValidationError as error:
            raise CommandError(error.messages[0], returncode=2) from error
        wishes = AnalysisOptions(
            model=options["model"],
            language=options["language"] or "",
            speakers=options["speakers"],
            agent_channel=options["agent_channel"],
        )
        consent = stated(options["basis"], options["evidence"])
        documents = [self._analyze(path, client, wishes, consent, as_json=options["json"]) for path in options["files"]]
        if any(document["status"] != CallStatus.PUBLISHED for document in documents):
            sys.exit(1)

    def _analyze(
        self, path: Path, client: Client, wishes: AnalysisOptions, consent: Statement | None, *, as_json: bool
    ) -> dict[str, Any]:
        document: dict[str, Any] = {"file": str(path), "status": CallStatus.FAILED.value, "error": None}
        try:
            receipt = self._receive(path, client, wishes, consent)
            call = self._run(path, receipt, wishes)
            document |= {"id": str(call.pk), "duplicate": receipt.duplicate} | analysis_document(call)
            if call.is_held_back:
                document["error"] = f"{call.error} {what_to_type(path, client)}"
        except OSError as error:
            document["error"] = f"{path} cannot be read: {error.strerror or error}. Check the path and its permissions."
        except ValidationError as error:
            document["error"] = " ".join(error.messages)
        self.stdout.write(json.dumps(document, ensure_ascii=False) if as_json else summary_line(document))
        self.stdout.flush()
        return document

    def _receive(self, path: Path, client: Client, wishes: AnalysisOptions, consent: Statement | None) -> Receipt:
        with path.open("rb") as file:
            upload = File(file, name=path.name)
            receipt = receive_recording(client=client, upload=upload, created_by=None, options=wishes, consent=consent)
        if receipt.duplicate and not receipt.is_held_back:
            self.stderr.write(
                f"{path}: this recording was received before; stages whose inputs did not change are kept."
            )
        return receipt

    def _run(self, path: Path, receipt: Receipt, wishes: AnalysisOptions) -> SalesCall:
        if not receipt.is_held_back:
            self._work(path, receipt, wishes)
        return whole_calls(SalesCall.objects.filter(pk=receipt.call.pk)).get()

    def _work(self, path: Path, receipt: Receipt, wishes: AnalysisOptions) -> None:
        with _Reporter(receipt.call, lambda text: self.stderr.write(f"{path}: {text}")):
            run_analysis_here(call=receipt.call, options=wishes)


class _Reporter(threading.Thread):
    """Tells the progress of a call's job once a second while the block runs, whichever process does the work."""

    def __init__(self, call: SalesCall, tell: Callable[[str], None]) -> None:
        super().__init__(daemon=True)
        self._jobs = Job.objects.filter(subject=str(call.pk)).order_by("-created_at")
        self._tell = tell
        self._ended = threading.Event()

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        told = None
        while not self._ended.wait(1.0):
            job = self._jobs.first()
            if job is not None and job.stage and (job.stage, job.fraction) != told:
                told = (job.stage, job.fraction)
                left = f", about {job.seconds_left:.0f} s left" if job.seconds_left else ""
                self._tell(f"{job.stage} {job.fraction:.0%}{left}")
        connection.close()


def stated(basis: str | None, evidence: str) -> Statement | None:
    """What `--basis` and `--evidence` say of every file named.

    Raises:
        CommandError: evidence of nothing.
    """
    if basis is None and evidence:
        raise CommandError("--evidence says what shows the basis; name it with --basis.", returncode=2)
    return Statement(basis=basis, reference=evidence, channel="command") if basis else None


def what_to_type(path: Path, client: Client) -> str:
    """The two ways out of a call without a basis, ready to be typed."""
    return (
        f'For this file: manage.py analyze {shlex.quote(str(path))} --basis {"|".join(Basis.values)} [--evidence "…"]. '
        f'For all calls: manage.py set_basis {client.slug} BASIS --note "…".'
    )


def summary_line(document: dict[str, Any]) -> str:
    """One call in one line for people."""
    if document["status"] != CallStatus.PUBLISHED:
        return f"{document['file']}: {document['status']}: {document['error']}"
    score = document["quality_score"]
    quality = "not scored" if score is None else f"quality {score:.0f}"
    outcome = document["outcome"]["value"] or "outcome unknown"
    return (
        f"{document['file']}: {document['duration']:.0f} s, {document['language']}, "
        f"{len(document['utterances'])} utterances, {outcome}, {quality}"
    )
