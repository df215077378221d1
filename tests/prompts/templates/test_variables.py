"""Values become what their variable says they are, or are refused in words."""

import json
from datetime import date
from decimal import Decimal

import pytest

from prompts.templates.rendering import render
from prompts.templates.variables import WrongTypeError, convert
from tests.prompts.templates.test_rendering import ROOM, a_prompt


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("12.5", "number", Decimal("12.5")),
        (" 7 ", "integer", 7),
        ("TRUE", "boolean", True),
        (date(2026, 1, 31), "date", "2026-01-31"),
        ("2026-01-31T10:00+01:00", "date", "2026-01-31T10:00:00+01:00"),
        (("a", Decimal("1")), "list", ["a", Decimal("1")]),
        ({"a": {"b": date(2026, 1, 1)}}, "object", {"a": {"b": "2026-01-01"}}),
        ("Agent: Hello\n\nwhat: is it", "transcript", [
            {"role": "agent", "text": "Hello", "position": 0}, {"role": "what", "text": "is it", "position": 1},
        ]),
        ([{"speaker": "S1", "text": "Hi", "position": 5, "words": []}], "transcript", [
            {"role": "S1", "text": "Hi", "position": 5},
        ]),
    ],
)  # fmt: skip
def test_values_are_read(value, kind, expected):
    assert convert(value, kind) == expected


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("x", "number"), (True, "number"), (float("nan"), "number"), ("1.5", "integer"), ("yes", "boolean"),
        ("31.1.", "date"), ("a,b", "list"), ([], "object"), ([{"role": "agent"}], "transcript"),
        ([{"text": "a", "position": "x"}], "transcript"), ([object()], "list"), ([[[[[[[["deep"]]]]]]]], "list"),
        (None, "text"), ("a", "moment"),
    ],
)  # fmt: skip
def test_what_is_of_another_type_is_refused_in_words(value, kind):
    with pytest.raises(WrongTypeError, match=r"\w+ \w+"):
        convert(value, kind)


def test_secret_values_are_sent_and_not_kept():
    content = a_prompt("{{ a }} {{ b }}", [{"name": "a", "sensitivity": "secret"}, {"name": "b"}])
    rendered = render(content, {"a": "classified", "b": "open"}, **ROOM)
    assert "classified" in rendered.messages[-1]["content"]
    assert rendered.variables == {"b": "open"}


def test_what_a_run_keeps_is_json_and_fills_the_prompt_again():
    content = a_prompt("{{ sum }} {{ rows }}", [{"name": "sum", "type": "number"}, {"name": "rows", "type": "list"}])
    rendered = render(content, {"sum": Decimal("1E+3"), "rows": [{"amount": Decimal("7.50")}]}, **ROOM)
    assert "1000 " in rendered.messages[-1]["content"]
    kept = json.loads(json.dumps(rendered.variables))
    assert kept == {"sum": "1000", "rows": [{"amount": "7.50"}]}
    assert render(content, kept, **ROOM).messages == rendered.messages
