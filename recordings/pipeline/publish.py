"""scored → published: the call is shown."""

from typing import Any

from django.utils import timezone

from recordings.models import CallStatus, SalesCall, StageName
from recordings.pipeline.stage import Progress, RunContext
from recordings.signals import call_published


class PublishStage:
    name = StageName.PUBLISH.value
    reaches = CallStatus.PUBLISHED
    share = 0.01
    needs_sound = False

    def inputs(self, call: SalesCall) -> dict[str, Any]:
        return {}

    def compute(self, context: RunContext, progress: Progress) -> None:
        return None

    def save(self, call: SalesCall, output: None) -> None:
        call.published_at = timezone.now()
        call.save(update_fields=["published_at", "updated_at"])
        call_published.send(SalesCall, call=call)
