"""What became of the recommendations. Pure types."""

from typing import Any, TypedDict


class AdviceDocument(TypedDict):
    """Findings stand in rows of their own; here what the run did with them."""

    opened: int
    kept: int
    closed: int
    rules: list[dict[str, Any]]
