"""Rows for tests, one plain function each. Names are unique unless given."""

from itertools import count
from typing import Any

from recordings.models import PartyRule, ProcessingPolicy
from salesiq.jobs.models import Job
from salesiq.people.models import Agent, Client, Customer, Team, User
from salesiq.people.roles import Role

_numbers = count(1)


def make_client(*, basis: str = "legitimate_interests", **values: Any) -> Client:
    """A client that has declared on what basis its calls are processed; an empty `basis` leaves it undeclared."""
    n = next(_numbers)
    client = Client.objects.create(**{"name": f"Client {n}", "slug": f"client-{n}", **values})
    if basis:
        ProcessingPolicy.objects.create(client=client, declared_basis=basis, default_rule=PartyRule.ONE_PARTY)
    return client


def make_user(*, role: Role = Role.ADMIN, client: Client | None = None, **values: Any) -> User:
    """A user of `client` (a new one when none is given) with the password "secret"."""
    username = values.pop("username", f"user{next(_numbers)}")
    return User.objects.create_user(username, password="secret", role=role, client=client or make_client(), **values)


def make_superuser(**values: Any) -> User:
    return User.objects.create_superuser(values.pop("username", f"root{next(_numbers)}"), password="secret", **values)


def make_team(*, client: Client | None = None, **values: Any) -> Team:
    return Team.objects.create(client=client or make_client(), **{"name": f"Team {next(_numbers)}", **values})


def make_agent(*, client: Client | None = None, team: Team | None = None, **values: Any) -> Agent:
    owner = client or (team.client if team else make_client())
    return Agent.objects.create(client=owner, team=team, **{"name": f"Agent {next(_numbers)}", **values})


def make_customer(*, client: Client | None = None, **values: Any) -> Customer:
    return Customer.objects.create(client=client or make_client(), **{"name": f"Customer {next(_numbers)}", **values})


def make_job(**values: Any) -> Job:
    """A waiting job; it was not handed over to the workers."""
    defaults = {"task": "tests.jobs.tasks_for_tests.succeed", "subject": f"subject-{next(_numbers)}"}
    return Job.objects.create(**{**defaults, **values})
