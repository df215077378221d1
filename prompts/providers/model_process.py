"""The process of the packaged model: an OpenAI-compatible server on loopback that lives as long as somebody uses it.

Started by `embedded.py` with its settings as JSON on standard input, so that the key stands in no list of processes.
Those who use it hold a shared lock on `users.lock`, which the kernel takes from the dead; nobody left, it ends. It
knows nothing of Django and nothing of the installation's secrets.
"""

import fcntl
import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import xllamacpp

LOOK_SECONDS, EMPTY_LOOKS = 1.0, 3


def main() -> None:
    config: dict[str, Any] = json.loads(sys.stdin.read())
    folder = Path(config["folder"])
    check_weights(Path(config["weights"]), config["sha256"])
    alive = os.open(folder / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(alive, fcntl.LOCK_EX)
    server = xllamacpp.Server(parameters(config))
    state = {"pid": os.getpid(), "port": int(server.listening_address.rpartition(":")[2]), "key": config["key"]}
    write_private(folder / "state.json", json.dumps(state))
    wait_until_unused(folder / "users.lock")
    (folder / "state.json").unlink(missing_ok=True)
    os._exit(0)  # the server's threads have nothing to finish; the locks go with the process


def check_weights(path: Path, sha256: str) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        sys.exit(f"{path.name} is not the file that this release was tried with (sha256 {found}).")


def parameters(config: dict[str, Any]) -> Any:
    chosen = xllamacpp.CommonParams()
    chosen.model.path = config["weights"]
    chosen.model_alias = {config["name"]}
    chosen.hostnames, chosen.port, chosen.api_keys = ["127.0.0.1"], 0, [config["key"]]
    chosen.n_ctx, chosen.n_parallel = config["context"], 1
    chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = config["threads"]
    chosen.ui = chosen.endpoint_slots = chosen.endpoint_props = chosen.endpoint_metrics = False
    chosen.verbosity = -1
    chosen.warmup = False
    return chosen


def wait_until_unused(path: Path) -> None:
    """Returns holding the lock, so that whoever comes now waits for this process to end and starts the next."""
    users = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    empty = 0
    while empty < EMPTY_LOOKS:
        time.sleep(LOOK_SECONDS)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            empty = 0
            continue
        empty += 1
        if empty < EMPTY_LOOKS:
            fcntl.flock(users, fcntl.LOCK_UN)


def write_private(path: Path, text: str) -> None:
    """Whole or not at all, readable by this user alone."""
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


if __name__ == "__main__":
    main()
