"""Who of a client sees test cases, and whose results."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet

if TYPE_CHECKING:
    from salesiq.people.models import User

# Who sees the inside of a case: its criteria, hidden objections and everybody's figures.
TEST_ROLES = frozenset({Role.ADMIN, Role.MANAGER, Role.REVIEWER, Role.INTEGRATOR})
# Who has results: agents their own, managers and reviewers those of their teams.
RESULT_ROLES = TEST_ROLES | {Role.AGENT}


class TestScopedQuerySet(ScopedQuerySet[ModelT]):
    """Rows of the client that everybody who works with tests sees. An agent sees none: who knows the answers does not
    take the test."""

    __test__ = False
    scope = Scope(roles=TEST_ROLES)


class OpenQuerySet(ScopedQuerySet[ModelT]):
    """Rows that agents of the client see too, such as the training they are sent to."""

    scope = Scope(roles=RESULT_ROLES)


class ResultQuerySet(ScopedQuerySet[ModelT]):
    """Rows about one agent."""

    scope = Scope(agent="agent", roles=RESULT_ROLES)


class RunScopedQuerySet(ResultQuerySet[ModelT]):
    """Rows of runs. One that is about no agent is seen by who began it, a prompt's by everybody who works with tests.

    `run` is the path to the run, with its underscores.
    """

    run: ClassVar[str] = ""

    def _narrowing(self, user: "User") -> models.Q | None:
        narrowing = super()._narrowing(user)
        if narrowing is None or user.role not in TEST_ROLES:
            return narrowing
        nobodys = models.Q(**{f"{self.run}agent__isnull": True, f"{self.run}call__isnull": True})
        begun = models.Q(**{f"{self.run}started_by": user}) | models.Q(**{f"{self.run}kind": "prompt"})
        return narrowing | (nobodys & begun)


class PracticeScopedQuerySet(ResultQuerySet[ModelT]):
    """Rows of role-plays. A trial is about no agent, and seen by who plays it. `session` is the path to it."""

    session: ClassVar[str] = ""

    def _narrowing(self, user: "User") -> models.Q | None:
        narrowing = super()._narrowing(user)
        if narrowing is None:
            return None
        return narrowing | models.Q(**{f"{self.session}agent__isnull": True, f"{self.session}user": user})
