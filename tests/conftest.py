"""What every test gets: files in a folder of its own, and real data where it is at hand."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from salesiq.audit import guards
from tests.installation import installation, keep_template
from tests.migrating import migrate
from tests.sharing import of_other_share

__all__ = ["installation", "migrate"]

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Uploads and scratch files of a test never touch those of an installation or of another test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCRATCH_DIR = tmp_path / "scratch"
    settings.SIGNING_KEY_FILE = tmp_path / "signing.key"
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "audit-anchors.jsonl")
    settings.PRACTICE_VECTORS_DIR = tmp_path / "practice-vectors"


@pytest.fixture(autouse=True)
def no_warm_up(settings):
    """No thread of one test's role-play works on in the next."""
    settings.PRACTICE_WARM_UP = False


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    """What limits have counted is no business of the next test."""
    cache.clear()


@pytest.fixture(autouse=True)
def own_language():
    """A page asked for in Russian leaves its language in the thread, as a server's next request would not."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Slow hashing protects people's passwords; those of tests need none."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """SQLite in a file, as in production: in memory, threads would share one cache and its table locks."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def real_audio() -> Path:
    """The folder of real recordings that lies beside the repository."""
    folder = REAL_DATA / "audio"
    if not folder.is_dir():
        pytest.skip("The real recordings (../shared/data/audio) are not here.")
    return folder


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, request):
    """Between tests the database is emptied, which the audit trail's triggers refuse: they stand aside for that."""
    if not request.config.getvalue("reuse_db"):
        with django_db_blocker.unblock():
            keep_template()
    operations = type(connection.ops)  # of every connection: a browser test's event loop gets one of its own
    empty = operations.execute_sql_flush

    def empty_unguarded(self, statements):
        guards.remove(self.connection)
        empty(self, statements)
        guards.install(self.connection)

    operations.execute_sql_flush = empty_unguarded


@pytest.fixture(autouse=True)
def audit_links_at_once(request):
    """Inside the transaction that a test is rolled back with, PostgreSQL links events at once: it never commits."""
    if "db" in request.fixturenames and "transactional_db" not in request.fixturenames:
        request.getfixturevalue("db")
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS audit_event_links IMMEDIATE")


def pytest_collection_modifyitems(config, items):
    other = {id(item) for item in of_other_share(items)}
    if other:
        config.hook.pytest_deselected(items=[item for item in items if id(item) in other])
        items[:] = [item for item in items if id(item) not in other]
