"""Values of a prompt's variables from one subject: only what the user may see, redacted unless that is allowed."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from prompts.context.registry import (
    ContextDeniedError,
    ContextError,
    ContextProvider,
    Subject,
    fields_of,
    provider_of,
    providers_of,
)
from prompts.models import ModelPolicy
from salesiq.audit.services import record_event
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability


def may_be_unredacted(*, client: Client, user: User | None) -> bool:
    """Whether a prompt of `client` may be filled with texts as they are.

    The client's policy must allow it. A person also needs the right to originals; without one it is the product's own
    work, which the policy alone decides.
    """
    policy = ModelPolicy.objects.filter(client=client).first()
    if policy is None or policy.redacted_only:
        return False
    return user is None or user.can(Capability.HEAR_ORIGINALS)


def gather(
    *, client: Client, subject: Subject | None, user: User | None, needed: Collection[str], redacted: bool = True
) -> dict[str, Any]:
    """Values by variable name for those of `needed` that the subject fills; the others are left to the caller.

    A look at the subject by `user` goes to the audit trail. Without `user` it is the product's own work: jobs, which
    act for the client. Raises ContextError (no such subject in this client) and ContextDeniedError.
    """
    if subject is None:
        return {}
    provider = provider_of(subject.kind)
    _check_rights(client, provider, subject, user)
    if not redacted and not may_be_unredacted(client=client, user=user):
        message = _(
            "Prompts are filled with redacted texts: others need leave of the model policy and the right to originals."
        )
        raise ContextDeniedError(message)
    wanted = set(needed) & fields_of(subject.kind).keys()
    values: dict[str, Any] = {}
    for each in reversed(providers_of(subject.kind)):
        own = wanted & each.fields().keys()
        if own:
            found = each.fill(subject.id, needed=own, redacted=redacted, user=user)
            values.update({name: value for name, value in found.items() if value is not None})
    if user is not None:
        row = provider.row(subject.id)
        details = {"fields": sorted(wanted), "redacted": redacted, "for": "prompt"}
        record_event(action="viewed", target=row, actor=user, details=details)
    return {name: value for name, value in values.items() if name in wanted}


def _check_rights(client: Client, provider: ContextProvider, subject: Subject, user: User | None) -> None:
    """One answer for what is not there and what belongs to others, so that nobody learns which ids exist."""
    there = provider.client_id(subject.id) == client.pk
    if not there or (user is not None and not provider.visible(user, subject.id)):
        told = {"kind": provider.label, "id": subject.id}
        raise ContextError(_("There is no %(kind)s %(id)s that you may see.") % told)
