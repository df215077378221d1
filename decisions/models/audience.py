"""Whose rows an analysis rests on, so that nobody reads in a result what they may not see in the rows."""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet

if TYPE_CHECKING:
    from salesiq.people.models import User

EVERYONE = "everyone"
# Who works with decisions at all.
DECIDING_ROLES = frozenset({Role.ADMIN, Role.MANAGER, Role.INTEGRATOR})


def audience_key(teams: Iterable[UUID]) -> str:
    """The key of the audience that sees exactly these teams."""
    return hashlib.sha256(",".join(sorted(str(team) for team in teams)).encode()).hexdigest()[:40]


class AudienceScopedQuerySet(ScopedQuerySet[ModelT]):
    """Rows that rest on the rows of an audience: seen by who sees exactly those. `audience` is the path to it."""

    scope = Scope(roles=DECIDING_ROLES)
    audience: ClassVar[str] = "audience__"

    def _narrowing(self, user: "User") -> models.Q | None:
        if user.role != Role.MANAGER:
            return None
        return models.Q(**{f"{self.audience}key": audience_key(user.managed_teams.values_list("pk", flat=True))})


class AudienceQuerySet(AudienceScopedQuerySet["Audience"]):
    audience = ""


class Audience(TimestampedModel):
    """A client's whole data (`key` is EVERYONE, no teams), or the agents of a set of teams that somebody manages."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40, default=EVERYONE, editable=False)
    teams: Any = models.ManyToManyField("people.Team", related_name="+", blank=True)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="audience_once_per_client")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_everyone(self) -> bool:
        return self.key == EVERYONE
