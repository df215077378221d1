"""Letters about reviews stand in the outbox in the transaction of what they are about."""

from typing import Any

from django.dispatch import receiver

from integrations.messaging.review_letters import queue_review_letters
from recordings.models import Review
from recordings.reviewing.services import Event
from recordings.signals import review_changed


@receiver(review_changed)
def tell_by_mail(sender: type[Review], *, review: Review, event: Event, **_: Any) -> None:
    queue_review_letters(review, event)
