"""Which rows of a client a model learns from, and which it says something of."""

from collections.abc import Collection
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from decisions.models import Target
from decisions.prediction.targets.calls import learnable, read_calls
from decisions.prediction.targets.deals import read_deals
from decisions.prediction.targets.leads import read_leads
from decisions.prediction.targets.rows import TargetRows
from salesiq.people.models import Client

# The newest rows; more do not make a model of a hundred coefficients better. All are read, so many are learned from.
MOST_ROWS = 200_000
MOST_OPEN = 50_000


def today_of(client: Client) -> date:
    return timezone.now().astimezone(ZoneInfo(client.time_zone or "UTC")).date()


def rows_to_learn(client: Client, target: str) -> TargetRows:
    """Rows whose outcome is known, the newest MOST_ROWS; and open deals and leads, by which one sees what is filled in
    only when they end."""
    today = today_of(client)
    if target == Target.CALL_OUTCOME:
        return learnable(read_calls(client, today=today)).to_learn(most=MOST_ROWS)
    if target == Target.LEAD_CONVERSION:
        return read_leads(client.pk, today=today).to_learn(most=MOST_ROWS, undecided=MOST_OPEN)
    return read_deals(client.pk).to_learn(most=MOST_ROWS, undecided=MOST_OPEN)


def rows_to_predict(client: Client, target: str, ids: Collection[UUID]) -> TargetRows:
    """The rows of these ids, with the columns that models of the target know."""
    if target == Target.CALL_OUTCOME:
        return read_calls(client, ids, today=today_of(client))
    if target == Target.LEAD_CONVERSION:
        return read_leads(client.pk, ids, today=today_of(client))
    return read_deals(client.pk, ids)
