"""Documents of cases: each mistake is named with its place, and what was written is read back the same."""

import math
from typing import Any

import pytest

from testcases.content.criteria_text import is_weak
from testcases.content.document import CaseContent
from testcases.content.problems import ContentError
from testcases.content.reading import read_content, without_defaults, write_content
from tests.testcases.factories import CONTENT


def problems_of(**changes: Any) -> dict[str, str]:
    with pytest.raises(ContentError) as caught:
        read_content({**CONTENT, **changes})
    return {problem.path: problem.message for problem in caught.value.problems}


def test_a_document_is_read_back_as_it_was_written() -> None:
    content = read_content(CONTENT)
    assert read_content(write_content(content)) == content
    assert read_content(without_defaults(content)) == content
    assert isinstance(content, CaseContent)
    assert content.facts[0].asked == ("How many chairs do you have?",)
    assert isinstance(content.pass_mark, float)


def test_every_mistake_is_named_with_its_place() -> None:
    found = problems_of(
        persona={"name": " ", "mood": 3},
        facts=[{"text": "A", "wisdom": 1}],
        begins="nobody",
        criteria=[{"key": "Bad Key", "text": "x", "judge": {}, "weight": 11}],
    )
    assert found == {
        "/begins": "Choose one of agent, customer.",
        "/criteria/0/judge/kind": "This is missing.",
        "/criteria/0/key": "A key begins with a small letter or digit and has small letters, digits, - and _ only.",
        "/criteria/0/weight": "At most 10.",
        "/facts/0/key": "This is missing.",
        "/facts/0/wisdom": "There is no such part. Remove it, or look at its spelling.",
        "/persona/mood": "At most 1.",
        "/persona/name": "This must not be empty.",
    }


def test_each_missing_part_is_named() -> None:
    with pytest.raises(ContentError) as caught:
        read_content({"language": "en"})
    paths = [problem.path for problem in caught.value.problems]
    assert paths == ["/criteria", "/expected_outcome", "/goal", "/persona", "/scenario"]


def test_keys_are_told_apart_and_facts_can_be_asked_for() -> None:
    twice = {"key": "a", "text": "A", "asked": ["a?"]}
    assert "/facts/1/key" in problems_of(facts=[twice, twice])
    assert "/facts/0/asked" in problems_of(facts=[{"key": "a", "text": "A"}])


@pytest.mark.parametrize("bad", [math.nan, math.inf, "a\x00b", "\ud800", object()])
def test_what_databases_do_not_keep_is_refused(bad: Any) -> None:
    assert "" in problems_of(scenario=bad)


@pytest.mark.parametrize("bad", [None, [], "text", 3])
def test_what_is_no_object_is_refused(bad: Any) -> None:
    with pytest.raises(ContentError):
        read_content(bad)


def test_a_criterion_may_be_a_sentence_and_says_that_it_is_weak() -> None:
    content = read_content({**CONTENT, "criteria": ["Asks about budget", "Asks about budget", *CONTENT["criteria"]]})
    assert [each.key for each in content.criteria[:2]] == ["asks_about_budget", "asks_about_budget_2"]
    assert [is_weak(each) for each in content.criteria] == [True, True, False, False]


def test_what_judges_say_of_a_rule_stands_at_its_place() -> None:
    rule = {"kind": "all", "rules": [{"kind": "said", "phrases": ["a"]}, {"kind": "said"}]}
    found = problems_of(criteria=[{"key": "a", "text": "A", "judge": rule}])
    assert found == {"/criteria/0/judge/rules/1/phrases": "This is missing."}


def test_what_judges_say_is_told_beside_every_other_mistake() -> None:
    bad = {"key": "a", "text": "A", "judge": {"kind": "said"}}
    found = problems_of(pass_mark=900, criteria=[bad, {"key": "b", "text": "B", "judge": 3}, 5, {"key": "c"}])
    assert {"/pass_mark", "/criteria/0/judge/phrases", "/criteria/1/judge", "/criteria/2"} <= set(found)
    with pytest.raises(ContentError):
        read_content({"criteria": [bad], "language": "xx"})
