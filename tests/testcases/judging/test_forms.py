"""The form of rules: mistakes are named in their place, rules are told as sentences, examples can be judged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.language.types import Line
from testcases.content.document import Criterion
from testcases.judging.forms import KIND_NAMES, describe, example_forms, form_problems
from testcases.judging.rules.judge import judge_criterion
from testcases.judging.rules.kinds import KINDS
from testcases.judging.rules.transcript import Transcript


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("said", ""),
        ({"kind": "sung"}, "kind"),
        ({"kind": "said"}, "phrases"),
        ({"kind": "said", "phrases": ["…"]}, "phrases[0]"),
        ({"kind": "said", "phrases": ["a b"], "need": 2}, "need"),
        ({"kind": "said", "phrases": ["a b"], "whom": "agent"}, "whom"),
        ({"kind": "talk", "measure": "talk_share"}, ""),
        ({"kind": "talk", "measure": "talk_share", "at_least": 60, "at_most": 50}, "at_least"),
        ({"kind": "order", "steps": [{"kind": "said", "phrases": ["a b"]}]}, "steps"),
        ({"kind": "order", "steps": [{"kind": "said", "phrases": ["a b"]}, {"kind": "said"}]}, "steps[1].phrases"),
        ({"kind": "count", "of": {"kind": "talk", "measure": "turns", "at_most": 3}, "at_most": 1}, "of.kind"),
        ({"kind": "timing", "of": {"kind": "said", "phrases": ["a b"]}, "from": "after", "seconds": 5}, "after"),
        ({"kind": "forbidden"}, ""),
    ],
)
def test_what_is_wrong_is_named_in_its_place(rule, path):
    assert path in [problem.path for problem in form_problems(rule)]


def test_there_is_an_example_of_each_kind_that_is_right_told_and_judged():
    examples = example_forms()
    assert {each.kind for each in examples} == set(KINDS) == set(KIND_NAMES)
    talk = Transcript.of([Line(0, "agent", 0, 2, "Hello."), Line(1, "customer", 2, 4, "It is too expensive.")], "en")
    for each in examples:
        assert form_problems(each.rule) == []
        assert "%" not in describe(each.rule)
        assert judge_criterion(Criterion("k", "K", each.rule), talk).reason


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(sorted(KINDS)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "rule", "rules", "of", "phrases"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(NONSENSE)
def test_any_nonsense_is_told_and_never_breaks(rule):
    problems = form_problems(rule)
    assert problems or isinstance(rule, dict)
    assert all(problem.message for problem in problems)
