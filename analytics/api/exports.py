"""Figures, rows and reports as files."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.models import DataExport, ExportStatus
from analytics.questions import QuestionError
from analytics.reports.asked import CALLS, FIGURES, REPORT
from analytics.reports.exports import drop_export, record_download, request_export
from analytics.reports.formats import CONTENT_TYPES, Format
from analytics.reports.making import NotAllowedError, client_of
from analytics.reports.row_tables import FIELDS
from recordings.api.openapi import IDEMPOTENCY_KEY, RANGE
from recordings.api.views import AnySound
from recordings.playback import serve_sound
from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.jobs.models import Job
from salesiq.people.api.access import KeyedView, require_scope
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

EXPORTS = "Exports"
MOST_QUERY = 4000


class ExportRequestSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField([FIGURES, REPORT, *FIELDS], help_text="What the file holds")
    format = serializers.ChoiceField(Format.choices, help_text="`report` is made as pdf, everything else as the others")
    query = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=MOST_QUERY,
        help_text="Filters as in the address of an analytics page: `period=quarter&team=…`. Figures also take "
        "`metric` (several), `by`, `grain`; rows `which`",
    )


class DataExportSerializer(serializers.ModelSerializer[DataExport]):
    id = serializers.UUIDField(read_only=True)
    progress = serializers.SerializerMethodField(help_text="0 to 1")
    url = serializers.SerializerMethodField()
    file_url = serializers.SerializerMethodField(help_text="null until `status` is done")

    class Meta:
        model = DataExport
        fields = [
            "id", "kind", "query", "format", "status", "progress", "rows", "size", "error", "created_at",
            "finished_at", "expires_at", "url", "file_url",
        ]  # fmt: skip
        read_only_fields = fields

    def get_progress(self, export: DataExport) -> float:
        if export.status in (ExportStatus.WAITING, ExportStatus.RUNNING):
            job = Job.objects.active().filter(subject=str(export.pk)).first()
            return job.fraction if job else 0.0
        return 1.0 if export.status == ExportStatus.DONE else 0.0

    def get_url(self, export: DataExport) -> str:
        return str(self.context["request"].build_absolute_uri(f"/api/v1/sales/exports/{export.pk}"))

    def get_file_url(self, export: DataExport) -> str | None:
        return f"{self.get_url(export)}/file" if export.file else None


class DataExportsView(KeyedView):
    capability = Capability.VIEW_ANALYTICS
    scope = KeyScope.ANALYTICS_READ

    @extend_schema(
        tags=[EXPORTS],
        operation_id="exports_make",
        summary="Make a file of figures or rows",
        description=(
            "Made in the background with your rights: follow `url` until `status` is `done`, then fetch `file_url` "
            "before `expires_at`. Calls take the scope `calls:read` as well, CRM records `crm:read`. Every export is "
            "kept in the audit trail."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=ExportRequestSerializer,
        responses={202: DataExportSerializer, **problems(400, 409, 422)},
        examples=[
            OpenApiExample(
                "Win rate by team, month by month",
                value={
                    "kind": "figures",
                    "format": "xlsx",
                    "query": "metric=win_rate&by=team&grain=month&period=year",
                },
                request_only=True,
            ),
            OpenApiExample(
                "Deals won this quarter",
                value={"kind": "deals", "format": "parquet", "query": "which=won&period=quarter"},
                request_only=True,
            ),
        ],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = ExportRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        _require_scope_of(request, values["kind"])
        try:
            export = request_export(
                client=client_of(self.user, values["query"]),
                user=self.user,
                kind=values["kind"],
                query=values["query"],
                file_format=values["format"],
                request=request._request,
            )
        except QuestionError as error:
            raise ValidationError({error.parameter: [error.message]}) from error
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        data = DataExportSerializer(export, context={"request": request}).data
        return Response(data, status=HTTPStatus.ACCEPTED, headers={"Location": data["url"]})


def _require_scope_of(request: Request, kind: str) -> None:
    """Rows are what other endpoints give with other scopes."""
    if kind == CALLS:
        require_scope(request, KeyScope.CALLS_READ)
    elif kind in FIELDS:
        require_scope(request, KeyScope.CRM_READ)


class DataExportView(KeyedView):
    capability = Capability.VIEW_ANALYTICS
    scope = KeyScope.ANALYTICS_READ

    def export(self, pk: UUID) -> DataExport:
        found: DataExport = get_object_or_404(DataExport.objects.visible_to(self.user), pk=pk)
        _require_scope_of(self.request, found.kind)
        return found

    @extend_schema(
        tags=[EXPORTS],
        operation_id="exports_read",
        summary="Follow an export",
        responses={200: DataExportSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        return Response(DataExportSerializer(self.export(pk), context={"request": request}).data)

    @extend_schema(
        tags=[EXPORTS],
        operation_id="exports_remove",
        summary="Remove an export before its days are over",
        request=None,
        responses={204: None, **problems(404)},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        drop_export(export=self.export(pk), reason="", actor=self.user)
        return Response(status=HTTPStatus.NO_CONTENT)


class DataExportFileView(DataExportView):
    content_negotiation_class = AnySound
    http_method_names = ["get", "head", "options"]

    @extend_schema(
        tags=[EXPORTS],
        operation_id="exports_file",
        summary="Fetch an export",
        description="Each download is kept in the audit trail.",
        parameters=[RANGE],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (206, "application/octet-stream"): OpenApiTypes.BINARY,
            416: OpenApiResponse(description="The range begins after the last byte"),
            **problems(404),
        },
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        export = self.export(pk)
        answer = serve_sound(
            request._request,
            export.file,
            content_type=CONTENT_TYPES[export.format],
            filename=export.filename,
            download=True,
        )
        if request.method == "GET":
            record_download(export=export, actor=self.user, request=request._request)
        return answer
