"""Cases as files: taken back as they were given out, and mistakes named with their line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testcases.content.files import CaseFile, read_case_file, write_case_file
from testcases.content.problems import ContentError
from testcases.content.reading import read_content
from tests.testcases.factories import CONTENT

TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=40)


def case_file(**changes: object) -> CaseFile:
    values = {"name": "price", "title": "Price", "test_type": "closing", "difficulty_level": "advanced",
              "language": "en", "description": "Two\nlines", "skills": ("closing",),
              "content": read_content({**CONTENT, **changes})}  # fmt: skip
    return CaseFile(**values)  # type: ignore[arg-type]


def test_a_file_is_taken_back_as_it_was_given_out() -> None:
    case = case_file()
    assert read_case_file(write_case_file(case)) == case


@given(TEXTS.filter(str.strip), TEXTS)
def test_any_text_comes_back(scenario: str, outcome: str) -> None:
    case = case_file(scenario=scenario, expected_outcome=outcome)
    assert read_case_file(write_case_file(case)) == case


def test_name_and_language_may_come_from_where_the_file_lies() -> None:
    text = write_case_file(case_file()).replace("name: price\n", "").replace("language: en\n", "")
    assert read_case_file(text, name="elsewhere", language="en").name == "elsewhere"


def test_mistakes_are_named_with_their_line() -> None:
    text = write_case_file(case_file()).replace("mood: 0.1", "mood: 5")
    with pytest.raises(ContentError) as caught:
        read_case_file(text)
    [problem] = caught.value.problems
    lines = text.splitlines()
    assert problem.path == "/content/persona/mood"
    assert lines[problem.line - 1].strip() == "mood: 5"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", ["", "a: [", "- 1", "name: x", "a: &a [*a]", "x" * 400_000, "a: 2024-01-01", "!!python/object:x"]
)
def test_what_is_no_case_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_case_file(text)
    assert all(str(problem) for problem in caught.value.problems)
