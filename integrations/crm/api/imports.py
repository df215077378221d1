"""Bringing in files of other systems."""

from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.crm.api.import_shapes import ImportRequestSerializer, ImportRunSerializer
from integrations.crm.api.views import CRM, CrmView
from integrations.crm.import_files import record_rejected_download
from integrations.crm.models import ImportRun
from integrations.crm.services import MappingError, UnreadableFileError, start_import
from recordings.api.openapi import IDEMPOTENCY_KEY
from recordings.api.views import AnySound
from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from salesiq.common.problems import Problem
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

EXAMPLE = OpenApiExample(
    "Columns said rather than guessed",
    value={"kind": "deals", "mapping": '{"Opportunity": "external_id", "Notes": ""}', "dry_run": True},
    request_only=True,
)


class ImportView(CrmView):
    """A file holds rows of every team: imports are for those who manage the CRM."""

    capability = Capability.MANAGE_CRM
    scopes = {"POST": KeyScope.CRM_WRITE}


class ImportsView(ImportView, ListAPIView[ImportRun]):
    """Files that came in, newest first, and the door for the next one."""

    throttle_scope = "analyze"
    parser_classes = [MultiPartParser]
    filter_backends = []
    pagination_class = KeysetPagination
    serializer_class = ImportRunSerializer

    def get_queryset(self) -> QuerySet[ImportRun]:
        return ImportRun.objects.visible_to(self.user).order_by("-created_at")

    @extend_schema(
        tags=[CRM],
        operation_id="crm_imports_list",
        summary="List imports",
        responses={200: ImportRunSerializer(many=True), **problems(400)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=[CRM],
        operation_id="crm_imports_make",
        summary="Import a file",
        description=(
            "CSV, XLSX or JSON as `file` (multipart/form-data). Columns are told by their names and values, "
            "or as `mapping` says, and kept for the next file of this `kind` and `system`. The import runs in the "
            "background: follow `url` until `status` is `done` or `failed`. Rows that cannot be used are left out, "
            "each with its reason, and can be fetched from `rejected_url`. The same file again changes nothing; "
            "`dry_run` counts what would happen and writes no record."
        ),
        parameters=[
            IDEMPOTENCY_KEY,
            OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[202], description="The import"),
        ],
        request={"multipart/form-data": ImportRequestSerializer},
        responses={202: ImportRunSerializer, **problems(400, 409, 413, 415, 422)},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        accepted = self.accept(request)
        run = get_object_or_404(ImportRun.objects.visible_to(self.user), pk=accepted.data["id"])
        data = ImportRunSerializer(run, context={"request": request}).data
        headers = {"Location": data["url"]}
        if "Idempotency-Replayed" in accepted:
            headers["Idempotency-Replayed"] = accepted["Idempotency-Replayed"]
        return Response(data, status=HTTPStatus.ACCEPTED, headers=headers)

    @idempotent
    def accept(self, request: Request) -> Response:
        """Take the file in, once. Only the id is kept for a repeat."""
        asked = ImportRequestSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        upload = values["file"]
        try:
            with transaction.atomic():
                run = start_import(
                    client=asked.client(),
                    actor=self.user,
                    kind=values["kind"],
                    file=upload,
                    file_name=upload.name,
                    system=values.get("system", ""),
                    mapping=values.get("mapping"),
                    options=asked.options(),
                    is_dry=values["dry_run"],
                )
        except UnreadableFileError as error:
            raise _told("file", "unreadable_file", error) from error
        except MappingError as error:
            raise _told("mapping", "unknown_mapping", error) from error
        return Response({"id": str(run.pk)})


class ImportRunView(ImportView):
    """How far one import is, and what became of its file."""

    @extend_schema(
        tags=[CRM],
        operation_id="crm_imports_read",
        summary="Follow an import",
        responses={200: ImportRunSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        run = get_object_or_404(ImportRun.objects.visible_to(self.user), pk=pk)
        return Response(ImportRunSerializer(run, context={"request": request}).data)


class RejectedView(ImportView):
    """The rows of a file that could not be used."""

    content_negotiation_class = AnySound

    @extend_schema(
        tags=[CRM],
        operation_id="crm_imports_rejected",
        summary="Fetch the rejected rows",
        description=(
            "CSV: the rows as they came, and why each was left out, so that the file can be put right and sent again. "
            "Each download is kept in the audit trail."
        ),
        responses={(200, "text/csv"): OpenApiTypes.BINARY, **problems(404)},
    )
    def get(self, request: Request, pk: UUID) -> FileResponse:
        run = get_object_or_404(ImportRun.objects.visible_to(self.user).exclude(rejected_file=""), pk=pk)
        name = record_rejected_download(run=run, actor=self.user, request=cast(Any, request)._request)
        file = run.rejected_file.open("rb")
        return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def _told(field: str, code: str, error: Exception) -> Problem:
    sentence = str(error) or _("The file cannot be read.")
    return Problem(sentence, code=code, errors=[{"pointer": f"#/{field}", "detail": sentence, "code": code}])
