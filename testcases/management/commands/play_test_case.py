"""Play a test case in the terminal, or have a file's lines said in it. Kept nowhere."""

import json
import secrets
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from testcases.content.document import CaseContent
from testcases.models import TestCase
from testcases.simulation import engine
from testcases.simulation.contents import content_of
from testcases.simulation.customers import answer_scripted

SEED_BITS = 32


class Command(BaseCommand):
    help = "Play a test case against the scripted customer. End with an empty line or Ctrl-D; nothing is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="Name of the test case")
        parser.add_argument("--client", default="", help="Slug of the client, where several have a case of this name")
        parser.add_argument("--seed", type=int, help="The same seed and words give the same customer")
        parser.add_argument("--script", type=Path, help="A text file: each line is said, an empty one is silence")
        parser.add_argument("--trace", action="store_true", help="Show what the customer understood and felt")
        parser.add_argument("--json", action="store_true", help="One JSON object at the end in place of the talk")

    def handle(self, *args: Any, **options: Any) -> None:
        content = content_of(self._version(options["name"], options["client"]))
        seed = secrets.randbits(SEED_BITS) if options["seed"] is None else options["seed"]
        self._plain = not options["json"]
        self._trace = options["trace"]
        script: Path | None = options["script"]
        said = list(self._talk(content, seed, self._lines(script), scripted=script is not None))
        if options["json"]:
            told = {"case": options["name"], "seed": seed, "ended": self._ended, "turns": said}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))

    def _version(self, name: str, client: str) -> Any:
        cases = TestCase.objects.filter(name=name, current__isnull=False).select_related("current", "client")
        found = list(cases.filter(client__slug=client) if client else cases)
        if not found:
            raise CommandError(
                f"There is no test case “{name}”. Install the library with: manage.py install_test_cases"
            )
        if len(found) > 1:
            slugs = ", ".join(sorted(case.client.slug for case in found))
            raise CommandError(f"Several clients have “{name}”. Name one with --client: {slugs}")
        return found[0].current

    def _lines(self, script: Path | None) -> Iterator[str]:
        if script is not None:
            try:
                yield from script.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"{script} cannot be read: {error}") from error
            return
        while True:
            try:
                line = input("You: ")
            except (EOFError, KeyboardInterrupt):
                return
            if not line.strip():
                return
            yield line

    def _talk(
        self, content: CaseContent, seed: int, lines: Iterator[str], *, scripted: bool
    ) -> Iterator[dict[str, Any]]:
        self._ended = ""
        self._tell(f"{content.scenario.strip()}\n{content.goal.text}\n(seed {seed})\n")
        state, opening = engine.open_session(content, seed)
        for line in opening:
            yield self._customer(content, line)
        for text in lines:
            answer = answer_scripted(content, state, text.strip(), seed=seed)
            state = answer.state
            if scripted:
                self._tell(f"You: {text.strip() or '…'}")
            yield {"role": "agent", "text": text.strip()}
            for line in answer.lines:
                yield self._customer(content, line)
            if self._trace:
                self._tell(f"    {json.dumps(answer.trace, ensure_ascii=False)}")
            if answer.ended:
                self._ended = answer.ended
                self._tell(f"({answer.ended})")
                return

    def _customer(self, content: CaseContent, line: str) -> dict[str, Any]:
        self._tell(f"{content.persona.name}: {line}")
        return {"role": "customer", "text": line}

    def _tell(self, text: str) -> None:
        if self._plain:
            self.stdout.write(text)
