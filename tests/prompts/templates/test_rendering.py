"""A prompt is filled with values; what is missing, unknown or of another type is named with its place."""

import pytest

from prompts.templates.content import VersionContent, content_hash
from prompts.templates.rendering import RenderingError, render

ROOM = {"context_tokens": 100_000, "answer_tokens": 500}


def a_prompt(text: str, variables: list[dict], *, system: str = "", blocks: dict | None = None) -> VersionContent:
    messages = [{"role": "system", "content": system}] if system else []
    messages.append({"role": "user", "content": text})
    return VersionContent.from_json({"messages": messages, "variables": variables, "blocks": blocks or {}})


def problems_of(content: VersionContent, values: dict, **room: int) -> list[tuple[str, str]]:
    with pytest.raises(RenderingError) as raised:
        render(content, values, **(room or ROOM))
    return [(problem.name, problem.place) for problem in raised.value.problems]


def test_numbers_and_days_are_written_plainly_and_texts_between_marks():
    content = a_prompt(
        "Write to {{ customer.name }} of {{ deal.amount }} before {{ day }}.",
        [{"name": "customer.name"}, {"name": "deal.amount", "type": "number"}, {"name": "day", "type": "date"}],
        system="You sell.",
    )
    rendered = render(content, {"customer.name": "Anna", "deal.amount": "12.50", "day": "2026-01-31"}, **ROOM)
    mark = rendered.boundary
    assert rendered.messages[1]["content"] == f"Write to <data-{mark}>Anna</data-{mark}> of 12.50 before 2026-01-31."
    assert rendered.messages[0]["content"].startswith("You sell.\n\nTexts between")
    assert f"<data-{mark}>" in rendered.messages[0]["content"]


def test_every_problem_is_told_with_its_name_and_place():
    content = a_prompt("Hello\n{{ a }} {{ b }}", [{"name": "a"}, {"name": "b", "type": "number"}])
    assert problems_of(content, {"b": "many", "c": 1}) == [
        ("c", ""),
        ("a", "message 1, line 2"),
        ("b", "message 1, line 2"),
    ]


def test_a_version_in_json_is_the_same_version():
    content = a_prompt("{{ a }}", [{"name": "a", "default": "x"}], system="S", blocks={"tone": "kind"})
    again = VersionContent.from_json(content.as_json())
    assert again == content
    assert content_hash(again) == content_hash(content)
