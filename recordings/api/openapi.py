"""What the schema says of the endpoints about calls: headers with a meaning of their own."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from salesiq.common.openapi import problems

__all__ = ["CALLS", "CALL_ID", "IDEMPOTENCY_KEY", "JOBS", "PREFER", "RANGE", "problems"]

CALLS, CONSENT, JOBS = "Recordings", "Consent", "Jobs"
CALL_ID = "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f40"
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=(
        "Any text of your own, new for each request. Sent again with the same request within 24 hours, the first "
        "answer is given again (with `Idempotency-Replayed: true`) and nothing happens twice."
    ),
)
PREFER = OpenApiParameter(
    "Prefer",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=(
        "`wait=N` (RFC 7240): hold the answer for up to N seconds, at most 60, and give the whole call when its "
        "analysis ends within them."
    ),
    examples=[OpenApiExample("Wait half a minute", value="wait=30")],
)
RANGE = OpenApiParameter(
    "Range", OpenApiTypes.STR, OpenApiParameter.HEADER, description="One range, e.g. `bytes=0-65535`"
)
