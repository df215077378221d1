"""Which past calls a run looks at."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone

from recordings.models import SalesCall, Score, Utterance
from recordings.models.call import SalesCallQuerySet
from salesiq.people.models import User

LAST_CALLS = 500
MOST_PREVIEWED = 5000


@dataclass(frozen=True, slots=True)
class CallFilters:
    """Empty members do not narrow. `days` counts back from now, `limit` keeps the calls that began last."""

    days: int | None = None
    team: str = ""
    agent: str = ""
    call_type: str = ""
    outcome: str = ""
    limit: int | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{name: stored[name] for name in cls.__dataclass_fields__ if name in stored})

    def as_json(self) -> dict[str, Any]:
        """Only what narrows."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


def scorable_calls(user: User, filters: CallFilters) -> SalesCallQuerySet:
    """Published calls that `user` may see and whose words are still there; `limit` is not applied."""
    narrowing: dict[str, Any] = {
        "agent__team": filters.team,
        "agent": filters.agent,
        "call_type": filters.call_type,
        "outcome": filters.outcome,
    }
    calls = SalesCall.objects.visible_to(user).published().filter(anonymised_at__isnull=True, analysis__isnull=False)
    calls = calls.filter(transcript__isnull=False, **{name: value for name, value in narrowing.items() if value})
    if filters.days:
        calls = calls.filter(started_at__gte=timezone.now() - timedelta(days=filters.days))
    return calls


def chosen_ids(user: User, filters: CallFilters) -> list[UUID]:
    """Ids of the last calls that match, newest first, at most `limit`."""
    limit = min(filters.limit or LAST_CALLS, MOST_PREVIEWED)
    return list(scorable_calls(user, filters).order_by("-started_at", "-pk").values_list("pk", flat=True)[:limit])


def load_calls(ids: Iterable[UUID]) -> list[SalesCall]:
    """Calls with all that is measured in them, ordered by id, in a constant number of queries."""
    current = Score.objects.current().prefetch_related("items")
    parts: list[Any] = [
        Prefetch("utterances", Utterance.objects.defer("words")),
        Prefetch("scores", current, to_attr="current_scores"),
        *("intents", "objections", "follow_ups", "compliance"),
    ]
    return list(
        SalesCall.objects.filter(pk__in=list(ids))
        .select_related("client", "agent", "analysis", "transcript")
        .defer("transcript__segments")
        .prefetch_related(*parts)
        .order_by("pk")
    )
