"""Every address and every screen of the back office × every kind of person × own and other things.

The table stands in tests/access/rows.py. An address, screen, action or method that is in no row fails here.
"""

import logging
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.rows import ADDRESSES, PUBLIC, SCREENS
from tests.access.walk import outcome_of, walk
from tests.access.world import PERSONS, World, make_world

SCREEN_KINDS = ("changelist", "add", "change", "delete", "history")


@pytest.fixture
def world(db) -> Iterator[World]:
    logging.disable()  # a thousand refusals in the log would hide the few lines that matter
    yield make_world()
    logging.disable(logging.NOTSET)


def names(patterns: list[URLPattern | URLResolver], namespace: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif pattern.name:
            found.add(namespace + pattern.name)
        elif namespace != "admin:":  # Django's own redirect from an old address, and its 404 for the rest
            raise AssertionError(f"{pattern} has no name and so cannot be in the table. Give it one.")
    return found


def test_every_address_is_in_a_table():
    screens = {f"admin:{row.model.replace('.', '_')}_{kind}" for row in SCREENS for kind in SCREEN_KINDS}
    known = screens | {row.name for row in [*ADDRESSES, *PUBLIC]}
    there = names(get_resolver().url_patterns)
    assert not there - known, "Say who may open them: add an Address, Screen or Public to tests/access/rows.py."
    assert not known - there, "These are gone: take their rows out of tests/access/rows.py."


def test_every_screen_of_the_back_office_and_every_action_is_in_a_table():
    screens = {row.model: row for row in SCREENS}
    there = {model._meta.label_lower: screen for model, screen in admin.site._registry.items()}
    assert set(screens) == set(there), "Add a Screen to tests/access/rows.py for each model of the back office."
    for model, screen in there.items():
        actions = {getattr(action, "__name__", action) for action in screen.actions}
        assert set(screens[model].actions) == actions, f"Say in tests/access/rows.py who may do each action of {model}."


@pytest.mark.one_database
@pytest.mark.parametrize("person", sorted(PERSONS))
def test_each_person_gets_what_is_theirs(person, world):
    wrong = walk(person, world)
    assert not wrong, f"\n{len(wrong)} answers to the {person} are not as tests/access/rows.py says:\n" + "\n".join(
        wrong
    )


def test_methods_in_no_row_are_not_allowed(world):
    browser = Browser()
    browser.force_login(world.people["superuser"])
    allowed: dict[str, set[str]] = {}
    for row in ADDRESSES:
        allowed.setdefault(row.name, set()).update(row.may)
    wrong = []
    for row in ADDRESSES:
        if row.name.startswith("admin:"):
            continue
        thing = world.things[row.on][0] if row.on else None
        url = reverse(row.name, args=thing.address if thing else [])
        for method in {"get", "post", "put", "patch", "delete"} - allowed[row.name]:
            status = getattr(browser, method)(url).status_code
            if status != 405:
                wrong.append(f"{method.upper()} {row.name} answers {status}, and no row of rows.py says who may.")
    assert not wrong, "\n".join(wrong)


def test_no_address_serves_files_but_those_of_sound(world):
    """Files lie outside what the web server sees; who guesses where one lies gets nothing, whoever they are."""
    recording = world.things["recording"][0].row
    for person in ("stranger", "superuser"):
        browser = Browser()
        if user := world.people[person]:
            browser.force_login(user)
        for name in (recording.file.name, recording.playback.name):
            for prefix in ("", "media/", "static/", "static/../", "admin/../media/", "static/%2e%2e/media/"):
                assert outcome_of(browser.get(f"/{prefix}{name}")) in ("hidden", "sign in")
