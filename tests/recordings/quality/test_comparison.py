"""What a scorecard would change: figures worked out by hand, and the diff of two versions."""

from decimal import Decimal

import pytest

from recordings.quality.changes import compare_versions
from recordings.quality.comparison import Measured, compare_scores, mean_interval
from recordings.quality.grades import grade_of


@pytest.mark.parametrize(
    ("total", "grade"), [(100, "A"), (80, "A"), (79.99, "B"), (60, "B"), (40, "C"), (20, "D"), (19.99, "E"), (0, "E")]
)
def test_grades_change_every_twenty_points(total, grade):
    assert grade_of(total) == grade


def measured(call, before, after, agent="a"):
    return Measured(call, agent, *(None if each is None else Decimal(each) for each in (before, after)))


def test_a_preview_by_hand():
    rows = [measured("1", 85, 75), measured("2", 50, 55), measured("3", 70, 70, "b"), measured("4", None, 60)]
    found = compare_scores([], [*rows, measured("5", 60, None)])
    assert (found["n"], found["only_after"], found["only_before"], found["changed"]) == (3, 1, 1, 1)
    assert found["grade_changes"] == [{"from": "A", "to": "B", "n": 1}]
    assert (found["mean_before"]["mean"], found["mean_after"]["mean"]) == (68.33, 66.67)
    assert [row["call"] for row in found["movers"]] == ["1", "2"]
    assert found["histogram_after"] == [0, 0, 0, 0, 0, 1, 0, 2, 0, 0]
    assert found["agents"][0] == {
        "agent": "a", "n": 2, "before": 67.5, "after": 65.0, "grade_before": "B", "grade_after": "B"
    }  # fmt: skip


def test_the_interval_of_a_mean_is_students():
    # t(0.975, 4) = 2.776, s = 1.5811: 3 ± 1.963
    assert mean_interval([1, 2, 3, 4, 5]) == {"n": 5, "mean": 3.0, "low": 1.04, "high": 4.96}
    assert mean_interval([100, 100, 70], within=(0, 100))["high"] == 100
    assert mean_interval([7])["low"] is None


A, B, C = ({"key": key, "name": key.upper(), "weight": 1} for key in "abc")


def kinds(before, after):
    return [(change.kind, change.key) for change in compare_versions(before, after, {"critical": False})]


def test_versions_are_compared_by_key():
    assert kinds([A, B], [A, B]) == []
    assert kinds([A, B], [B, A]) == [("moved", "b"), ("moved", "a")]
    assert kinds([A, B], [A, {**B, "critical": True}]) == [("changed", "b")]
    assert kinds([A, B], [A, {**B, "critical": False}]) == []
    assert kinds([A, B], [A, B, C]) == [("weighed", "a"), ("weighed", "b"), ("added", "c")]
    assert kinds([A, B], [A]) == [("weighed", "a"), ("removed", "b")]


def test_a_weight_that_is_no_number_is_a_change_like_any_other():
    (change,) = compare_versions([A], [{**A, "weight": "much"}], {})
    assert (change.fields[0].after, change.share_after) == ("much", None)
