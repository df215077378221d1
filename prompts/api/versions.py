"""Versions of a prompt, the labels that stand for them, and the prompt as a file."""

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from prompts.api.access import PromptView, told_as_problems
from prompts.api.openapi import PROMPTS, VERSION, example
from prompts.api.prompts import which
from prompts.api.prompts_schema import VersionSerializer
from prompts.models import PromptVersion
from prompts.services import export_prompt, move_label
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination


class LabelSerializer(serializers.Serializer[Any]):
    label = serializers.SlugField(max_length=40, read_only=True)  # type: ignore[assignment]
    version = serializers.IntegerField(min_value=1, help_text="Number of the version")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500, write_only=True)


@extend_schema_view(
    get=extend_schema(
        tags=[PROMPTS], operation_id="prompts_versions", summary="List versions",
        responses={200: VersionSerializer(many=True), **problems(404)},
    )
)  # fmt: skip
class VersionsView(PromptView, ListAPIView[PromptVersion]):
    """Versions of a prompt, newest first."""

    serializer_class = VersionSerializer
    pagination_class = KeysetPagination
    filter_backends = []

    def get_queryset(self) -> QuerySet[PromptVersion]:
        if getattr(self, "swagger_fake_view", False):
            return PromptVersion.objects.none()
        rows = PromptVersion.objects.filter(prompt=self.prompt(self.kwargs["pk"]))
        return rows.select_related("created_by").order_by("-number")


class OneVersionView(PromptView):
    @extend_schema(
        tags=[PROMPTS], operation_id="prompts_version", summary="Read a version",
        responses={200: VersionSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: Any, number: int) -> Response:
        return Response(VersionSerializer(self.version(self.prompt(pk), number=number)).data)


class LabelView(PromptView):
    """A label of one's own or `staging`; `production` moves by a release."""

    @extend_schema(
        tags=[PROMPTS],
        operation_id="prompts_label_set",
        summary="Set a label",
        description="409 `protected_label` for production, which a release moves through the gate.",
        request=LabelSerializer,
        responses={200: LabelSerializer, **problems(400, 403, 404, 409, 422)},
        examples=[example("The third version", {"version": 3, "reason": "Tried on ten calls"})],
    )
    def put(self, request: Request, pk: Any, label: str) -> Response:
        prompt = self.prompt(pk)
        asked = LabelSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        version = self.version(prompt, number=known["version"])
        with told_as_problems():
            move_label(prompt=prompt, label=label, version=version, user=self.user, reason=known.get("reason", ""))
        return Response({"label": label, "version": version.number})

    @extend_schema(
        tags=[PROMPTS], operation_id="prompts_label_remove", summary="Take a label away", request=None,
        responses={204: None, **problems(403, 404, 409)},
    )  # fmt: skip
    def delete(self, request: Request, pk: Any, label: str) -> Response:
        prompt = self.prompt(pk)
        with told_as_problems():
            move_label(prompt=prompt, label=label, version=None, user=self.user)
        return Response(status=HTTPStatus.NO_CONTENT)


class FileView(PromptView):
    @extend_schema(
        tags=[PROMPTS],
        operation_id="prompts_file",
        summary="Export as a file",
        description="YAML for git, which the page of prompts imports again.",
        parameters=[VERSION],
        responses={(200, "application/yaml"): OpenApiTypes.STR, **problems(400, 404)},
    )
    def get(self, request: Request, pk: Any) -> HttpResponse:
        prompt = self.prompt(pk)
        version = self.version(prompt, **which(request))
        text = export_prompt(prompt, version.number)
        headers = {"Content-Disposition": f'attachment; filename="{prompt.name}.yaml"'}
        return HttpResponse(text, content_type="application/yaml", headers=headers)
