"""Answering persons: their data as an archive, and being forgotten."""

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from recordings.api.access import SalesView
from recordings.api.openapi import IDEMPOTENCY_KEY, RANGE, problems
from recordings.api.persons_schema import (
    ErasureSerializer,
    ExportSerializer,
    PersonSerializer,
    PlanSerializer,
    plan_document,
)
from recordings.api.views import AnySound
from recordings.models import ErasureRequest, HeldError, PersonExport
from recordings.playback import serve_sound
from recordings.privacy.erasure import plan_erasure, request_erasure
from recordings.privacy.persons import find_person
from recordings.privacy.portability import record_download, request_export
from salesiq.common.idempotency import idempotent
from salesiq.common.problems import Problem
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

PRIVACY = "Privacy"
ASK = OpenApiExample("By e-mail address", value={"email": "ana.rivera@example.com"}, request_only=True)


class PersonView(SalesView):
    capability = Capability.ANSWER_PERSONS
    scope = KeyScope.PRIVACY_READ
    scopes = {"POST": KeyScope.PRIVACY_WRITE}

    def asked(self, request: Request) -> PersonSerializer:
        serializer = PersonSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        return serializer


class ExportsView(PersonView):
    """Everything that is kept about one person, as an archive."""

    @extend_schema(
        tags=[PRIVACY],
        operation_id="privacy_exports_make",
        summary="Make a person's archive",
        description=(
            "Named by `email`, `phone` or `customer_id`. The archive is made in the background: follow `url` until "
            "`status` is `done`, then fetch `file_url` before `expires_at`. Nothing kept, or nobody certain: 404."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=PersonSerializer,
        responses={202: ExportSerializer, **problems(400, 404, 409, 422)},
        examples=[ASK],
    )
    def post(self, request: Request) -> Response:
        accepted = self.accept(request)
        export = get_object_or_404(PersonExport.objects.visible_to(self.user), pk=accepted.data["id"])
        data = ExportSerializer(export, context={"request": request}).data
        return Response(data, status=HTTPStatus.ACCEPTED, headers=_headers(accepted, data["url"]))

    @idempotent
    def accept(self, request: Request) -> Response:
        """Do it once. Only the id is kept for a repeat, never who it was about."""
        asked = self.asked(request)
        try:
            with transaction.atomic():
                export = request_export(client=asked.client(), query=asked.query(), actor=self.user)
        except DjangoValidationError as error:
            raise _told(error) from error
        return Response({"id": str(export.pk)})


class ExportView(PersonView):
    @extend_schema(
        tags=[PRIVACY],
        operation_id="privacy_exports_read",
        summary="Follow a person's archive",
        responses={200: ExportSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        export = get_object_or_404(PersonExport.objects.visible_to(self.user), pk=pk)
        return Response(ExportSerializer(export, context={"request": request}).data)


class ExportFileView(PersonView):
    content_negotiation_class = AnySound

    @extend_schema(
        tags=[PRIVACY],
        operation_id="privacy_exports_file",
        summary="Fetch a person's archive",
        description="A ZIP; README.txt in it says what each file is. Each download is kept in the audit trail.",
        parameters=[RANGE],
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            (206, "application/zip"): OpenApiTypes.BINARY,
            416: OpenApiResponse(description="The range begins after the last byte"),
            **problems(404),
        },
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        export = get_object_or_404(PersonExport.objects.visible_to(self.user), pk=pk)
        answer = serve_sound(
            request._request,
            export.file,
            content_type="application/zip",
            filename=f"person-{export.pk}.zip",
            download=True,
        )
        if request.method == "GET":
            record_download(export=export, actor=self.user, request=request._request)
        return answer


class ErasuresView(PersonView):
    """Forgetting one person."""

    @extend_schema(
        tags=[PRIVACY],
        operation_id="privacy_erasures_make",
        summary="Erase a person",
        description=(
            "`dry_run` tells what would go, what would stay and who may be somebody else; nothing is changed. Without "
            "it the erasure runs in the background: follow `url`. Give the plan's `digest` to have exactly that plan "
            "carried out, or nothing (409). Something on legal hold refuses all (409), unless `except_held`. Customers "
            "in `to_confirm` are left alone unless their ids come back in `confirmed`."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=PersonSerializer,
        responses={200: PlanSerializer, 202: ErasureSerializer, **problems(400, 404, 409, 422)},
        examples=[
            OpenApiExample(
                "What would go", value={"email": "ana.rivera@example.com", "dry_run": True}, request_only=True
            ),
            ASK,
        ],
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(request)
        if asked.validated_data["dry_run"]:
            records = find_person(client=asked.client(), **asked.query().as_json())
            return Response(plan_document(plan_erasure(records)))
        accepted = self.accept(request)
        erasure = get_object_or_404(ErasureRequest.objects.visible_to(self.user), pk=accepted.data["id"])
        data = ErasureSerializer(erasure, context={"request": request}).data
        return Response(data, status=HTTPStatus.ACCEPTED, headers=_headers(accepted, data["url"]))

    @idempotent
    def accept(self, request: Request) -> Response:
        """Do it once. Only the id is kept for a repeat, never who it was about."""
        asked = self.asked(request)
        values = asked.validated_data
        try:
            with transaction.atomic():
                erasure = request_erasure(
                    client=asked.client(),
                    query=asked.query(),
                    actor=self.user,
                    except_held=values["except_held"],
                    digest=values["digest"],
                )
        except HeldError as error:
            raise Problem(str(error), code=HeldError.code, status=HTTPStatus.CONFLICT) from error
        except DjangoValidationError as error:
            raise _told(error) from error
        return Response({"id": str(erasure.pk)})


class ErasureView(PersonView):
    @extend_schema(
        tags=[PRIVACY],
        operation_id="privacy_erasures_read",
        summary="Follow an erasure",
        responses={200: ErasureSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        erasure = get_object_or_404(ErasureRequest.objects.visible_to(self.user), pk=pk)
        return Response(ErasureSerializer(erasure, context={"request": request}).data)


class ReceiptView(PersonView):
    @extend_schema(
        tags=[PRIVACY],
        operation_id="privacy_erasures_receipt",
        summary="The receipt of an erasure",
        description="Signed (Ed25519) and without personal data; `manage.py verify_receipt` checks it offline.",
        responses={200: OpenApiTypes.OBJECT, **problems(404)},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        finished = ErasureRequest.objects.visible_to(self.user).exclude(finished_at=None)
        return Response(get_object_or_404(finished, pk=pk).receipt)


def _headers(accepted: Response, url: str) -> dict[str, str]:
    replayed = {"Idempotency-Replayed": accepted["Idempotency-Replayed"]} if "Idempotency-Replayed" in accepted else {}
    return {"Location": url, **replayed}


def _told(error: DjangoValidationError) -> Exception:
    """Nobody found is a 404, a plan that has changed a 409; everything else is the caller's to put right."""
    statuses = {"nobody": HTTPStatus.NOT_FOUND, "changed": HTTPStatus.CONFLICT}
    code = getattr(error, "code", "") or ""
    if code in statuses:
        return Problem(" ".join(error.messages), code=f"person_{code}", status=statuses[code])
    return error
