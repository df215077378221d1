import json
from dataclasses import asdict

import pytest

from recordings.quality.criteria import default_criteria, read_criteria
from recordings.quality.errors import ScorecardError
from recordings.quality.rules.registry import RULES

ROW = {"key": "talk", "name": "Talking and listening", "weight": 10, "rule": "talk_ratio"}


def error_of(change: dict) -> ScorecardError:
    with pytest.raises(ScorecardError) as caught:
        read_criteria([{**ROW, **change}])
    return caught.value


def test_the_default_weights_sum_to_one_hundred_and_use_each_key_once():
    criteria = default_criteria()
    assert sum(criterion.weight for criterion in criteria) == 100
    assert len({criterion.key for criterion in criteria}) == len(criteria)
    assert all(criterion.guidance for criterion in criteria)


def test_criteria_survive_a_round_trip_through_json():
    rows = json.loads(json.dumps([asdict(criterion) for criterion in default_criteria()]))
    assert read_criteria(rows) == default_criteria()


def test_an_unknown_rule_is_answered_with_the_known_ones():
    message = error_of({"rule": "charm"}).message
    assert "“charm” is not a known rule" in message
    assert all(name in message for name in RULES)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weight": -1}, "weight"),
        ({"weight": 0}, "weight"),
        ({"critical": "yes"}, "critical"),
        ({"parameters": []}, "parameters"),
        ({"parameters": {"hgih": 1}}, "hgih"),
        ({"parameters": {"high": 2}}, "“high” must be a number from 0 to 1"),
        ({"parameters": {"high": None}}, "high"),
        ({"parameters": {"low": 0.9}}, "Swap"),
        ({"parameters": {"phrases": ["x"]}}, "phrases"),
        ({"rule": "forbidden_phrases", "parameters": {"phrases": ["open ( bracket"]}}, "brackets"),
        ({"rule": "objections_handled", "parameters": {"target": 3}}, "takes none"),
        ({"extra": 1}, "extra"),
    ],
)
def test_an_error_names_the_criterion_and_the_field(change, words):
    error = error_of(change)
    assert error.code == "scorecard_invalid"
    assert "Criterion 1 (“talk”)" in error.message
    assert words in error.message


def test_two_criteria_may_not_share_a_key():
    with pytest.raises(ScorecardError, match="twice"):
        read_criteria([ROW, ROW])
