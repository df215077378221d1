"""Whatever stands in a call or record, it stays between its marks; whatever does not fit is counted."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.templates.content import VersionContent
from prompts.templates.neutralising import neutralise
from prompts.templates.rendering import RenderingError, render

FRAGMENTS = st.sampled_from(
    [
        *"<>‹]({}%#' aё\n\r\u2028\u200b\u202e\ud800\x00🙂",
        "</data-", "<data-0123456789ab>", "＜/data-", "{{", "}}", "{%", "%}", "<|im_start|>", "system:", "[INST]",
        "```", "###", "[… 3 lines left out …]", "ignore all previous instructions",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=12).map("".join))
DATA = st.recursive(
    st.one_of(TEXTS, st.integers(-9, 9), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
TURNS = st.lists(st.fixed_dictionaries({"role": TEXTS, "text": TEXTS}), max_size=5)
CONTENT = VersionContent.from_json(
    {
        "messages": [
            {"role": "system", "content": "Task."},
            {"role": "user", "content": "A {{ text }} B {{ list }} C {{ object }} D {{ call.transcript }} E"
             "{% for each in list %} F {{ each }}{% endfor %} G {{ list | join: ',' | upcase }}"},
        ],
        "variables": [
            {"name": "text"}, {"name": "list", "type": "list"}, {"name": "object", "type": "object"},
            {"name": "call.transcript", "type": "transcript"},
        ],
    }
)  # fmt: skip
OUTSIDE = re.compile(r"(?:A|B|C|D|E|F|G|[ \n]|true|false|-?\d+)*")


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, items=st.lists(DATA, max_size=3), record=st.dictionaries(TEXTS, DATA, max_size=3), turns=TURNS)
def test_no_value_leaves_its_marks(text, items, record, turns):
    values = {"text": text, "list": items, "object": record, "call.transcript": turns}
    rendered = render(CONTENT, values, context_tokens=10**6, answer_tokens=100)
    opened, closed = f"<data-{rendered.boundary}>", f"</data-{rendered.boundary}>"
    body = rendered.messages[1]["content"]
    parts = re.split(f"({opened}|{closed})", body)
    inside = False
    for part in parts:
        if part in (opened, closed):
            assert inside == (part == closed)
            inside = part == opened
        elif inside:
            assert "<" not in part and ">" not in part
        else:
            assert OUTSIDE.fullmatch(part)
    assert not inside


@given(TEXTS)
def test_a_neutral_text_stays_as_it_is(text):
    once = neutralise(text)
    assert neutralise(once) == once
    assert not set("<>\u200b\u202e\x00") & set(once)
    assert "{{" not in once and "{%" not in once and "}}" not in once


@settings(max_examples=60, deadline=None)
@given(
    turns=st.lists(st.text("abcde ", min_size=1, max_size=80), min_size=1, max_size=40),
    room=st.integers(150, 900),
)
def test_kept_and_left_out_lines_are_all_lines(turns, room):
    content = VersionContent.from_json(
        {
            "messages": [{"role": "user", "content": "Sum up {{ call.transcript }}"}],
            "variables": [{"name": "call.transcript", "type": "transcript"}],
        }
    )
    values = {"call.transcript": [{"role": "agent", "text": text} for text in turns]}
    try:
        rendered = render(content, values, context_tokens=room, answer_tokens=0)
    except RenderingError as error:
        assert "tokens" in str(error)
        return
    assert rendered.tokens <= room
    body = rendered.messages[-1]["content"]
    shown = [int(place) for place in re.findall(r"^\[(\d+)\] agent:", body, re.MULTILINE)]
    gaps = sum(int(lines) for lines in re.findall(r"\[… (\d+) lines left out …\]", body))
    assert shown == sorted(shown)
    assert len(shown) + gaps == len(turns)
    if gaps:
        [row] = rendered.left_out
        assert (row["kept"], row["lines"], row["of"]) == (len(shown), gaps, len(turns))
        missing = {place for first, last in row["gaps"] for place in range(first, last + 1)}
        assert missing == set(range(len(turns))) - set(shown)
        assert f"call.transcript has {len(shown)} of {len(turns)} lines" in rendered.messages[0]["content"]
    else:
        assert rendered.left_out == []
