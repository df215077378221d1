"""Errors of the API as problem details (RFC 9457, https://www.rfc-editor.org/rfc/rfc9457)."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler

CONTENT_TYPE = "application/problem+json"
API_PREFIX = "/api/"


class Problem(exceptions.APIException):
    """An error with a machine code and a sentence that says what to do.

    `errors` are `{"pointer": "#/field", "detail": …}`; `headers` go into the answer, `extensions` into its body.
    """

    def __init__(
        self,
        detail: str,
        *,
        code: str,
        status: int = HTTPStatus.BAD_REQUEST,
        title: str = "",
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.status_code = int(status)
        self.title = title
        self.code = code
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.extensions = dict(extensions or {})


class FieldProblemSerializer(serializers.Serializer[Any]):
    """One wrong value, for the API schema."""

    pointer = serializers.CharField(help_text="JSON Pointer (RFC 6901) to the value, e.g. #/language")
    detail = serializers.CharField()
    code = serializers.CharField(required=False)


class ProblemSerializer(serializers.Serializer[Any]):
    """The body of every error, for the API schema."""

    type = serializers.CharField(help_text="URI of the kind of problem")
    code = serializers.CharField(help_text="The kind of problem for programs")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people, which says what to do")
    instance = serializers.CharField(help_text="Path of the request")
    errors = FieldProblemSerializer(many=True, required=False)  # type: ignore[assignment]


def problem_response(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. None for errors that are ours: they go on to Django's log and its 500."""
    if isinstance(exc, DjangoValidationError):
        exc = exceptions.ValidationError(serializers.as_serializer_error(exc))
    response = exception_handler(exc, dict(context))
    if response is None:
        return None
    request = context.get("request")
    path = request.path if request else ""
    response.data = _problem_of(exc, response.status_code, path)
    response.content_type = CONTENT_TYPE
    if isinstance(exc, Problem):
        for name, value in exc.headers.items():
            response[name] = value
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`, for what Django refuses before a view sees it: a problem below /api/, a page elsewhere."""
    if not request.path.startswith(API_PREFIX):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        detail = _("The fields beside the file are larger than 2.5 MB. Send less at once.")
        return _plain_problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", detail)
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        detail = _("Too many fields or files came at once. Send one recording with the fields that are documented.")
        return _plain_problem(request, HTTPStatus.BAD_REQUEST, "too_many_fields", detail)
    detail = _("The request is malformed. Build it with an ordinary HTTP client.")
    return _plain_problem(request, HTTPStatus.BAD_REQUEST, "bad_request", detail)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`: a problem below /api/, a page elsewhere."""
    if not request.path.startswith(API_PREFIX):
        return defaults.page_not_found(request, exception)
    return _plain_problem(request, HTTPStatus.NOT_FOUND, "not_found", _("There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: a problem below /api/, a page elsewhere."""
    if not request.path.startswith(API_PREFIX):
        return defaults.server_error(request)
    detail = _("Something went wrong inside salesiq. Try again; if it stays, tell whoever runs it when it happened.")
    return _plain_problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail)


def _plain_problem(request: HttpRequest, status: HTTPStatus, code: str, detail: str) -> HttpResponse:
    body = problem_body(code=code, title="", status=status, detail=detail, path=request.path)
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def _problem_of(exc: Exception, status: int, path: str) -> dict[str, Any]:
    if isinstance(exc, Problem):
        body = problem_body(code=exc.code, title=exc.title, status=status, detail=str(exc.detail), path=path)
        return body | ({"errors": exc.errors} if exc.errors else {}) | exc.extensions
    if isinstance(exc, exceptions.ValidationError):
        errors = list(_field_errors(exc.detail, ""))
        detail = errors[0]["detail"] if len(errors) == 1 else _("Some values cannot be used; see errors.")
        return problem_body(code="invalid", title="", status=status, detail=detail, path=path) | {"errors": errors}
    detail = getattr(exc, "detail", None) or _DETAILS.get(status, HTTPStatus(status).phrase)
    code = getattr(detail, "code", None) or HTTPStatus(status).name.lower()
    return problem_body(code=code, title="", status=status, detail=str(detail), path=path)


# Django's own Http404 and PermissionDenied carry texts for developers, which may name models.
_DETAILS: dict[int, Any] = {
    HTTPStatus.NOT_FOUND: gettext_lazy("There is nothing at this address, or you may not see it."),
    HTTPStatus.FORBIDDEN: gettext_lazy("You may not do this. Ask an administrator for the right."),
}


def problem_body(*, code: str, title: str, status: int, detail: str, path: str) -> dict[str, Any]:
    return {
        "type": f"urn:salesiq:problem:{code}",
        "code": code,
        "title": title or HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "instance": path,
    }


def _field_errors(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """DRF's nested error detail as a flat list with JSON Pointers (RFC 6901) as URI fragments."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            if name == "non_field_errors":
                yield from _field_errors(inner, pointer)
            else:
                token = str(name).replace("~", "~0").replace("/", "~1")
                yield from _field_errors(inner, f"{pointer}/{token}")
    elif isinstance(detail, list):
        nested = any(isinstance(item, Mapping) for item in detail)
        for number, item in enumerate(detail):
            yield from _field_errors(item, f"{pointer}/{number}" if nested else pointer)
    else:
        yield {"pointer": f"#{pointer}", "detail": str(detail), "code": getattr(detail, "code", None) or "invalid"}
