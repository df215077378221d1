"""Row-level scoping: one queryset method per model says which rows a user may see.

Admin screens, pages and the API all start from `visible_to(user)`; nothing reaches a user by another way.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

from salesiq.people.roles import Role

if TYPE_CHECKING:
    from salesiq.people.models import User

ModelT = TypeVar("ModelT", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Scope:
    """Lookup paths from a model to what decides who sees its rows.

    `client`: path to the tenant. `agent`: path to the Agent whose call it is; None for rows that everybody of the
    tenant may read (a scorecard, a script). `roles` narrows the tenant-wide rows to some roles. `joins_many` is
    True where the path to the agent crosses a one-to-many relation, so that rows do not come twice.
    """

    client: str = "client"
    agent: str | None = None
    roles: frozenset[str] = frozenset(Role.values)
    joins_many: bool = False


class ScopedQuerySet(models.QuerySet[ModelT]):
    """Base of every queryset in salesiq. Subclasses set `scope`."""

    scope: ClassVar[Scope] = Scope()

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Rows that `user` may see: all for the installation's superuser, otherwise by tenant, role and team."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self.all()
        if user.client_id is None or user.role not in self.scope.roles:
            return self.none()
        rows = self.filter(**{self.scope.client: user.client_id})
        narrowing = self._narrowing(user)
        if narrowing is None:
            return rows
        if self.scope.joins_many:
            allowed = self.model._default_manager.filter(narrowing).values("pk")
            return rows.filter(pk__in=allowed)
        return rows.filter(narrowing)

    def _narrowing(self, user: "User") -> models.Q | None:
        agent = self.scope.agent
        if agent is None or user.role in (Role.ADMIN, Role.INTEGRATOR, Role.PRIVACY):
            return None
        prefix = f"{agent}__" if agent else ""
        if user.role == Role.AGENT:
            return models.Q(**{f"{prefix}user": user})
        teams = user.managed_teams if user.role == Role.MANAGER else user.reviewed_teams
        return models.Q(**{f"{prefix}team__in": teams.values("pk")})
