"""Who of a client sees prompts and what was asked by them."""

from django.db import models

from salesiq.people.models import User
from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet

PROMPT_ROLES = frozenset({Role.ADMIN, Role.MANAGER, Role.REVIEWER, Role.INTEGRATOR})


class PromptScopedQuerySet(ScopedQuerySet[ModelT]):
    """Everybody who works with prompts sees all of their client's."""

    scope = Scope(roles=PROMPT_ROLES)


class AboutCallsQuerySet(ScopedQuerySet[ModelT]):
    """Rows that may hold the words of one agent's call: seen by who may see that call, and by all where no agent is."""

    scope = Scope(agent="agent", roles=PROMPT_ROLES)

    def _narrowing(self, user: User) -> models.Q | None:
        narrowing = super()._narrowing(user)
        return None if narrowing is None else narrowing | models.Q(**{f"{self.scope.agent}__isnull": True})
