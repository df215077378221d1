"""Prompts by API: listed, written, read and changed; a change of what is asked is a new version."""

from http import HTTPStatus
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from prompts.api.access import PromptView, told_as_problems
from prompts.api.openapi import IDEMPOTENCY_KEY, LABEL, PROMPTS, VERSION, example
from prompts.api.prompts_schema import (
    OF_CONTENT,
    OF_PROMPT,
    ChangedPromptSerializer,
    NewPromptSerializer,
    PromptSerializer,
    WholePromptSerializer,
    content_from,
)
from prompts.evaluation.performance import performance_metrics
from prompts.evaluation.performance_of_many import metrics_of
from prompts.models import Family, Prompt
from prompts.selectors import list_prompts, with_newest_versions
from prompts.services import create_prompt, save_version, update_prompt
from prompts.templates.content import VersionContent
from salesiq.common.filters import StrictFilterBackend
from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from salesiq.common.problems import Problem

NEW = {
    "name": "call-summary",
    "title": "Call summary",
    "description": "Five lines for the CRM.",
    "prompt_text": "Sum up this call in five lines:\n{{ call.transcript }}",
    "context_variables": ["call.transcript"],
    "expected_response_type": "text",
}


class PromptFilterSet(FilterSet):
    """Filters combine by "and"."""

    name = django_filters.CharFilter(help_text="Exactly this name")
    family = django_filters.ChoiceFilter(choices=Family.choices)
    language = django_filters.CharFilter(max_length=8, help_text="Of its answers, e.g. en")
    is_active = django_filters.BooleanFilter(help_text="true or false")
    label = django_filters.CharFilter("labels__name", max_length=40, help_text="Those with this label: production")
    search = django_filters.CharFilter(method="with_words", max_length=200, help_text="In name, title or description")
    ordering = django_filters.OrderingFilter(
        fields=[(name, name) for name in ("name", "created_at", "updated_at")],
        help_text="Field to order by, “-” for descending; by name without it",
    )

    class Meta:
        model = Prompt
        fields: list[str] = []

    def with_words(self, prompts: QuerySet[Prompt], name: str, words: str) -> QuerySet[Prompt]:
        for word in words.split():
            prompts = prompts.filter(
                Q(name__icontains=word) | Q(title__icontains=word) | Q(description__icontains=word)
            )
        return prompts


@extend_schema_view(
    get=extend_schema(
        tags=[PROMPTS], operation_id="prompts_list", summary="List prompts",
        responses={200: PromptSerializer(many=True), **problems(400)},
    )
)  # fmt: skip
class PromptsView(PromptView, ListAPIView[Prompt]):
    """Prompts by name, each with its newest version."""

    serializer_class = PromptSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = PromptFilterSet
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[Prompt]:
        return list_prompts(self.user).order_by("name")

    def paginate_queryset(self, queryset: Any) -> Any:
        page = with_newest_versions(list(super().paginate_queryset(queryset) or ()))
        metrics = metrics_of(page)
        for prompt in page:
            prompt.shown, prompt.metrics = prompt.newest, metrics[prompt.pk]  # type: ignore[attr-defined]
        return page

    @extend_schema(
        tags=[PROMPTS],
        operation_id="prompts_create",
        summary="Write a prompt",
        description=(
            "With its first version. Simple prompts give `prompt_text` and `context_variables`; `messages` and "
            "`variables` say more. 422 names each mistake and its place."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=NewPromptSerializer,
        responses={201: WholePromptSerializer, **problems(400, 403, 409, 422)},
        examples=[example("A summary", NEW)],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = NewPromptSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        if self.user.client is None:
            detail = _("You belong to no client. Sign in as somebody of the client.")
            raise Problem(detail, code="no_client", status=HTTPStatus.UNPROCESSABLE_ENTITY)
        known = asked.validated_data
        settings = {name: known[name] for name in OF_PROMPT if name in known and name != "title"}
        with told_as_problems():
            prompt = create_prompt(
                client=self.user.client, user=self.user, name=known["name"], title=known.get("title") or known["name"],
                content=content_from(known), why=known["why"], **settings,
            )  # fmt: skip
        location = reverse("api-prompt", args=[prompt.pk], request=request)
        return Response(told(self, prompt.pk), status=HTTPStatus.CREATED, headers={"Location": location})


class OnePromptView(PromptView):
    """A prompt with one of its versions, and how good its answers are."""

    @extend_schema(
        tags=[PROMPTS],
        operation_id="prompts_read",
        summary="Read a prompt",
        parameters=[VERSION, LABEL],
        responses={200: WholePromptSerializer, **problems(400, 404)},
    )
    def get(self, request: Request, pk: Any) -> Response:
        return Response(told(self, pk, **which(request)))

    @extend_schema(
        tags=[PROMPTS],
        operation_id="prompts_replace",
        summary="Write a new version",
        description=(
            "What is asked is replaced as a whole: parts left out are empty. Versions never change, so this makes the "
            "next one, unless nothing differs. The title and other settings change where they are given."
        ),
        request=NewPromptSerializer,
        responses={200: WholePromptSerializer, **problems(400, 403, 404, 409, 422)},
        examples=[example("A shorter one", NEW | {"prompt_text": "In three lines:\n{{ call.transcript }}"})],
    )
    def put(self, request: Request, pk: Any) -> Response:
        prompt = self.prompt(pk)
        asked = NewPromptSerializer(data=_with_name(request.data, prompt))
        asked.is_valid(raise_exception=True)
        if asked.validated_data["name"] != prompt.name:
            raise ValidationError({"name": [_("The name of a prompt never changes. Write another prompt instead.")]})
        return self._changed(prompt, asked.validated_data, None)

    @extend_schema(
        tags=[PROMPTS],
        operation_id="prompts_change",
        summary="Change a prompt",
        description="Parts left out stay. A change of what is asked makes a new version; other settings do not.",
        request=ChangedPromptSerializer,
        responses={200: WholePromptSerializer, **problems(400, 403, 404, 409, 422)},
        examples=[example("Switched off", {"is_active": False})],
    )
    def patch(self, request: Request, pk: Any) -> Response:
        prompt = self.prompt(pk)
        asked = ChangedPromptSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        newest = prompt.versions.order_by("-number").first()
        return self._changed(prompt, asked.validated_data, VersionContent.of(newest) if newest else None)

    def _changed(self, prompt: Prompt, known: dict[str, Any], before: VersionContent | None) -> Response:
        with told_as_problems():
            if set(known) & set(OF_CONTENT):
                save_version(
                    prompt=prompt, user=self.user, content=content_from(known, before), why=known["why"],
                    based_on=known.get("based_on"),
                )  # fmt: skip
            changes = {name: known[name] for name in OF_PROMPT if name in known}
            update_prompt(prompt=prompt, user=self.user, changes=changes)
        return Response(told(self, prompt.pk))


def _with_name(data: Any, prompt: Prompt) -> Any:
    """A replacement need not repeat the name."""
    return {"name": prompt.name, **data} if isinstance(data, dict) else data


def which(request: Request) -> dict[str, Any]:
    """`version` and `label` of the query.

    Raises:
        ValidationError: the number is none, or both are given.
    """
    number, label = request.query_params.get("version"), request.query_params.get("label", "")
    if number and label:
        raise ValidationError({"label": [_("Give a version or a label, not both.")]})
    if number and not (number.isdecimal() and len(number) < 9):
        raise ValidationError({"version": [_("The number of a version is expected.")]})
    return {"number": int(number) if number else None, "label": label}


def told(view: PromptView, pk: Any, *, number: int | None = None, label: str = "") -> Any:
    """A prompt as it is answered."""
    prompt = view.prompt(pk)
    shown = view.version(prompt, number=number, label=label) if number or label or prompt.versions.exists() else None
    prompt.shown = shown  # type: ignore[attr-defined]
    prompt.metrics = performance_metrics(prompt=prompt, version=shown)  # type: ignore[attr-defined]
    return WholePromptSerializer(prompt).data
