"""A whole installation of its own for tests that need real processes: data folder, database, environment.

Its database is of the kind that DATABASE_URL names: a fresh SQLite file, or a fresh database on the same
PostgreSQL server. Each installation starts from a copy of what the tests' own database was before the first test:
migrations take half a minute of processor time and need not run twice.
"""

import atexit
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
import psutil
import psycopg
import pytest
from django.db import connection, connections
from django.db.models import Model, QuerySet

ROOT = Path(__file__).resolve().parent.parent
ModelT = TypeVar("ModelT", bound=Model)
T = TypeVar("T")


class Installation:
    """Use as a context manager, or through the `installation` fixture.

    `manage(...)` runs a command to its end, `spawn(...)` starts one in a session of its own, `objects(Model)` reads
    and writes rows of this installation from the test. On exit every spawned process is gone, so is the database.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        self.data_dir = folder / "data"
        self.data_dir.mkdir(parents=True)
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.alias = f"installation_{secrets.token_hex(4)}"
        self.database_url = _copy_of_migrated_database(self.data_dir)
        self.env = {
            **os.environ,
            "SALESIQ_DATA_DIR": str(self.data_dir),
            "DATABASE_URL": self.database_url,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self._spawned: list[subprocess.Popen[bytes]] = []

    def manage(self, *args: str, check: bool = True, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run `manage.py args` and return its output as text; CalledProcessError shows stderr when it fails."""
        done = subprocess.run(
            self._command(args), env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"manage.py {' '.join(args)} ended with {done.returncode}:\n{done.stderr}")
        return done

    def spawn(self, *args: str) -> subprocess.Popen[bytes]:
        """Start `manage.py args` in the background; its output goes to a file that `log()` reads."""
        with (self.logs / f"{len(self._spawned)}.log").open("wb") as output:
            process = subprocess.Popen(
                self._command(args),
                env=self.env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._spawned.append(process)
        return process

    def log(self, index: int = -1) -> str:
        """What the spawned process wrote so far."""
        number = index % len(self._spawned)
        return (self.logs / f"{number}.log").read_text(errors="replace")

    def objects(self, model: type[ModelT]) -> QuerySet[ModelT]:
        """The rows of `model` in this installation's database."""
        if self.alias not in connections.settings:
            config = dj_database_url.parse(self.database_url)
            options = {"OPTIONS": {"timeout": 30}} if "sqlite" in config["ENGINE"] else {}
            settings = connections.configure_settings({"default": {**config, **options}})
            connections.settings[self.alias] = settings["default"]
        return model._default_manager.using(self.alias).all()

    def processes(self) -> list[psutil.Process]:
        """Every living process that belongs to this installation, also those whose parent died."""
        mine = str(self.data_dir)
        return [p for p in psutil.process_iter() if _environment(p).get("SALESIQ_DATA_DIR") == mine]

    def close(self) -> None:
        """Kill what is left and drop the database."""
        for process in self.processes():
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        for started in self._spawned:
            started.wait(10)
        if self.alias in connections.settings:
            connections[self.alias].close()
            del connections.settings[self.alias], connections[self.alias]
        drop_database(self.database_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @staticmethod
    def _command(args: tuple[str, ...]) -> list[str]:
        return [sys.executable, "manage.py", *args]


@pytest.fixture
def installation(tmp_path: Path, django_db_blocker: Any) -> Iterator[Installation]:
    """A fresh installation for one test; `installation.env` takes further variables before a command starts."""
    with django_db_blocker.unblock(), Installation(tmp_path) as made:
        yield made


def wait_until(condition: Callable[[], T], *, seconds: float = 60, describe: Callable[[], str] = str) -> T:
    """Poll until `condition()` is true and return it; fail with `describe()` after a generous time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"Still not so after {seconds:.0f} s. {describe()}")


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
        return {}


def _server_url() -> str | None:
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else None


def create_database(folder: Path) -> str:
    """A fresh database of the kind the tests run on, empty without a table; returns its URL (see `drop_database`)."""
    if _server_url() is None:
        return f"sqlite:///{folder / 'fresh.sqlite3'}"
    return _create(f"salesiq_test_{secrets.token_hex(6)}")


def drop_database(url: str) -> None:
    """Drop what `create_database` made; files go with their folder."""
    server = _server_url()
    if server and url.startswith("postgres"):
        name = urlsplit(url).path.lstrip("/")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _copy_of_migrated_database(data_dir: Path) -> str:
    template = _migrated_database()
    if _server_url() is None:
        target = data_dir / "salesiq.sqlite3"
        shutil.copy(template, target)
        return f"sqlite:///{target}"
    return _create(f"salesiq_test_{secrets.token_hex(6)}", template=template)


def keep_template() -> None:
    """Keep a copy of the tests' own database for installations; call it when it was migrated and nobody used it yet."""
    folder = _template_folder()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "template.sqlite3")])
        _kept.append(str(folder / "template.sqlite3"))
        return
    connection.close()  # PostgreSQL copies a database that nobody is in
    name = f"salesiq_template_{secrets.token_hex(6)}"
    atexit.register(drop_database, _create(name, template=str(connection.settings_dict["NAME"])))
    _kept.append(name)


_kept: list[str] = []


def _template_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="salesiq-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _migrated_database() -> str:
    """A migrated, empty database: a file's path, or a database's name."""
    if _kept:
        return _kept[0]
    folder = _template_folder()
    name = f"salesiq_template_{secrets.token_hex(6)}"
    url = f"sqlite:///{folder / 'template.sqlite3'}" if _server_url() is None else _create(name)
    if _server_url():
        atexit.register(drop_database, url)
    env = {**os.environ, "SALESIQ_DATA_DIR": str(folder), "DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=env, cwd=ROOT, check=True)
    return str(folder / "template.sqlite3") if _server_url() is None else name


def _create(name: str, *, template: str = "template0") -> str:
    server = _server_url()
    assert server
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
