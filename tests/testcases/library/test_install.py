"""The shipped cases go into a workspace as often as one likes, and leave alone what people changed."""

import pytest
from django.core.management import CommandError, call_command

from testcases.library.install import WHY, install_library
from testcases.library.shipped import ShippedError, shipped_cases, shipped_suites, shipped_trainings
from testcases.models import Suite, TestCase, Training
from testcases.services.cases import save_version
from tests.factories import make_client

pytestmark = pytest.mark.django_db


def test_a_second_time_changes_nothing():
    client = make_client()
    first = install_library(client=client, language="en")
    again = install_library(client=client, language="en")
    assert len(first.added) == len(shipped_cases("en")) + len(shipped_trainings("en")) + len(shipped_suites("en"))
    assert (again.added, again.updated, again.kept) == ([], [], [])
    assert TestCase.objects.filter(client=client).count() == len(shipped_cases("en"))
    assert Training.objects.filter(client=client).count() == len(shipped_trainings("en"))
    assert Suite.objects.get(client=client, name="objections").cases.count() == 6


def test_what_people_changed_stays_and_what_they_did_not_gets_the_newest_text():
    client = make_client()
    install_library(client=client, language="ru")
    changed, older = TestCase.objects.filter(client=client).order_by("name")[:2]
    for case, why in ((changed, "Our own wording"), (older, WHY)):
        save_version(case=case, user=None, content={**case.current.content, "pass_mark": 55}, why=why)
    done = install_library(client=client, language="ru")
    assert (done.kept, done.updated) == ([changed.name], [older.name])
    changed.refresh_from_db()
    assert changed.current.content["pass_mark"] == 55
    assert older.versions.count() == 3


def test_a_name_that_the_client_uses_is_left_to_the_client():
    client = make_client()
    shipped = shipped_cases("es")[0]
    TestCase.objects.create(client=client, name=shipped.file.name, title="Ours", test_type="closing")
    install_library(client=client, language="es")
    assert TestCase.objects.get(client=client, library_key=shipped.key).name == f"{shipped.file.name}-2"


def test_the_command_names_the_clients_there_are(capsys):
    client = make_client()
    call_command("install_test_cases", client=client.slug, language="ru")
    assert "added" in capsys.readouterr().out
    with pytest.raises(CommandError, match=client.slug):
        call_command("install_test_cases", client="nobody")


def test_a_language_that_is_not_shipped_is_named():
    with pytest.raises(ShippedError, match="fr"):
        shipped_cases("fr")
