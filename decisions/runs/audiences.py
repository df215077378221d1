"""Making audiences: one of the whole client, one for each set of teams that somebody manages."""

from collections.abc import Iterator
from uuid import UUID

from decisions.models import EVERYONE, Audience, audience_key
from salesiq.people.models import Client, Team, User
from salesiq.people.roles import Role


def everyone_of(client: Client) -> Audience:
    """The audience of the whole client; made where there is none."""
    return Audience.objects.get_or_create(client=client, key=EVERYONE)[0]


def audience_of(user: User, client: Client | None = None) -> Audience | None:
    """What `user` reads results of, made where there is none; None for who sees no decisions.

    `client` is for who belongs to none (the installation's superuser).
    """
    if user.is_superuser or user.role in (Role.ADMIN, Role.INTEGRATOR):
        chosen = user.client or client
        return everyone_of(chosen) if chosen is not None else None
    if user.role != Role.MANAGER or user.client is None:
        return None
    return _of_teams(user.client, set(user.managed_teams.values_list("pk", flat=True)))


def due_audiences(client: Client) -> Iterator[Audience]:
    """Everyone, and each set of teams that a manager of the client has now."""
    yield everyone_of(client)
    sets: dict[UUID, set[UUID]] = {}
    managers = Team.managers.through.objects.filter(team__client=client, user__is_active=True, user__role=Role.MANAGER)
    for user, team in managers.values_list("user_id", "team_id"):
        sets.setdefault(user, set()).add(team)
    for teams in {frozenset(each) for each in sets.values()}:
        yield _of_teams(client, set(teams))


def _of_teams(client: Client, teams: set[UUID]) -> Audience:
    audience, is_new = Audience.objects.get_or_create(client=client, key=audience_key(teams))
    if is_new:
        audience.teams.set(teams)
    return audience
