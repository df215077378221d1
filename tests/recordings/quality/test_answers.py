"""What may be answered to a question, and what answers add up to."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.quality.answers import nearest_answer, options_of, read_answer, total_of
from recordings.quality.criteria import read_criteria
from recordings.quality.errors import ScorecardError

QUESTIONS = [
    {"key": "greeting", "name": "Greeting", "weight": 1, "kind": "yes_no", "answered_by": "person"},
    {"key": "tone", "name": "Tone", "weight": 2, "kind": "scale", "scale": [1, 5], "answered_by": "person"},
    {
        "key": "close", "name": "Close", "weight": 1, "kind": "choice", "answered_by": "person", "critical": True,
        "choices": [
            {"key": "asked", "label": "Asked for it", "share": 1},
            {"key": "hinted", "label": "Hinted", "share": 0.5},
            {"key": "lied", "label": "Made something up", "share": 0, "fails": True},
        ],
    },
]  # fmt: skip
CRITERIA = read_criteria(QUESTIONS)


def test_a_total_is_what_the_answers_weigh():
    found = total_of(CRITERIA, {"greeting": "yes", "tone": "3", "close": "hinted"})
    assert (found.total, found.failed, found.missing) == (Decimal("62.50"), None, ())
    assert found.points["tone"] == (Decimal("25.00"), Decimal("50.00"))


def test_what_does_not_apply_leaves_its_weight_to_the_rest():
    assert total_of(CRITERIA, {"greeting": "yes", "tone": "na", "close": "hinted"}).total == Decimal("75.00")


def test_unanswered_questions_are_named():
    assert total_of(CRITERIA, {"greeting": "no"}).missing == ("tone", "close")


def test_a_failed_critical_question_brings_the_call_to_nothing():
    found = total_of(CRITERIA, {"greeting": "yes", "tone": "5", "close": "lied"})
    assert (found.total, found.failed) == (Decimal("0.00"), "close")


def test_nothing_that_applies_gives_no_total():
    assert total_of(CRITERIA, {"greeting": "na", "tone": "na", "close": "na"}).total is None


def test_a_foreign_answer_is_refused_with_those_that_are_possible():
    with pytest.raises(ScorecardError, match="yes, no, na"):
        read_answer(CRITERIA[0], "maybe")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "stars"}, "points, yes_no"),
        ({"kind": "scale", "scale": [5, 1]}, "two whole numbers"),
        ({"kind": "choice", "choices": [{"key": "a", "label": "A", "share": 1}]}, "2 to 9"),
        ({"rule": "talk_ratio"}, "a rule answers"),
        ({"answered_by": "oracle"}, "rule, model, person"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(change, told):
    with pytest.raises(ScorecardError, match=told):
        read_criteria([{**QUESTIONS[0], **change}])


@given(st.floats(0, 1), st.sampled_from(CRITERIA))
def test_no_answer_stands_nearer_to_a_share_than_the_one_chosen(share, criterion):
    given_share = Fraction(str(round(share, 6)))
    chosen = read_answer(criterion, nearest_answer(criterion, share)).share
    others = [option.share for option in options_of(criterion) if option.share is not None]
    assert abs(chosen - given_share) == min(abs(other - given_share) for other in others)


@given(st.dictionaries(st.sampled_from(["greeting", "tone"]), st.sampled_from(["yes", "5", "na"])))
def test_totals_stay_between_nothing_and_a_hundred(answers):
    fitting = {key: value for key, value in answers.items() if value in {o.value for o in options_of(_named(key))}}
    total = total_of(CRITERIA, fitting).total
    assert total is None or 0 <= total <= 100


def _named(key: str):
    return next(criterion for criterion in CRITERIA if criterion.key == key)
