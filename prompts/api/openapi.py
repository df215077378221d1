"""What the schema says of the endpoints about prompts."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

PROMPTS = "Prompts"
PROMPT_ID, CALL_ID = "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f60", "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f40"
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
LABEL = OpenApiParameter("label", OpenApiTypes.STR, description="The version that this label stands for: production")
DAYS = OpenApiParameter("days", OpenApiTypes.INT, description="1 to 365; 30 without it")


def example(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)
