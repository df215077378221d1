"""Searching what was said."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from recordings.api.access import SalesView
from recordings.api.filters import CallFilterSet
from recordings.api.openapi import CALLS, problems
from recordings.models import SalesCall
from recordings.models.call import SalesCallQuerySet
from recordings.searching.finding import SPEAKERS, find_calls
from recordings.searching.highlighting import CallHits, find_hits
from recordings.searching.query import parse_query
from recordings.selectors import list_calls
from salesiq.audit.services import record_event
from salesiq.people.scopes import KeyScope

PAGING = ("q", "speaker", "cursor", "format")


class SearchFilterSet(CallFilterSet):
    """The filters of the list of calls, but for words and order."""

    def __init__(self, data: Any = None, queryset: Any = None, *, request: Request, prefix: str | None = None) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        for name in ("search", "ordering"):
            del self.filters[name]


class LineSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField(help_text="Of the line in the call, from 0")
    speaker = serializers.CharField(source="role")
    start = serializers.FloatField(help_text="Seconds from the start of the call")
    text = serializers.CharField()
    highlights = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2),
        source="spans",
        help_text="First character and the one after the last of what was found",
    )


class FoundCallSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    started_at = serializers.DateTimeField()
    agent = serializers.UUIDField(allow_null=True)
    outcome = serializers.CharField()
    language = serializers.CharField()
    hits = serializers.IntegerField(help_text="Lines that hold something of what was looked for")
    lines = LineSerializer(many=True, help_text="The first three of them")


class SearchSerializer(serializers.Serializer[Any]):
    results = FoundCallSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Address of the page of older calls")
    notes = serializers.ListField(child=serializers.CharField(), help_text="Codes of what was read as plain words")


class SearchView(SalesView):
    """Published calls in which `q` was said, the newest first, with the lines. Follow `next` to page."""

    scope = KeyScope.CALLS_READ

    @extend_schema(
        tags=[CALLS],
        operation_id="search",
        summary="Search what was said",
        description=(
            '`price offer`: both words in any of their forms. `"good price"`: as they stand. `-discount`: without. '
            "`price OR cost`: either. `pric*`: a beginning. What cannot be read so is read as words, told in `notes`. "
            "The filters of the list of calls narrow it. The audit trail keeps who read which calls, never the words."
        ),
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, required=True, description="At most 200 characters"),
            OpenApiParameter("speaker", OpenApiTypes.STR, enum=SPEAKERS, description="Said by them"),
            OpenApiParameter("cursor", OpenApiTypes.STR, description="From `next`"),
        ],
        responses={200: SearchSerializer, **problems(400)},
    )
    def get(self, request: Request) -> Response:
        asked = request.query_params
        query = parse_query(asked.get("q", "")[:200])
        if not query:
            raise ValidationError({"q": ["Give at least one word to look for."]})
        speaker = asked.get("speaker", "")
        if speaker and speaker not in SPEAKERS:
            raise ValidationError({"speaker": [f"Use one of {', '.join(SPEAKERS)}."]})
        cursor = asked.get("cursor", "")
        if cursor and not cursor.lstrip("-").isdigit():
            raise ValidationError({"cursor": ["This cursor cannot be read. Take it from “next”."]})
        found = find_calls(
            self._calls(request),
            query,
            speaker=speaker,
            older_than=int(cursor) if cursor else None,
            client=self.user.client_id,
        )
        rows = {call.pk: call for call in list_calls(self.user).filter(pk__in=found.calls)}
        calls = [rows[pk] for pk in found.calls if pk in rows]
        hits = find_hits({call.pk: call.language for call in calls}, query, speaker=speaker)
        plain = getattr(request, "_request", request)
        details = {"calls": [str(call.pk) for call in calls]}
        record_event(action="searched", actor=self.user, client=self.user.client, request=plain, details=details)
        results = [_row(call, hits[call.pk]) for call in calls]
        answer = {"results": results, "next": _next(request, found.older), "notes": list(query.notes)}
        return Response(SearchSerializer(answer).data)

    def _calls(self, request: Request) -> SalesCallQuerySet:
        filters = SearchFilterSet(request.query_params, SalesCall.objects.visible_to(self.user), request=request)
        unknown = sorted(set(request.query_params) - set(filters.filters) - set(PAGING))
        if unknown:
            raise ValidationError({name: ["There is no such filter."] for name in unknown})
        if not filters.is_valid():
            raise ValidationError({name: list(errors) for name, errors in filters.errors.items()})
        return cast(SalesCallQuerySet, filters.qs)


def _row(call: SalesCall, hits: CallHits) -> dict[str, Any]:
    return {
        "id": call.pk,
        "started_at": call.started_at,
        "agent": call.agent_id,
        "outcome": call.outcome,
        "language": call.language,
        "hits": hits.count,
        "lines": hits.shown,
    }


def _next(request: Request, older: int | None) -> str | None:
    if older is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = str(older)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
