"""Templates can name values and repeat over them, and nothing else."""

import pytest

from prompts.templates.checking import check_content, included_blocks, used_variables
from prompts.templates.content import VersionContent
from prompts.templates.rendering import RenderingError, render
from tests.prompts.templates.test_rendering import ROOM, a_prompt, problems_of

ITEMS = [{"name": "items", "type": "list"}]


def test_blocks_loops_and_conditions_fill_a_text():
    content = a_prompt(
        "{% include 'tone' %}{% if items.size > 1 %} Several: {% for each in items %}{{ forloop.index }} {% endfor %}"
        "{% endif %}{{ missing | default: 'no offer yet' }}",
        [*ITEMS, {"name": "missing", "required": False}],
        blocks={"tone": "Be {% include 'kind' %}.", "kind": "kind"},
    )
    assert check_content(content) == []
    assert render(content, {"items": ["a", "b"]}, **ROOM).messages == [
        {"role": "user", "content": "Be kind. Several: 1 2 no offer yet"}
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{{ items.__class__ }}", "items.__class__"),
        ("{{ items | map: '__class__' }}", ""),
        ("{{ [' sink'] }}", " sink"),
        ("{{ items.pop }}", "items.pop"),
    ],
)
def test_nothing_but_data_can_be_reached(text: str, name: str):
    content = a_prompt(text, [{"name": "items", "type": "text"} if name.startswith("items") else ITEMS[0]])
    with pytest.raises(RenderingError) as raised:
        render(content, {"items": "x" if name.startswith("items") else [1]}, **ROOM)
    assert name in [problem.name for problem in raised.value.problems] or not name


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("One\n{% if items %}", "message 1", "endif"),
        ("One\n{% capture x %}{% endcapture %}", "message 1, line 2", "capture"),
        ("{{ items | append: 'x' }}", "message 1, line 1", "no filter append"),
        ("{% include 'nobody' %}", "message 1, line 1", "no block nobody"),
        ("{% include items %}", "message 1, line 1", "in quotes"),
        ("{% include 'loop' %}", "block loop, line 1", "includes itself"),
        ("{% include 'other' %}", "block other, line 2", "unknown is used and not declared"),
    ],
)
def test_a_template_that_cannot_be_read_is_told_with_its_place(text: str, place: str, words: str):
    blocks = {"loop": "{% include 'loop' %}", "other": "A\n{{ unknown }}"}
    problems = check_content(a_prompt(text, ITEMS), blocks)
    assert [(problem.place, words in problem.message) for problem in problems] == [(place, True)]


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in items %}{% for b in items %}{% for c in items %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in (1..100000000) %}x{% endfor %}",
        "{% assign n = 99999999 %}{% for a in items %}{% assign n = n | times: n %}{% endfor %}{{ n }}",
    ],
)
def test_what_would_never_end_ends(text: str):
    with pytest.raises(RenderingError, match=r"limit|too large"):
        render(a_prompt(text, ITEMS), {"items": list(range(100))}, **ROOM)


def test_values_are_never_read_as_templates():
    content = a_prompt("{{ a }} {{ b }}", [{"name": "a"}, {"name": "b"}])
    rendered = render(content, {"a": "{{ b }}", "b": "secret words"}, **ROOM)
    assert rendered.messages[-1]["content"].count("secret words") == 1


def test_only_used_blocks_and_variables_are_told():
    content = a_prompt("{% include 'a' %}{{ call.transcript.first.text }}", [
        {"name": "call.transcript", "type": "transcript"}, {"name": "idle"},
    ])  # fmt: skip
    blocks = {"a": "{% include 'b' %}", "b": "B", "c": "C"}
    assert included_blocks(content, blocks) == {"a": "{% include 'b' %}", "b": "B"}
    content = VersionContent.from_json({**content.as_json(), "blocks": blocks})
    assert used_variables(content) == {"call.transcript"}


def test_a_prompt_is_checked_as_a_whole():
    content = VersionContent.from_json(
        {
            "messages": [{"role": "narrator", "content": "x"}, {"role": "assistant", "content": " "}],
            "variables": [
                {"name": "Bad Name"}, {"name": "call", "type": "object"}, {"name": "call.day", "type": "moment"},
                {"name": "sum", "type": "number", "default": "many"}, {"name": "sum", "type": "number"},
            ],
            "response_schema": {"type": "obiect"},
        }
    )  # fmt: skip
    names = [problem.name for problem in check_content(content)]
    assert names == ["messages", "role", "content", "messages", "Bad Name", "call", "call.day", "sum", "sum", "sum",
                     "response_schema"]  # fmt: skip


def test_an_unknown_value_names_what_there_is():
    assert problems_of(a_prompt("{{ items }}", ITEMS), {"items": [], "itmes": []}) == [("itmes", "")]
