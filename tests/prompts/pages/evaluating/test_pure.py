"""Pure parts: two answers word by word, and assertions in words and in fields."""

from hypothesis import given
from hypothesis import strategies as st

from prompts.pages.evaluating.answer_diff import MOST_WORDS, diff_answers, readable
from prompts.pages.evaluating.assertion_fields import as_json, typed_value
from prompts.pages.evaluating.assertion_words import said_of
from prompts.pages.evaluating.wording import duration, money, percent, points, span

TEXT = st.text(alphabet="ab cd.\nñя", max_size=60)
JSON = st.recursive(
    st.booleans() | st.integers(-99, 99) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(TEXT, TEXT)
def test_a_diff_loses_no_letter_and_says_same_only_of_the_same(left, right):
    found = diff_answers(left, right)
    assert "".join(piece.text for piece in found.left) == left
    assert "".join(piece.text for piece in found.right) == right
    assert found.is_same == (left == right)


def test_long_answers_are_compared_by_lines():
    left = "one two three\n" * MOST_WORDS
    found = diff_answers(left, left + "one more line\n")
    assert [piece.text for piece in found.right if piece.kind == "added"] == ["one more line\n"]


@given(st.text(min_size=1, max_size=12) | st.booleans() | st.integers(-99, 99) | st.dictionaries(st.text(), st.none()))
def test_a_value_typed_as_it_is_shown_is_read_as_it_was(value):
    assert as_json(typed_value(value, scalars=True), scalars=True) == value


def test_assertions_read_as_sentences():
    assert said_of({"kind": "contains", "value": ["a", "b"], "any": True}) == "Contains: “a” or “b”"
    assert said_of({"kind": "length", "min": 5, "max": 20, "unit": "sentences"}) == "Length: 5 to 20 sentences"
    assert said_of({"kind": "json_path", "path": "$.score", "min": 3}) == "Has at a path: $.score at least 3"
    assert said_of({"kind": "unheard of"}) == "The checks of the version"


def test_answers_in_json_are_indented_and_texts_stay():
    assert readable('{"a":1}', {"a": 1}) == '{\n  "a": 1\n}'
    assert readable("Yes.", None) == "Yes."


def test_figures_read_as_people_write_them():
    assert (percent(None), percent(0.512)) == ("–", "51\N{NARROW NO-BREAK SPACE}%")
    assert (points(-0.04), span(-0.09, 0.04, hundred=True)) == ("\N{MINUS SIGN}4", "\N{MINUS SIGN}9 to 4")
    assert (duration(250), duration(2500)) == ("250 ms", "2.5 s")
    assert (money("0.000110"), money("12.345", "EUR")) == ("0.000110", "12.34\N{NARROW NO-BREAK SPACE}EUR")
