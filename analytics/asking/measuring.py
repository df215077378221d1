"""How each measure is summed up in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, Exists, F, FloatField, OuterRef, Q, Sum
from django.db.models.functions import Cast

from analytics.asking.asker import Asker
from analytics.asking.expressions import DaysBetween, JsonText
from analytics.metrics import MEASURES, Sums
from integrations.crm.models import ActivityType, Deal, DealStatus, LeadStatus
from recordings.models import CallStatus, FollowUp, Outcome


@dataclass(frozen=True, slots=True)
class Summing:
    """Rows that have the measure (`where`), what is summed over them (`value`), or whose kinds are counted."""

    where: Q | None = None
    value: Any = None
    different: str = ""


def _status(*values: str, field: str = "status") -> Summing:
    return Summing(Q(**{f"{field}__in": values}))


def _number(path: str, *keys: str) -> Any:
    return Cast(JsonText(F(path), keys=keys), FloatField())


_REACHED = ~Q(outcome="") & ~Q(outcome=Outcome.NO_ANSWER)
_UNDERSTOOD = Q(status=CallStatus.PUBLISHED) | ~Q(outcome="")
_PROMISED = Exists(FollowUp.objects.filter(call=OuterRef("pk")))
_OF_LEAD = Deal.objects.filter(lead=OuterRef("pk"))
_WON, _LOST = Q(status=DealStatus.WON), Q(status=DealStatus.LOST)

_SUMMING: dict[str, Summing] = {
    "calls.seconds": Summing(value=F("call_duration")),
    "calls.known_outcome": Summing(~Q(outcome="")),
    "calls.reached": Summing(_REACHED),
    "calls.converted": _status(Outcome.CONVERTED, field="outcome"),
    "calls.qualified": _status(Outcome.CONVERTED, Outcome.QUALIFIED, field="outcome"),
    "calls.quality": Summing(value=Cast("quality_score", FloatField())),
    "calls.probability": Summing(value=F("conversion_probability")),
    "calls.csat": Summing(value=F("csat")),
    "calls.understood": Summing(_UNDERSTOOD),
    "calls.follow_up": Summing(_UNDERSTOOD & (Q(outcome=Outcome.CALLBACK) | Q(_PROMISED))),
    "calls.talk_ratio": Summing(
        value=Cast(JsonText(F("analysis__talk"), keys=("roles", "agent", "ratio")), FloatField())
    ),
    "calls.adherence": Summing(value=_number("analysis__script", "adherence")),
    "objections.handled": Summing(Q(handled=True)),
    "deals_closed.won": Summing(_WON),
    "deals_closed.lost": Summing(_LOST),
    "deals_closed.won_value": Summing(_WON, F("value")),
    "deals_closed.lost_value": Summing(_LOST, F("value")),
    "deals_closed.cycle": Summing(_WON, DaysBetween(F("closed_on"), F("created_on"))),
    "deals_closed.owners": Summing(different="owner"),
    "deals_open.value": Summing(value=F("value")),
    "leads.converted": Summing(Q(status=LeadStatus.CONVERTED) | Q(converted_on__isnull=False) | Q(Exists(_OF_LEAD))),
    "leads.won": Summing(Q(Exists(_OF_LEAD.filter(status=DealStatus.WON)))),
    **{f"activities.{kind}": _status(kind, field="type") for kind in ActivityType.values},
    "tasks_created.done": Summing(Q(done_on__isnull=False)),
    "purchases.value": Summing(value=F("value")),
}


def aggregates_of(
    measures: Sequence[str], asker: Asker, more: dict[str, Summing] | None = None
) -> dict[str, Aggregate]:
    """What to annotate: "m0_n", and for values "m0_total" and "m0_squares", of each measure in order."""
    found: dict[str, Aggregate] = {}
    for number, key in enumerate(measures):
        summing = {**_SUMMING, **(more or {})}.get(key) or _dated(key, asker)
        found |= {f"m{number}_{name}": sum_ for name, sum_ in _aggregates(summing).items()}
    return found


def sums_in(row: dict[str, Any], measures: Sequence[str]) -> dict[str, Sums]:
    """The sums of a row that was annotated with `aggregates_of`; measures without rows are left out."""
    found = {}
    for number, key in enumerate(measures):
        n = row[f"m{number}_n"]
        if n and MEASURES[key].value:
            total, squares = row[f"m{number}_total"], row[f"m{number}_squares"]
            found[key] = Sums(n, Decimal(str(total)) if MEASURES[key].money else total, float(squares))
        elif n:
            found[key] = Sums(n)
    return found


def _dated(key: str, asker: Asker) -> Summing:
    """Measures that depend on what day it is, and those that are all rows."""
    if key == "tasks_due.late":
        late = Q(done_on__isnull=True) | Q(done_on__gt=F("due_on"))
        return Summing(Q(due_on__lt=asker.today) & late)
    return Summing()


def _aggregates(summing: Summing) -> dict[str, Aggregate]:
    where = summing.where
    if summing.different:
        return {"n": Count(summing.different, distinct=True, filter=where)}
    if summing.value is None:
        return {"n": Count("pk", filter=where)}
    number = Cast(summing.value, FloatField())
    return {
        "n": Count(summing.value, filter=where),
        "total": Sum(summing.value, filter=where),
        "squares": Sum(number * number, filter=where),
    }
