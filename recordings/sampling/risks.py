"""Signs that a call deserves a person's ear, each found by one query over the candidates."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from recordings.models import ComplianceFinding, Objection, SalesCall, Scorecard, ScoreItem, SpeakerRole, Utterance
from recordings.models.call import SalesCallQuerySet
from recordings.sampling.population import CHUNK, ids

UNSURE_WORDS, UNSURE_SPEAKERS = 0.6, 0.5
DROP_POINTS, DROP_DAYS, DROP_CALLS = 15.0, 90, 5


@dataclass(frozen=True, slots=True)
class Risk:
    """`weight` counts against the other risks of a call: their sum is how likely it is drawn beside others."""

    code: str
    weight: float
    label: Any
    find: Callable[[SalesCallQuerySet, datetime], Iterable[UUID]]


def _failed_critical(calls: SalesCallQuerySet, until: datetime) -> Iterable[UUID]:
    found: set[UUID] = set()
    client = calls.values_list("client_id", flat=True)[:1]
    for card in Scorecard.objects.filter(client__in=client).only("criteria"):
        keys = [row.get("key") for row in card.criteria if row.get("critical")]
        failed = ScoreItem.objects.filter(
            score__call=OuterRef("pk"), score__is_current=True, score__scorecard=card, key__in=keys, points=0,
            applicable=True,
        )  # fmt: skip
        if keys:
            found.update(ids(calls.filter(Exists(failed))))
    return found


def _violation(calls: SalesCallQuerySet, until: datetime) -> Iterable[UUID]:
    found = ComplianceFinding.objects.filter(call=OuterRef("pk"), verdict="violation")
    return ids(calls.filter(Exists(found)))


def _unhandled_objection(calls: SalesCallQuerySet, until: datetime) -> Iterable[UUID]:
    return ids(calls.filter(Exists(Objection.objects.filter(call=OuterRef("pk"), handled=False))))


def _negative_end(calls: SalesCallQuerySet, until: datetime) -> Iterable[UUID]:
    said = Utterance.objects.filter(call=OuterRef("pk"), role=SpeakerRole.CUSTOMER).order_by("-position")
    last = calls.annotate(last_mood=Subquery(said.values("sentiment_label")[:1]))
    return ids(last.filter(last_mood="negative"))


def _low_confidence(calls: SalesCallQuerySet, until: datetime) -> Iterable[UUID]:
    unsure = Q(transcript__mean_probability__lt=UNSURE_WORDS) | Q(transcript__role_confidence__lt=UNSURE_SPEAKERS)
    return ids(calls.filter(unsure))


def _dropped_score(calls: SalesCallQuerySet, until: datetime) -> Iterable[UUID]:
    """Calls that scored well below what their agent had on average in the last 90 days."""
    agents = calls.order_by().values("agent")
    before = SalesCall.objects.filter(
        agent__in=agents, started_at__gte=until - timedelta(days=DROP_DAYS), started_at__lt=until,
        quality_score__isnull=False,
    )  # fmt: skip
    usual = before.order_by().values("agent_id").annotate(mean=Avg("quality_score"), number=Count("pk"))
    means = {row["agent_id"]: float(row["mean"]) for row in usual if row["number"] >= DROP_CALLS}
    scored = calls.filter(quality_score__isnull=False, agent__in=list(means)).order_by()
    for key, agent, score in scored.values_list("pk", "agent_id", "quality_score").iterator(chunk_size=CHUNK):
        if float(score or 0) < means[agent] - DROP_POINTS:
            yield key


RISKS = (
    Risk("failed_critical", 5, _("a critical question was failed"), _failed_critical),
    Risk("violation", 4, _("something forbidden was said"), _violation),
    Risk("dropped_score", 3, _("the score lies well below the agent's usual one"), _dropped_score),
    Risk("unhandled_objection", 2, _("an objection was not answered"), _unhandled_objection),
    Risk("negative_end", 2, _("the customer ended in a bad mood"), _negative_end),
    Risk("low_confidence", 1, _("words or speakers were hard to make out"), _low_confidence),
)
BY_CODE: Mapping[str, Risk] = {risk.code: risk for risk in RISKS}


def risks_of(calls: SalesCallQuerySet, until: datetime) -> dict[UUID, tuple[str, ...]]:
    """The codes of the risks of each candidate that has any, the heaviest first."""
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for risk in RISKS:
        for key in risk.find(calls, until):
            found[key].append(risk.code)
    return {key: tuple(codes) for key, codes in found.items()}


def weight_of(codes: Iterable[str]) -> float:
    return sum(BY_CODE[code].weight for code in codes)
