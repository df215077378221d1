"""What the model in use says of open deals, leads and calls, as rows."""

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from decisions.models import ModelStatus, Prediction, PredictiveModel, Target
from decisions.prediction.serving.conversion import show_in_calls
from decisions.prediction.serving.saying import keep, say
from decisions.prediction.targets.leads import OPEN
from integrations.crm.models import Deal, DealStatus, Lead
from recordings.models import SalesCall
from salesiq.people.models import Client

AT_ONCE = 1_000
# Older calls keep the estimate they have.
CALLS_OF_DAYS = 365


def predict_target(*, client: Client, target: str, progress: Callable[[float], None] = lambda share: None) -> int:
    """Say of each open deal, each lead that waits or each call of the last year what the model in use says; how many.

    Where another model has come into use meanwhile, all is said once more. May be cut off and run again.
    """
    while True:
        model = PredictiveModel.objects.serving(client.pk, target)
        if model is None:
            return 0
        due = list(due_rows(client, target))
        for first in range(0, len(due), AT_ONCE):
            write_predictions(model, due[first : first + AT_ONCE])
            progress(min(1.0, (first + AT_ONCE) / len(due)))
        if PredictiveModel.objects.filter(pk=model.pk, status=ModelStatus.SERVING).exists():
            return len(due)


def due_rows(client: Client, target: str) -> Iterator[UUID]:
    """Ids of the rows that a model of the target says something of."""
    rows: Any
    if target == Target.DEAL_WIN:
        rows = Deal.objects.filter(client=client, status=DealStatus.OPEN)
    elif target == Target.LEAD_CONVERSION:
        rows = Lead.objects.filter(client=client, status__in=OPEN, deals__isnull=True)
    else:
        since = timezone.now() - timedelta(days=CALLS_OF_DAYS)
        rows = SalesCall.objects.filter(client=client, started_at__gte=since, anonymised_at__isnull=True)
        rows = rows.published().filter(analysis__isnull=False)
    yield from rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=10_000)


def write_predictions(model: PredictiveModel, ids: Collection[UUID]) -> list[Prediction]:
    """What `model` says of these rows of its client, kept in place of what was said of them before."""
    said = say(model, ids)
    with transaction.atomic():
        keep(model, said)
        if model.target == Target.CALL_OUTCOME:
            show_in_calls(model, said)
    return said
