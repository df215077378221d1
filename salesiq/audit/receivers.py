"""Filing what the ground tells: looks and changes in the back office, tokens that were issued."""

from typing import Any

from django.db.models import Model
from django.dispatch import receiver
from django.http import HttpRequest

from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.signals import object_touched


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
