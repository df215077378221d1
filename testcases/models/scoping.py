"""Who of a client sees test cases, and whose results."""

from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet

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
