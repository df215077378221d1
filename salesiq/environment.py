"""What settings read from outside: the typed environment, the data folder, the key of a fresh installation."""

import os
import secrets
from pathlib import Path

from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)


def data_dir() -> Path:
    """The folder of everything this installation keeps: database, media, keys, joined models, logs."""
    folder = Path(env.str("SALESIQ_DATA_DIR", "var")).expanduser()
    folder = folder if folder.is_absolute() else BASE_DIR / folder
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret(name: str) -> str:
    """The variable `name`, or what the file that `name`_FILE names holds; empty when neither is set."""
    path = env.str(f"{name}_FILE", "")
    return Path(path).read_text(encoding="utf-8").strip() if path else env.str(name, "")


def generated_secret_key(folder: Path) -> str:
    """The installation's own key, made on first run and kept readable by its owner only.

    Two processes may start at once: the first to link its file wins, and both read the winner's key.
    """
    path = folder / "secret.key"
    if not path.exists():
        draft = folder / f"secret.key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
