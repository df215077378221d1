"""What the schema says of the errors of every endpoint alike."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from salesiq.common.problems import CONTENT_TYPE, ProblemSerializer

Responses = dict[int | tuple[int, str], Any]

_SENTENCES: dict[int, tuple[str, str]] = {
    400: ("invalid", "“zz” is not a language code we can transcribe. Use one such as en, es or ru, or leave it out."),
    401: ("not_authenticated", "Authentication credentials were not provided."),
    403: ("permission_denied", "You do not have permission to perform this action."),
    404: ("not_found", "There is nothing at this address, or you may not see it."),
    409: ("recording_elsewhere", "This recording is here already, in calls that you do not see."),
    410: ("sound_removed", "The sound was removed on 1 Mar 2026. Reason: kept for 90 days by policy"),
    413: ("too_large", "The file is larger than 500 MB. Compress it (MP3 or Opus) or split it, and upload it again."),
    415: ("unsupported_media_type", 'Unsupported media type "text/plain" in request.'),
    416: ("range_not_satisfiable", "The range begins after the last byte."),
    422: ("idempotency_key_reused", "This Idempotency-Key was used for another request."),
    429: ("throttled", "Request was throttled. Expected available in 7 seconds."),
}


def problems(*statuses: int) -> Responses:
    """The responses of an endpoint that ends in these errors; 401, 403 and 429 are always among them."""
    return {(status, CONTENT_TYPE): _problem(status) for status in sorted({401, 403, 429, *statuses})}


def _problem(status: int) -> OpenApiResponse:
    code, detail = _SENTENCES[status]
    title = HTTPStatus(status).phrase
    example = {
        "type": f"urn:salesiq:problem:{code}",
        "code": code,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": "/api/v1/sales/recordings",
    }
    return OpenApiResponse(
        ProblemSerializer, description=title, examples=[OpenApiExample(title, value=example, media_type=CONTENT_TYPE)]
    )
