"""What the commands `run_test_case` and `run_suite` share: whose it is, on what, and how it is told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError, CommandParser

from prompts.models import Prompt, PromptVersion
from prompts.selectors import find_version as find_prompt_version
from recordings.language.types import Line
from recordings.models import SalesCall
from salesiq.people.models import Client
from salesiq.people.services import choose_client
from testcases.models import CaseRun, CaseVersion, TestCase
from testcases.runs.services import run_case
from testcases.runs.transcripts import TranscriptError, read_transcript
from testcases.services import CaseError

FAILED, UNUSABLE = 1, 2


@dataclass(frozen=True, slots=True)
class Given:
    """What a command is to run on; none of them where nothing was said."""

    call: SalesCall | None = None
    lines: tuple[Line, ...] | None = None
    prompt_version: PromptVersion | None = None

    @property
    def is_empty(self) -> bool:
        return self.call is None and self.lines is None and self.prompt_version is None


def add_subject_arguments(parser: CommandParser, *, required: bool) -> None:
    which = parser.add_mutually_exclusive_group(required=required)
    which.add_argument("--transcript", type=Path, metavar="FILE", help="text, subtitles or JSON")
    which.add_argument("--call", metavar="ID", help="a recorded call")
    which.add_argument("--prompt", metavar="NAME", help="its newest version plays the agent")
    parser.add_argument("--client", default="", metavar="SLUG", help="whose it is, where there are several")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def wrong_use(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=UNUSABLE)


def client_of(slug: str) -> Client:
    try:
        return choose_client(slug)
    except ValidationError as error:
        raise wrong_use(error.messages[0]) from error


def current_version(case: TestCase) -> CaseVersion:
    version = CaseVersion.objects.select_related("case__client").filter(case=case).order_by("-number").first()
    if version is None:
        raise wrong_use(f"The test case “{case.name}” has no version yet.")
    return version


def given_by(client: Client, options: dict[str, Any]) -> Given:
    """What the options name, or a CommandError with status 2."""
    if options["transcript"] is not None:
        return Given(lines=read_file(options["transcript"]))
    if options["call"]:
        return Given(call=_call(client, options["call"]))
    if options["prompt"]:
        return Given(prompt_version=_prompt_version(client, options["prompt"]))
    return Given()


def read_file(path: Path) -> tuple[Line, ...]:
    """An empty transcript is one that cannot be judged; a file that is none is a wrong use."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise wrong_use(f"The file {path} cannot be read: {error.strerror}.") from error
    try:
        return read_transcript(content, path.name)
    except TranscriptError as error:
        if content.strip():
            raise wrong_use(f"{path}: {error}") from error
        return ()


def run_here(version: CaseVersion, given: Given) -> CaseRun:
    """Judged in this process, by the product itself."""
    try:
        run = run_case(
            version=version, user=None, call=given.call, lines=given.lines, prompt_version=given.prompt_version,
            here=True,
        )  # fmt: skip
    except (CaseError, PermissionDenied) as error:
        raise wrong_use(str(error)) from error
    return CaseRun.objects.select_related("version__case").prefetch_related("results").get(pk=run.pk)


def told(document: dict[str, Any]) -> list[str]:
    """A run in lines for people."""
    verdict = {True: "passed", False: "not passed", None: "waits for a person"}[document["passed"]]
    if document["problem"]:
        return [f"{document['case']} v{document['version']}: cannot be judged. {document['problem']}"]
    lines = [f"{document['case']} v{document['version']}: {verdict}, score {_number(document['score'])}"]
    for each in document["criteria"]:
        lines.append(f"  {each['verdict']:<14} {each['text']}")
        lines.append(f"                 {each['reason']}")
        lines += [f"                 {place_of(found)} “{found['quote']}”" for found in each["evidence"][:2]]
    return lines


def place_of(found: dict[str, Any]) -> str:
    seconds = int(found["place"]["start"])
    return f"{seconds // 60}:{seconds % 60:02d} {found['place']['role']}"


def _number(score: float | None) -> str:
    return "–" if score is None else f"{score:g}"


def _call(client: Client, text: str) -> SalesCall:
    try:
        pk = UUID(text)
    except ValueError as error:
        raise wrong_use(f"“{text}” is no id of a call.") from error
    call = SalesCall.objects.filter(client=client, pk=pk).first()
    if call is None:
        raise wrong_use(f"There is no call {text}.")
    return call


def _prompt_version(client: Client, name: str) -> PromptVersion:
    prompt = Prompt.objects.filter(client=client, name=name).first()
    version = find_prompt_version(prompt) if prompt else None
    if version is None:
        raise wrong_use(f"There is no prompt “{name}”.")
    return version
