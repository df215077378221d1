"""Guessing: an id of somebody else's answers, in addresses, bodies, filters and cursors, exactly as one that never was.

Each request is made twice, with the id of a row that is there but hidden and with a made-up one. What comes back must
be the same in status and, but for the ids themselves and what changes with every request, in every character.
"""

import logging
import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from recordings.models import SalesCall
from salesiq.common.models import IdempotentRequest
from salesiq.people.models import Agent
from tests.access.rows import ADDRESSES, SCREENS
from tests.access.walk import undone
from tests.access.world import Thing, World, make_world
from tests.factories import make_team
from tests.recordings.factories import make_call, make_sound
from tests.recordings.hostile.conftest import upload

RECORDINGS = "/api/v1/sales/recordings"
# Whoever guesses, and at what.
GUESSERS = [
    ("admin", "the other client's"),
    ("privacy officer", "the other client's"),
    ("integrator", "the other client's"),
    ("manager", "the other team's"),
    ("agent", "a teammate's"),
]
CHANGING = [
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(r'"X-CSRFToken": "[^"]*"'),
    re.compile(r'nonce="[^"]*"'),
]


@pytest.fixture
def world(db) -> Iterator[World]:
    logging.disable()
    yield make_world()
    logging.disable(logging.NOTSET)


@pytest.fixture
def browsers(world) -> Callable[[str], Browser]:
    def of(person: str) -> Browser:
        browser = Browser()
        browser.force_login(world.people[person])
        return browser

    return of


def made_up(value: object) -> object:
    """An id of the same kind that no row has."""
    return uuid.UUID(int=uuid.uuid4().int) if isinstance(value, uuid.UUID) else 987_654_321


def answer_of(browser: Browser, method: str, address: str, ids: list[object], data: dict) -> tuple[int, str]:
    cache.clear()
    with undone():
        response = getattr(browser, method)(address, data)
        text = b"".join(response.streaming_content) if response.streaming else response.content
        body = text.decode(errors="replace") + str(response.get("Location", ""))
    for value in (address, *(one for one in ids if not isinstance(one, int))):
        body = body.replace(str(value), "ID")
    for pattern in CHANGING:
        body = pattern.sub("", body)
    return response.status_code, body


def hidden_addresses(world: World, whose: str) -> Iterator[tuple[str, str, list[object], dict]]:
    """Method, name, arguments and data of everything that has a thing in its address."""

    def hidden(on: str) -> list[Thing]:
        return [thing for thing in world.things[on] if thing.whose == whose]

    for row in ADDRESSES:
        for thing in hidden(row.on) if row.on else ():
            for method in row.may:
                yield method, row.name, thing.address, dict(row.data)
    for screen in SCREENS:
        prefix = f"admin:{screen.model.replace('.', '_')}"
        for thing in hidden(screen.on):
            for kind in ("change", "delete", "history"):
                yield "get", f"{prefix}_{kind}", [thing.row.pk], {}
            yield "post", f"{prefix}_delete", [thing.row.pk], {"post": "yes"}


@pytest.mark.one_database
@pytest.mark.parametrize(("person", "whose"), GUESSERS)
def test_an_address_does_not_tell_whether_a_hidden_thing_is_there(person, whose, world, browsers):
    browser, told = browsers(person), []
    for method, name, arguments, data in hidden_addresses(world, whose):
        others = [made_up(value) for value in arguments]
        real = answer_of(browser, method, reverse(name, args=arguments), arguments, data)
        none = answer_of(browser, method, reverse(name, args=others), others, data)
        if real != none:
            told.append(f"{method.upper()} {name}: {real[0]} for a hidden one, {none[0]} for none")
    assert not told, "\n".join(told)


@pytest.mark.parametrize(
    ("field", "thing"), [("agent_id", "agent"), ("customer_id", "customer"), ("id", "call"), ("client_id", "client")]
)
def test_a_body_does_not_tell_whether_a_hidden_thing_is_there(field, thing, world, browsers):
    browser, hidden = browsers("admin"), world.things[thing][-1].row.pk

    def answer(value):
        with_file = {} if field == "id" else {"file": upload("call.wav", make_sound(seconds=0.05, tone=300.0))}
        status, body = answer_of(browser, "post", f"{RECORDINGS}/analyze", [value], {field: str(value), **with_file})
        assert status == 400
        return body

    assert answer(hidden) == answer(uuid.uuid4())
    assert answer("not-an-id")


@pytest.mark.parametrize("filter_", ["agent", "team", "customer"])
def test_a_filter_does_not_tell_whether_a_hidden_thing_is_there(filter_, world, browsers):
    call: SalesCall = world.things["call"][-1].row
    call.agent.team = make_team(client=call.client)
    call.agent.save()
    hidden = {"agent": call.agent_id, "team": call.agent.team_id, "customer": call.customer_id}[filter_]
    for address in (RECORDINGS, "/sales-recording-audit"):
        answers = {
            answer_of(browsers("admin"), "get", f"{address}?{filter_}={value}", [value], {})
            for value in (hidden, uuid.uuid4())
        }
        assert len(answers) == 1, address


def test_forms_and_filters_of_the_back_office_do_not_tell_either(world, browsers):
    browser, told = browsers("admin"), []
    hidden: Agent = world.things["agent"][-1].row
    queries = {
        "recordings_salescall_changelist": "agent__id__exact={}",
        "people_agent_changelist": "team__id__exact={}",
        "people_apikey_changelist": "user__id__exact={}",
        "autocomplete": "app_label=recordings&model_name=salescall&field_name=agent&term={}",
    }
    for name, query in queries.items():
        value = hidden.pk if "agent" in query else world.things["user"][-1].row.pk
        real, none = (
            answer_of(browser, "get", reverse(f"admin:{name}") + "?" + query.format(one), [one], {})
            for one in (value, uuid.uuid4())
        )
        if real != none:
            told.append(name)
    forms = {"people_team_add": "managers", "people_agent_add": "user", "people_apikey_add": "user"}
    for name, field in forms.items():
        user = world.things["user"][-1].row.pk
        real, none = (
            answer_of(browser, "post", reverse(f"admin:{name}"), [one], {field: str(one), "name": "Guess"})
            for one in (user, uuid.uuid4())
        )
        if real != none:
            told.append(name)
    assert not told


def test_a_cursor_of_somebody_else_opens_only_ones_own_rows(world, browsers):
    foreign_call = world.things["call"][-1].row
    for _ in range(2):
        make_call(client=foreign_call.client, published=False, title="Titlemark E")
    theirs = browsers("foreign admin").get(f"{RECORDINGS}?page_size=1").json()["next"]
    rows = browsers("admin").get(theirs).json()["results"]
    assert all(row["client_id"] == str(world.people["admin"].client_id) for row in rows)
    older = browsers("foreign admin").get("/sales-recording-audit").context["older"]
    assert "Titlemark E" not in browsers("admin").get(f"/sales-recording-audit{older}").content.decode()


def test_an_idempotency_key_of_somebody_else_gives_no_answer_of_theirs(world, browsers):
    key = {"Idempotency-Key": "the same"}
    sound = make_sound(seconds=0.05)
    theirs = browsers("foreign admin").post(f"{RECORDINGS}/analyze", {"file": upload("a.wav", sound)}, headers=key)
    ours = browsers("admin").post(f"{RECORDINGS}/analyze", {"file": upload("a.wav", sound)}, headers=key)
    assert "Idempotency-Replayed" not in ours
    assert theirs.json()["recording"]["id"] not in ours.content.decode()
    assert IdempotentRequest.objects.filter(key="the same").count() == 2


NASTY = ["%00", "%27", "%FF", "-1", "99999999999999999999", "%F0%9F%98%80", "{}", "[]", "a" * 3_000, "%ED%A0%80", "NaN"]


PAGE_KEYS = ("search", "agent", "after", "before", "period", "since", "outcome", "status")
API_KEYS = ("search", "agent", "cursor", "min_quality", "started_after", "page_size", "count", "ordering", "region")


def queries() -> Iterator[str]:
    """Addresses of lists with a query that no form of ours sends."""
    for model, screen in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
        filters = [entry[0] if isinstance(entry, tuple) else entry for entry in screen.list_filter]
        keys = ["q", "o", "p", "e", *(getattr(one, "parameter_name", None) or f"{one}__exact" for one in filters)]
        yield from (f"{address}?" + "&".join(f"{key}={value}" for key in keys) for value in NASTY[1:5])
        yield from (f"{address}?{key}=%00" for key in keys)
    for value in NASTY:
        yield from (f"/sales-recording-audit?{key}={value}" for key in PAGE_KEYS)
        yield from (f"{RECORDINGS}?{key}={value}" for key in API_KEYS)


def test_no_query_breaks_a_list_or_a_filter(world, browsers):
    browser = browsers("admin")
    browser.raise_request_exception = False
    statuses = {query: browser.get(query).status_code for query in queries()}
    broken = [f"{query[:120]}: {status}" for query, status in statuses.items() if status >= 500]
    assert not broken, "\n".join(broken)
