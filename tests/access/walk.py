"""Walking the table as one person: each request in a transaction of its own that is rolled back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from tests.access.rows import ADDRESSES, AUDIT, OF_A_CLIENT, SCREENS, STAFF, Persons, Screen
from tests.access.world import FOREIGN, TURNED_AWAY, Thing, World

# In the back office they meet what their counterparts meet, with teams and clients the other way round.
MIRRORED = FOREIGN | {"other manager", "other reviewer", "other agent", "teammate"}
OF_TEAMS = frozenset({"manager", "reviewer"})
# What a look or a refusal may write, whoever looks.
TRAIL = ("audit_", "django_session", "usersessions_", "axes_")
SIGN_IN = ("/login", "/admin/login")


@dataclass(frozen=True)
class Step:
    """One request and the outcomes that are right; `harmless`: nothing may change by it."""

    name: str
    method: str
    url: str
    expected: frozenset[str]
    thing: Thing | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    ok: int | None = None

    @property
    def harmless(self) -> bool:
        return "ok" not in self.expected or "nothing" in self.expected

    @property
    def is_json(self) -> bool:
        return self.method != "get" and self.url.startswith("/api/")

    @property
    def is_about_thing(self) -> bool:
        """Whether the thing stands in the address, and not in the body."""
        return self.thing is not None and "changelist" not in self.name

    def __str__(self) -> str:
        of = f" of {self.thing.whose}" if self.thing else ""
        return f"{self.method.upper()} {self.name}{of}"


def steps(person: str, world: World) -> Iterator[Step]:
    """All that `person` tries: every row of the table, with every thing that it is about."""
    for address in ADDRESSES:
        for method, may in address.may.items():
            for thing in world.things[address.on] if address.on else [None]:
                url = reverse(address.name, args=thing.address if thing else []) + address.query
                expected = _expected(person, may, thing, staff_only=address.name.startswith("admin:"))
                yield Step(address.name, method, url, expected, thing, address.data, address.ok)
    for screen in SCREENS if person not in MIRRORED else ():
        yield from _screen_steps(person, screen, world)


def _screen_steps(person: str, screen: Screen, world: World) -> Iterator[Step]:
    prefix = "admin:" + apps.get_model(screen.model)._meta.label_lower.replace(".", "_")

    def step(kind: str, method: str, may: Persons, thing: Thing | None = None, **data: Any) -> Step:
        url = reverse(f"{prefix}_{kind}", args=[thing.row.pk] if thing else [])
        return Step(f"{prefix}_{kind}", method, url, _expected(person, may, thing, staff_only=True), thing, data)

    yield step("changelist", "get", screen.view)
    for method in ("get", "post"):
        yield step("add", method, screen.add & OF_A_CLIENT)
    for thing in _worth_trying(person, screen, world):
        yield step("change", "get", screen.view, thing)
        yield step("change", "post", screen.change, thing)
        yield step("history", "get", screen.view & AUDIT, thing)
        yield step("delete", "get", screen.delete, thing)
        yield step("delete", "post", screen.delete, thing, post="yes")
        actions = {**screen.actions, "delete_selected": screen.delete} if person in screen.view else {}
        for action, may in actions.items():
            done = step("changelist", "post", screen.view, None, action=action, _selected_action=str(thing.row.pk))
            reaches = person in may & thing.seen_by
            expected = done.expected if reaches or "ok" not in done.expected else done.expected | {"nothing"}
            yield Step(f"{done.name} {action}", "post", done.url, expected, thing, done.data)


def _worth_trying(person: str, screen: Screen, world: World) -> list[Thing]:
    """All things of the screen; without those of other teams where teams decide nothing, and one for who is turned away
    before any is looked up."""
    things = world.things[screen.on]
    if person not in screen.view | screen.change | screen.delete:
        return things[:1]
    return [thing for thing in things if person in OF_TEAMS or thing.whose != "the other team's"]


def _expected(person: str, may: Persons, thing: Thing | None, *, staff_only: bool) -> frozenset[str]:
    if person in TURNED_AWAY:
        return frozenset({"sign in"})
    if staff_only and person not in STAFF:
        return frozenset({"sign in", "refused"})
    if thing is None or person in thing.seen_by:
        return frozenset({"ok" if person in may else "refused"})
    return frozenset({"hidden"} if person in may else {"hidden", "refused"})


def walk(person: str, world: World) -> list[str]:
    """Try everything as `person`; one line for each answer that is not as the table says."""
    browser = Browser()
    user = world.people[person]
    if user is not None:
        browser.force_login(user)
    secrets = world.hidden_from(person)
    wrong = []
    for step in steps(person, world):
        cache.clear()  # the trail tells a refusal once a minute, and throttles count
        with undone(), _writes() as written:
            kind = {"content_type": "application/json"} if step.is_json else {}
            response = getattr(browser, step.method)(step.url, dict(step.data), **kind)
            outcome = outcome_of(response, step.ok)
            body = _body(response).replace(step.url.partition("?")[0], "")
            if user and outcome in ("hidden", "refused") and step.is_about_thing and "audit_auditevent" not in written:
                wrong.append(f"{step}: {outcome}, and nothing of it stands in the audit trail.")
            if outcome not in step.expected:
                wrong.append(f"{step}: {' or '.join(sorted(step.expected))} expected, {outcome} came.")
            if step.harmless and (tables := {name for name in written if not name.startswith(TRAIL)}):
                wrong.append(f"{step}: nothing may change, {', '.join(sorted(tables))} did.")
            if leaked := {mark for mark in secrets if mark in body}:
                wrong.append(f"{step}: the answer holds {', '.join(sorted(leaked))}, which is hidden from them.")
    return wrong


def outcome_of(response: Any, ok: int | None = None) -> str:
    status = response.status_code
    to = urlsplit(response.get("Location", "")).path
    if status == 401 or (status == 302 and to.startswith(SIGN_IN)):
        return "sign in"
    if status == ok or (ok is None and status < 400):
        return "ok"
    return {403: "refused", 404: "hidden"}.get(status, str(status))


def _body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _writes() -> Iterator[list[str]]:
    """The tables that are written while the context lasts."""
    tables: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        words = sql.replace('"', "").split(None, 4)
        if words[0] in ("INSERT", "DELETE"):
            tables.append(words[2])
        elif words[0] == "UPDATE":
            tables.append(words[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield tables
