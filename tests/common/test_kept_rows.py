"""Rows that never change are kept by the database itself; a person may be masked out of them, for good."""

import pytest
from django.apps import apps
from django.db import Error, connection, transaction
from django.db.models.signals import post_migrate, pre_migrate

from salesiq.common.kept_rows import masked_hash, with_masked_hash
from testcases.models import CaseVersion
from tests.testcases.factories import make_case

pytestmark = pytest.mark.django_db


def change(version: CaseVersion, **values: object) -> None:
    with transaction.atomic():
        CaseVersion.objects.filter(pk=version.pk).update(**values)


@pytest.fixture
def version() -> CaseVersion:
    found = make_case().current
    assert found
    return found


@pytest.mark.parametrize("values", [{"content": {}}, {"number": 7}, {"content_hash": "0" * 64}])
def test_a_kept_row_refuses_every_change_of_what_it_says(version: CaseVersion, values: dict[str, object]) -> None:
    with pytest.raises(Error, match="never changes"):
        change(version, **values)


def test_what_it_does_not_say_may_change(version: CaseVersion) -> None:
    change(version, why="Said later")


def test_a_person_is_masked_with_a_hash_that_says_so_and_only_once_by_each(version: CaseVersion) -> None:
    masked = with_masked_hash(version, {"content": {"scenario": "••••"}})
    change(version, **masked)
    assert masked["content_hash"] == masked_hash(version.content_hash)
    with pytest.raises(Error, match="never changes"):
        change(version, content={"scenario": "Another"}, content_hash=masked["content_hash"])
    with pytest.raises(Error, match="never changes"):
        change(version, number=2, content_hash=masked_hash(masked["content_hash"]))


def test_guards_are_lifted_for_migrations_and_set_after_them(version: CaseVersion) -> None:
    config = apps.get_app_config("testcases")
    told = {"sender": config, "app_config": config, "using": connection.alias, "verbosity": 0, "interactive": False}
    pre_migrate.send(**told, plan=[object()])
    change(version, number=7)
    post_migrate.send(**told, plan=[])
    with pytest.raises(Error, match="never changes"):
        change(version, number=8)
