"""Every address × every kind of person: what they get. An address that stands in no table fails the test."""

from dataclasses import dataclass

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from recordings.models import SalesCall
from salesiq.jobs.models import Job
from salesiq.people.models import User
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import make_analysis_job, make_call

PERSONS = (
    "stranger",
    "admin",
    "manager",
    "other_manager",
    "reviewer",
    "other_reviewer",
    "agent",
    "other_agent",
    "integrator",
    "foreign_admin",
)
SEES_CALL = {"admin", "manager", "reviewer", "agent", "integrator"}
MAY_ANALYZE = {"admin", "manager", "other_manager", "integrator", "foreign_admin"}
MAY_EDIT = {"admin", "manager", "other_manager", "reviewer", "other_reviewer", "foreign_admin"}

# Addresses that hold nothing of anybody: signing in and out, languages, the schema, whether the site lives.
# Metrics have a lock of their own: tests/common/test_metrics.py.
PUBLIC = {"login", "logout", "healthz", "metrics", "set_language", "api-schema", "api-docs", "home"}
# Walked by tests of their own.
ELSEWHERE = {"admin": "tests/recordings/admin/test_rights.py, tests/people/test_backoffice.py"}


@dataclass
class World:
    call: SalesCall
    job: Job
    follow_up: int
    people: dict[str, User | None]


@pytest.fixture
def world(db) -> World:
    client, foreign = make_client(), make_client()
    own, other = make_team(client=client), make_team(client=client)
    people: dict[str, User | None] = {"stranger": None, "foreign_admin": make_user(client=foreign)}
    for role in (Role.ADMIN, Role.INTEGRATOR):
        people[role.value] = make_user(role=role, client=client)
    agents = {}
    for prefix, team in (("", own), ("other_", other)):
        for role, members in ((Role.MANAGER, team.managers), (Role.REVIEWER, team.reviewers)):
            people[prefix + role.value] = user = make_user(role=role, client=client)
            members.add(user)
        people[prefix + "agent"] = user = make_user(role=Role.AGENT, client=client)
        agents[prefix] = make_agent(client=client, team=team, user=user)
    call = make_call(client=client, agent=agents[""])
    job = make_analysis_job(call, created_by=people["manager"], status="failed")
    return World(call, job, call.follow_ups.get().pk, people)


def expected(sees: set[str], may: set[str] | None, ok: int, stranger: int) -> dict[str, int]:
    """403 for those whose role may not, 404 for those who may but not here, so that ids are not confirmed."""
    answers = {}
    for person in PERSONS:
        if person == "stranger":
            answers[person] = stranger
        elif may is not None and person not in may:
            answers[person] = 403
        else:
            answers[person] = ok if person in sees else 404
    return answers


TABLE = {
    "calls": ("get", expected(set(PERSONS), None, 200, 302)),
    "upload": ("get", expected(MAY_ANALYZE, MAY_ANALYZE, 200, 302)),
    "call": ("get", expected(SEES_CALL, None, 200, 302)),
    "call-progress": ("get", expected(SEES_CALL, None, 200, 302)),
    "call-sound": ("get", expected(SEES_CALL, None, 200, 302)),
    "call-outcome": ("post", expected(SEES_CALL, MAY_EDIT, 302, 302)),
    "call-analysis": ("post", expected(SEES_CALL, MAY_ANALYZE, 302, 302)),
    "call-follow-up": ("post", expected(SEES_CALL, None, 302, 302)),
    "api-calls": ("get", expected(set(PERSONS), None, 200, 401)),
    "api-analyze": ("post", expected(MAY_ANALYZE, MAY_ANALYZE, 400, 401)),
    "api-call": ("get", expected(SEES_CALL, None, 200, 401)),
    "api-sound": ("get", expected(SEES_CALL, None, 200, 401)),
    "api-job": ("get", expected({"admin", "integrator", "manager"}, MAY_ANALYZE, 200, 401)),
}


def names(patterns: list[URLPattern | URLResolver], namespace: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= {pattern.namespace} if pattern.namespace else names(pattern.url_patterns)
        elif pattern.name:
            found.add(pattern.name)
        else:
            raise AssertionError(f"{pattern} has no name and so cannot be in the table")
    return found


def address(name: str, world: World) -> str:
    arguments = {
        "call": [world.call.pk],
        "call-progress": [world.call.pk],
        "call-sound": [world.call.pk],
        "call-outcome": [world.call.pk],
        "call-analysis": [world.call.pk],
        "call-follow-up": [world.call.pk, world.follow_up],
        "api-call": [world.call.pk],
        "api-sound": [world.call.pk],
        "api-job": [world.job.pk],
    }
    return reverse(name, args=arguments.get(name, []))


def test_every_address_is_in_a_table():
    known = set(TABLE) | PUBLIC | set(ELSEWHERE)
    assert names(get_resolver().url_patterns) == known


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("name", TABLE)
def test_each_person_gets_what_is_theirs(name, person, world):
    method, answers = TABLE[name]
    browser = Browser()
    if user := world.people[person]:
        browser.force_login(user)
    data = {"outcome": "callback", "done": "1"} if method == "post" else {}
    response = getattr(browser, method)(address(name, world), data)
    assert response.status_code == answers[person]


@pytest.mark.parametrize("person", PERSONS[1:])
@pytest.mark.parametrize("name", ["calls", "api-calls"])
def test_lists_hold_only_what_one_may_open(name, person, world):
    browser = Browser()
    browser.force_login(world.people[person])
    listed = str(world.call.pk) in browser.get(address(name, world)).content.decode()
    assert listed == (person in SEES_CALL)


@pytest.mark.parametrize("person", sorted(set(PERSONS) - SEES_CALL - {"stranger"}))
def test_a_refused_look_leaves_nothing_changed(person, world):
    browser = Browser()
    browser.force_login(world.people[person])
    before = SalesCall.objects.values().get(pk=world.call.pk)
    browser.post(address("call-outcome", world), {"outcome": "callback"})
    browser.post(address("call-analysis", world))
    browser.post(address("call-follow-up", world), {"done": "1"})
    assert SalesCall.objects.values().get(pk=world.call.pk) == before
    assert world.call.follow_ups.get().done_at is None
