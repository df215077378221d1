"""A database of its own that lies at earlier migrations.

Going forward to where a migration began takes seconds; going back there from the present undoes everything since and
does it again.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.installation import create_database, drop_database

Target = tuple[str, str]
Migrate = Callable[..., Apps]


@pytest.fixture
def migrate(tmp_path: Path, django_db_blocker: Any) -> Iterator[Migrate]:
    """`migrate((app, name), …)` on an empty database of the kind the tests run on; it returns the models of then."""
    with django_db_blocker.unblock():
        url = create_database(tmp_path)
        present = connection.settings_dict["NAME"]
        _use(urlsplit(url).path.removeprefix("/"))
        yield _migrate
        _use(present)
        drop_database(url)


def _migrate(*targets: Target) -> Apps:
    # By the command, not by its executor: triggers stand aside meanwhile.
    for app, name in targets:
        call_command("migrate", app, name, verbosity=0)
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
