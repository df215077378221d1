"""`manage.py evaluate_speech MANIFEST`: how well the speech layer hears, against known texts."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recordings.speech.errors import SoundError
from recordings.speech.evaluation import Hearer, normalise, read_manifest, word_errors
from recordings.speech.transcriber import load_transcriber


class Command(BaseCommand):
    help = (
        "Transcribe the recordings a manifest names and print the word error rate with its 95 % interval; for "
        "two-channel recordings also how often speakers are confused once mixed to one channel."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """MANIFEST is JSON: a list of {"file", "text"}, or a mapping of file to text or to {"left", "right"}."""
        parser.add_argument("manifest", type=Path)
        parser.add_argument("--audio", type=Path, help="folder of the recordings (default: that of the manifest)")
        parser.add_argument("--model", default=settings.WHISPER_MODEL)
        parser.add_argument("--language", help="spoken language (default: detected per recording)")
        parser.add_argument("--errors", action="store_true", help="print each recording that was misheard")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1, in a sentence, when the manifest, a recording or the model cannot be used."""
        try:
            references = read_manifest(options["manifest"], options["audio"])
            transcriber = load_transcriber(
                options["model"],
                settings.MODELS_DIR,
                compute_type=settings.WHISPER_COMPUTE_TYPE,
                cpu_threads=settings.CPU_THREADS,
                batch_size=settings.WHISPER_BATCH_SIZE,
            )
            with tempfile.TemporaryDirectory() as scratch:
                self._evaluate(Hearer(transcriber, Path(scratch), options["language"]), references, options)
        except (SoundError, ValueError, OSError) as error:
            raise CommandError(str(error)) from error

    def _evaluate(self, hearer: Hearer, references: list[Any], options: dict[str, Any]) -> None:
        heard = [hearer.hear(reference) for reference in references]
        if options["errors"]:
            for reference, text in zip(references, heard, strict=True):
                if normalise(reference.text) != normalise(text):
                    self.stdout.write(f"{reference.path.name}\n  said  {reference.text}\n  heard {text}")
        errors = word_errors([reference.text for reference in references], heard)
        self.stdout.write(
            f"{'model':12}{'recordings':>12}{'words':>8}{'WER':>8}{'95 % interval':>18}{'sub':>6}{'del':>6}{'ins':>6}"
        )
        interval = f"{errors.low:.1%} to {errors.high:.1%}"
        self.stdout.write(
            f"{hearer.model_name:12}{errors.recordings:>12}{errors.words:>8}{errors.rate:>8.1%}{interval:>18}"
            f"{errors.substitutions:>6}{errors.deletions:>6}{errors.insertions:>6}"
        )
        silent = [text for reference, text in zip(references, heard, strict=True) if not normalise(reference.text)]
        if silent:
            self.stdout.write(f"silent recordings heard as silent: {silent.count('')} of {len(silent)}")
        for path in sorted({reference.path for reference in references if reference.channel is not None}):
            confusion = hearer.confusion_when_mixed(path)
            self.stdout.write(f"{path.name} mixed to mono, turn by turn: speaker confusion {confusion:.1%}")
