"""Filing what the ground tells: looks and changes in the back office, keys that were issued, shredded or rotated."""

import re
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.dispatch import receiver
from django.http import HttpRequest

from salesiq.audit.services import record_event
from salesiq.people.models import Client, User
from salesiq.people.signals import object_touched
from salesiq.vault.signals import keys_changed

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@receiver(object_touched)
def file_event(
    sender: type[Model],
    *,
    target: Model,
    action: str,
    actor: User | None,
    request: HttpRequest | None,
    details: dict[str, Any],
    **_: Any,
) -> None:
    record_event(action=action, target=target, actor=actor, request=request, details=details)


@receiver(keys_changed)
def file_keys(sender: type[Model], *, action: str, owner: str, details: dict[str, Any], **_: Any) -> None:
    """A key's owner is a folder or name with ids in it; the tenant among them is whose chain tells."""
    ids = [UUID(text) for text in _ID.findall(owner)]
    client = Client.objects.filter(pk__in=ids).first() if ids else None
    record_event(action=action, actor=None, client=client, details={"owner": owner, **details} if owner else details)
