"""What of an answer is compared between groups: numbers. Texts themselves are not."""

from collections.abc import Mapping
from typing import Any

MOST_MEASURES = 3
_TELLING = ("score", "probability", "likelihood", "rating", "chance", "priority", "grade")
SHARE_OF_SCALE = 0.05


def measures_of(
    parsed: Any, *, answer: str, response_type: str, schema: Mapping[str, Any] | None, valid: bool
) -> dict[str, float]:
    """Each measure of one answer: the number of a score, yes or no for each label, numbers, labels and lengths of lists
    of an object (the three that tell most), the number of words of a text; of all whether the answer is valid."""
    found: dict[str, float] = {"valid": float(valid)}
    if not valid:
        return found
    if response_type == "text":
        return found | {"words": float(len(answer.split()))}
    if isinstance(parsed, bool):
        return found | {"value": float(parsed)}
    if isinstance(parsed, int | float):
        return found | {"score": float(parsed)}
    if isinstance(parsed, str):
        return found | {f"is {parsed}": 1.0}
    if isinstance(parsed, list):
        return found | {"items": float(len(parsed))}
    if isinstance(parsed, Mapping):
        return found | _of_object(parsed, schema or {})
    return found


def scale_of(measure: str, values: list[float], schema: Mapping[str, Any] | None) -> float:
    """How wide the measure's scale is: by the schema, 1 for yes and no, else twice the mean of what was answered."""
    if measure == "valid" or measure.startswith("is ") or " is " in measure or set(values) <= {0.0, 1.0}:
        return 1.0
    part: Any = schema or {}
    for name in [] if measure == "score" and "properties" not in part else measure.split("."):
        part = (part.get("properties") or {}).get(name) or {}
    low, high = part.get("minimum"), part.get("maximum")
    if isinstance(low, int | float) and isinstance(high, int | float) and high > low:
        return float(high - low)
    middle = sum(abs(value) for value in values) / len(values) if values else 0.0
    return 2 * middle or 1.0


def bound_of(scale: float) -> float:
    """A difference below this does not matter: five hundredths of the scale."""
    return SHARE_OF_SCALE * scale


def _of_object(parsed: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, float]:
    numbers: dict[str, float] = {}
    labels: dict[str, float] = {}
    counts: dict[str, float] = {}
    for path, value, part in _leaves(parsed, schema, ""):
        if isinstance(value, bool):
            labels[path] = float(value)
        elif isinstance(value, int | float):
            numbers[path] = float(value)
        elif isinstance(value, str) and part.get("enum"):
            labels |= {f"{path} is {each}": float(each == value) for each in part["enum"][:6]}
        elif isinstance(value, list):
            counts[path] = float(len(value))
    ordered = sorted(numbers, key=lambda path: (not any(word in path.lower() for word in _TELLING), path))
    if ordered:
        return {path: numbers[path] for path in ordered[:MOST_MEASURES]}
    chosen = labels or counts
    return {path: chosen[path] for path in list(chosen)[: 2 * MOST_MEASURES]}


def _leaves(value: Any, schema: Mapping[str, Any], path: str) -> list[tuple[str, Any, Mapping[str, Any]]]:
    if not isinstance(value, Mapping):
        return [(path, value, schema)]
    found: list[tuple[str, Any, Mapping[str, Any]]] = []
    for name, each in value.items():
        part = (schema.get("properties") or {}).get(name) or {}
        found += _leaves(each, part, f"{path}.{name}" if path else str(name))
    return found
