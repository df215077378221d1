"""Processes that do one thing with the pipeline each, and that stop themselves at a named moment of a named stage.

Starting Python and the engines takes seconds, so one warm process (`python -m tests.recordings.pipeline.processes`)
forks a fresh one for each request. The engines that keep threads are loaded in the fork: threads do not survive one.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.installation import ROOT, Installation

MOMENTS = ("before_compute", "inside_compute", "after_compute", "inside_transaction", "after_commit")
# What a stage calls about halfway through its work. Publishing has no work to be halfway through.
HALFWAY = {
    "store": ("recordings.pipeline.store", "encode_playback"),
    "transcribe": ("recordings.pipeline.transcribe", "load_transcriber"),
    "attribute": ("recordings.pipeline.attribute", "decide_roles"),
    "redact": ("recordings.pipeline.redact", "mask_speech"),
    "understand": ("recordings.language.understanding", "propose_outcome"),
    "score": ("recordings.pipeline.score", "follow_script"),
}


class Processes:
    """The warm process of one installation, seen from a test. Use as a context manager."""

    def __init__(self, site: Installation) -> None:
        self._log = (site.logs / "processes.log").open("wb")
        self._site = site

    def __enter__(self) -> Self:
        self._warm = subprocess.Popen(
            [sys.executable, "-m", __name__],
            env=self._site.env | {"OMP_NUM_THREADS": "1"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._warm.stdin
        self._warm.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._warm.wait(10)
        self._warm.kill()
        self._warm.wait()
        self._log.close()

    def start(self, do: str, **arguments: Any) -> int:
        """Have a fresh process do it (`receive` or `run`, below) and return its id without waiting."""
        return self._ask(do=do, **arguments)

    def wait(self, pid: int) -> Any:
        """The result of a started process once it has ended; the negative signal when one killed or stopped it."""
        return self._ask(do="wait", pid=pid)

    def call(self, do: str, **arguments: Any) -> Any:
        return self.wait(self.start(do, **arguments))

    def log(self) -> str:
        return (self._site.logs / "processes.log").read_text(errors="replace")

    def _ask(self, **request: Any) -> Any:
        assert self._warm.stdin and self._warm.stdout
        self._warm.stdin.write(json.dumps(request) + "\n")
        self._warm.stdin.flush()
        answer = self._warm.stdout.readline()
        assert answer, f"The warm process has ended:\n{self.log()}"
        return json.loads(answer)


def receive(path: str, attempts: int, **options: Any) -> dict[str, str]:
    """Take a file in, as every door does, and queue its analysis."""
    from django.core.files import File

    from recordings.privacy.records import Statement
    from recordings.services import AnalysisOptions, receive_recording, start_analysis
    from salesiq.people.services import choose_client

    client = choose_client("")
    with Path(path).open("rb") as file:
        upload = File(file, name=Path(path).name)
        receipt = receive_recording(
            client=client,
            upload=upload,
            created_by=None,
            options=AnalysisOptions(model="tiny.en", **options),
            consent=Statement(basis="contract", channel="test"),
        )
    job = start_analysis(call=receipt.call, actor=None, max_attempts=attempts)
    return {"call": str(receipt.call.pk), "job": str(job.pk)}


def run(job: str, stage: str = "", moment: str = "", stop_with: int = signal.SIGKILL) -> str:
    """Put jobs of dead processes back on their way, then run `job`; stop at the moment, when one is given."""
    from salesiq.jobs.services import reap_jobs, run_job

    if stage:
        arrange(stage, moment, lambda: os.kill(os.getpid(), stop_with))
    reap_jobs()
    ended = run_job(job)
    return ended.status if ended else "gone"


def arrange(name: str, moment: str, act: Callable[[], None]) -> None:
    """Have `act` called at this moment of the stage `name`."""
    from django.db import transaction

    from recordings.pipeline.runner import STAGES

    stage = next(stage for stage in STAGES if stage.name == name)
    compute, save = stage.compute, stage.save

    def acting_compute(*args: Any) -> Any:
        if moment == "before_compute":
            act()
        output = compute(*args)
        if moment == "after_compute" or (moment == "inside_compute" and name not in HALFWAY):
            act()
        return output

    def acting_save(*args: Any) -> None:
        if moment == "after_commit":
            transaction.on_commit(act)
        save(*args)
        if moment == "inside_transaction":
            act()

    stage.compute, stage.save = acting_compute, acting_save  # type: ignore[method-assign]
    if moment == "inside_compute" and name in HALFWAY:
        _act_after(*HALFWAY[name], act)


def _act_after(module: str, function: str, act: Callable[[], None]) -> None:
    home = import_module(module)
    original = getattr(home, function)

    def acting(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        act()
        return result

    setattr(home, function, acting)


def _warm_up() -> None:
    """Everything that is slow to import or to read, and keeps no threads."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "salesiq.settings"
    django.setup()
    for name in ("faster_whisper", "onnxruntime", "av", "recordings.tasks"):
        import_module(name)
    from recordings.language.types import Call, Line
    from recordings.language.understanding import understand

    understand(Call(lines=(Line(0, "agent", 0.0, 1.0, "I will call you on Monday.", "A"),), language="en"))


def _fork(request: dict[str, Any]) -> tuple[int, int]:
    """The new process and the pipe that its result comes through."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    try:
        result = {"receive": receive, "run": run}[request.pop("do")](**request)
        os.write(writing, json.dumps(result).encode())
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def _collect(pid: int, reading: int) -> Any:
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        return -os.WSTOPSIG(status)
    with os.fdopen(reading, "rb") as pipe:
        result = pipe.read()
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else json.loads(result or b"null")


def _serve() -> None:
    _warm_up()
    pipes: dict[int, int] = {}
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "wait":
            answer = _collect(request["pid"], pipes[request["pid"]])
        else:
            answer, pipe = _fork(request)
            pipes[answer] = pipe
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
