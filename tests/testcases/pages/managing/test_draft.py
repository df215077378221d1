"""What is written in the editor is the document again, and what is wrong stands where it is."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from testcases.judging.forms import example_forms, form_problems
from testcases.judging.rules.kinds import KINDS, rules_within
from testcases.pages.managing.editing.draft import Draft
from testcases.pages.managing.editing.page import rule_context
from tests.testcases.factories import make_content
from tests.testcases.pages.managing.forms import as_query, sent


def criterion(rule, **changes):
    return {"key": "it", "text": "It is so", "judge": rule, "weight": 1, **changes}


def read(document, **changes):
    return Draft.read(as_query(sent(document, **changes)), "en")


def test_a_case_comes_back_from_the_form_as_it_went_in():
    document = make_content(replies={"silence": ["Are you there?"]}, time_limit=90)
    draft = read(document)
    assert draft.document == document
    assert draft.check() is not None
    assert draft.problem_count == 0


@pytest.mark.parametrize("example", example_forms(), ids=lambda each: each.name)
def test_every_example_of_the_judges_comes_back_as_it_is_judged(example):
    draft = read(make_content(criteria=[criterion(dict(example.rule))]))
    rule = draft.document["criteria"][0]["judge"]
    again = Draft.of(make_content(criteria=[criterion(rule)]), "en").document["criteria"][0]["judge"]
    assert (form_problems(rule), rule) == ([], again)
    assert draft.check() is not None
    assert draft.criteria[0].sentence.endswith(".")


leaves = st.sampled_from([dict(each.rule) for each in example_forms() if each.kind in ("said", "meaning", "asked")])
rules = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"kind": "all", "rules": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"kind": "any", "rules": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"kind": "not", "rule": part}, inner),
        st.builds(lambda one, other: {"kind": "when", "if": one, "then": other}, inner, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(rule=rules)
def test_nested_rules_come_back_as_they_were_built(rule):
    assume(not form_problems(rule))
    built = read(make_content(criteria=[criterion(rule)])).document["criteria"][0]["judge"]
    assert [each["kind"] for each in rules_within(built)] == [each["kind"] for each in rules_within(rule)]
    assert form_problems(built) == []
    assert read(make_content(criteria=[criterion(built)])).document["criteria"][0]["judge"] == built


def test_a_problem_of_an_inner_rule_stands_at_its_field():
    rule = {
        "kind": "all",
        "rules": [{"kind": "said", "phrases": ["hello"]}, {"kind": "said", "phrases": ["x"], "need": 4}],
    }
    draft = Draft.of({**make_content(), "criteria": [criterion(rule)]}, "en")
    assert draft.check() is None
    inner = draft.criteria[0].rule.slots[0].nodes[1]
    assert [each.problems for each in inner.fields if each.spec.name == "need"] == [["It asks for 4 of only 1."]]
    assert draft.criteria[0].sentence == ""


def test_an_empty_place_of_a_rule_asks_for_one():
    draft = Draft.of({**make_content(), "criteria": [criterion({"kind": "not"})]}, "en")
    assert draft.check() is None
    assert draft.criteria[0].rule.slots[0].problems == ["This is missing."]


def test_numbers_and_texts_that_cannot_be_used_are_told_once_at_their_field():
    draft = read(make_content(), **{"test-pass_mark": "lots", "persona-name": "", "test-attempts": "1.5"})
    assert draft.check() is None
    assert draft.single["test"].field("pass_mark").problems == ["Write a number."]
    assert draft.single["test"].field("attempts").problems == ["Write a whole number."]
    assert draft.single["persona"].field("name").problems == ["This must not be empty."]
    assert draft.whole == []


def test_a_criterion_without_a_judge_asks_how_it_is_judged():
    data = sent(make_content(criteria=[criterion({"kind": "said", "phrases": ["a"]})]))
    data[next(name for name in data if name.endswith("-kind") and name.startswith("r"))] = ""
    draft = Draft.read(as_query(data), "en")
    assert draft.check() is None
    assert draft.criteria[0].rule.problems == ["Choose how it is judged."]


def test_rows_left_empty_are_left_out_and_new_rows_get_a_key():
    data = sent(
        make_content(), facts=["f90", "f91"], **{"f91-text": "They open at nine.", "f91-asked": "When do you open?"}
    )
    facts = Draft.read(as_query(data), "en").document["facts"]
    assert [(each["key"], each["text"]) for each in facts] == [("they_open_at_nine", "They open at nine.")]


def test_the_builder_offers_every_kind_that_the_judges_know():
    assert [kind for kind, _title in rule_context()["kinds"]] == list(KINDS)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from(["facts", "criteria", "c1-judge", "r1-kind", "r1-rules", "r2-kind"]), st.lists(
    st.sampled_from(["f1", "c1", "r1", "r2", "all", "not", "", "x" * 50]), max_size=5), max_size=6))  # fmt: skip
def test_no_form_breaks_the_editor(data):
    draft = Draft.read(as_query(data), "en")
    assert draft.check() is None
    assert draft.problem_count > 0
