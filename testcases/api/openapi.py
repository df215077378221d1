"""What the schema says of the endpoints about test cases."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

TESTS = "Test cases"
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=(
        "Any text of your own, new for each request. Sent again with the same request within 24 hours, the first "
        "answer is given again (with `Idempotency-Replayed: true`) and nothing happens twice."
    ),
)
VERSION = OpenApiParameter("version", OpenApiTypes.INT, description="Number of a version; the newest without it")


def example(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)
