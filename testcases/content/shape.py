"""The shape of a case's document as JSON Schema: what may stand where, and how much of it."""

from typing import Any

from recordings.language.types import LANGUAGES, OBJECTIONS

MOST_CRITERIA, MOST_FACTS, MOST_OBJECTIONS, MOST_VARIANTS, MOST_SITUATIONS = 30, 40, 20, 40, 60
LONGEST_LINE, LONGEST_TEXT = 600, 5_000
KEY = r"^[a-z0-9][a-z0-9_-]{0,59}$"
RELEASES = ("volunteered", "asked", "trusted")
RAISED = ("opening", "price", "closing", "trusted", "early", "late")
REACHED = ("next_step", "purchase", "agreement", "solved", "informed")


def _text(longest: int, *, empty: bool = True) -> dict[str, Any]:
    return {"type": "string", "maxLength": longest} | ({} if empty else {"pattern": r"\S"})


def _number(low: float, high: float) -> dict[str, Any]:
    return {"type": "number", "minimum": low, "maximum": high}


def _whole(low: int, high: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high}


def _lines(*, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": _text(LONGEST_LINE, empty=False), "minItems": least, "maxItems": MOST_VARIANTS}


def _object(required: tuple[str, ...], /, **members: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": members, "additionalProperties": False}


def _rows(row: dict[str, Any], most: int, *, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": row, "minItems": least, "maxItems": most}


_KEY = {"type": "string", "pattern": KEY}
PERSONA = _object(
    ("name",),
    name=_text(100, empty=False), role=_text(200), company=_text(200), background=_text(LONGEST_TEXT), style=_text(600),
    mood=_number(-1, 1), trust=_number(0, 1), patience=_number(0, 1),
)  # fmt: skip
FACT = _object(
    ("key", "text"),
    key=_KEY, text=_text(LONGEST_LINE, empty=False), asked=_lines(), replies=_lines(),
    release={"enum": list(RELEASES)},
)  # fmt: skip
OBJECTION = _object(
    ("key", "kind", "lines"),
    key=_KEY, kind={"enum": list(OBJECTIONS)}, lines=_lines(least=1), raised={"enum": list(RAISED)}, answers=_lines(),
    insists=_lines(), eased=_lines(), needs=_whole(1, 5),
)  # fmt: skip
GOAL = _object(
    ("text",),
    text=_text(LONGEST_LINE, empty=False), reached={"enum": list(REACHED)}, asked=_lines(), lines=_lines(),
    trust=_number(0, 1),
)  # fmt: skip
CRITERION = _object(
    ("key", "text", "judge"),
    key=_KEY, text=_text(LONGEST_LINE, empty=False),
    judge={"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "minLength": 1}}},
    weight=_whole(1, 10), skill=_text(60), required={"type": "boolean"},
)  # fmt: skip
SHAPE = _object(
    ("language", "scenario", "expected_outcome", "persona", "goal", "criteria"),
    language={"enum": list(LANGUAGES)},
    scenario=_text(LONGEST_TEXT, empty=False),
    expected_outcome=_text(LONGEST_TEXT),
    persona=PERSONA,
    goal=GOAL,
    facts=_rows(FACT, MOST_FACTS),
    objections=_rows(OBJECTION, MOST_OBJECTIONS),
    begins={"enum": ["agent", "customer"]},
    opening=_lines(),
    stop=_object((), turns=_whole(1, 200), mood=_number(-1, 1)),
    replies={
        "type": "object",
        "maxProperties": MOST_SITUATIONS,
        "propertyNames": {"pattern": KEY},
        "additionalProperties": _lines(),
    },
    criteria=_rows(CRITERION, MOST_CRITERIA, least=1),
    pass_mark=_number(0, 100),
    attempts=_whole(0, 100),
    time_limit=_whole(0, 7_200),
)
