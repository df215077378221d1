"""The filters of the list of calls, written out."""

from typing import Any

import django_filters
from django.db.models import Exists, Model, OuterRef, QuerySet
from django_filters.rest_framework import FilterSet
from rest_framework.request import Request

from recordings.language.types import INTENTS, OBJECTIONS, TOPICS
from recordings.models import (
    Basis,
    CallStatus,
    CallType,
    ConsentState,
    FollowUp,
    Intent,
    Objection,
    Outcome,
    SalesCall,
    Topic,
)
from recordings.models.call import SalesCallQuerySet
from recordings.selectors import search_calls
from salesiq.people.models import User

ORDERINGS = ("started_at", "created_at", "call_duration", "quality_score", "conversion_probability")
YES_NO = (("true", "true"), ("false", "false"))


def _pairs(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(key, key) for key in keys]


class CallFilterSet(FilterSet):
    """Filters combine by "and"; values of a filter that takes several combine by "or"."""

    agent = django_filters.UUIDFilter("agent_id", help_text="Id of the agent")
    team = django_filters.UUIDFilter("agent__team_id", help_text="Id of the agent's team")
    customer = django_filters.UUIDFilter("customer_id", help_text="Id of the customer")
    client = django_filters.UUIDFilter("client_id", help_text="Id of the tenant; for the installation's superuser")
    call_type = django_filters.MultipleChoiceFilter(choices=CallType.choices, help_text="May be given several times")
    outcome = django_filters.MultipleChoiceFilter(choices=Outcome.choices, help_text="May be given several times")
    status = django_filters.MultipleChoiceFilter(choices=CallStatus.choices, help_text="May be given several times")
    lawful_basis = django_filters.MultipleChoiceFilter(choices=Basis.choices, help_text="May be given several times")
    consent = django_filters.MultipleChoiceFilter(
        "consent_state", choices=ConsentState.choices, help_text="State of consent; may be given several times"
    )
    language = django_filters.CharFilter(max_length=8, help_text="Language spoken, e.g. en")
    region = django_filters.CharFilter(lookup_expr="iexact", max_length=100)
    source = django_filters.CharFilter(lookup_expr="iexact", max_length=60)
    started_after = django_filters.IsoDateTimeFilter("started_at", "gte", help_text="At this time or later")
    started_before = django_filters.IsoDateTimeFilter("started_at", "lt", help_text="Before this time")
    created_after = django_filters.IsoDateTimeFilter("created_at", "gte", help_text="At this time or later")
    created_before = django_filters.IsoDateTimeFilter("created_at", "lt", help_text="Before this time")
    min_quality = django_filters.NumberFilter("quality_score", "gte", help_text="0 to 100, inclusive")
    max_quality = django_filters.NumberFilter("quality_score", "lte", help_text="0 to 100, inclusive")
    min_duration = django_filters.NumberFilter("call_duration", "gte", help_text="Seconds, inclusive")
    max_duration = django_filters.NumberFilter("call_duration", "lte", help_text="Seconds, inclusive")
    min_conversion = django_filters.NumberFilter("conversion_probability", "gte", help_text="0 to 1, inclusive")
    max_conversion = django_filters.NumberFilter("conversion_probability", "lte", help_text="0 to 1, inclusive")
    objection = django_filters.ChoiceFilter(
        choices=_pairs(OBJECTIONS), method="with_objection", help_text="Calls in which this objection was raised"
    )
    intent = django_filters.ChoiceFilter(
        choices=_pairs(INTENTS), method="with_intent", help_text="Calls in which this intent was heard"
    )
    topic = django_filters.ChoiceFilter(
        choices=_pairs(TOPICS), method="with_topic", help_text="Calls in which this topic was spoken about"
    )
    has_follow_up = django_filters.ChoiceFilter(
        choices=YES_NO, method="with_follow_up", help_text="true: with a promise that is still open; false: without"
    )
    search = django_filters.CharFilter(
        method="with_words", max_length=200, help_text="Words in title, people, notes or what was said; all must occur"
    )
    ordering = django_filters.OrderingFilter(
        fields=_pairs(ORDERINGS), help_text="Field to order by, “-” for descending; calls without a value come last"
    )

    class Meta:
        model = SalesCall
        fields: list[str] = []

    def __init__(self, data: Any = None, queryset: Any = None, *, request: Request, prefix: str | None = None) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        if not (isinstance(request.user, User) and request.user.is_superuser):
            del self.filters["client"]

    def with_objection(self, calls: SalesCallQuerySet, name: str, kind: str) -> SalesCallQuerySet:
        return _having(calls, Objection.objects.filter(kind=kind))

    def with_intent(self, calls: SalesCallQuerySet, name: str, kind: str) -> SalesCallQuerySet:
        return _having(calls, Intent.objects.filter(kind=kind))

    def with_topic(self, calls: SalesCallQuerySet, name: str, topic: str) -> SalesCallQuerySet:
        return _having(calls, Topic.objects.filter(name=topic))

    def with_follow_up(self, calls: SalesCallQuerySet, name: str, value: str) -> SalesCallQuerySet:
        open_promises = Exists(FollowUp.objects.filter(done_at__isnull=True, call=OuterRef("pk")))
        return calls.filter(open_promises if value == "true" else ~open_promises)

    def with_words(self, calls: SalesCallQuerySet, name: str, words: str) -> SalesCallQuerySet:
        return search_calls(calls, words)


def _having(calls: SalesCallQuerySet, findings: QuerySet[Model]) -> SalesCallQuerySet:
    return calls.filter(Exists(findings.filter(call=OuterRef("pk"))))
