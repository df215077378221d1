"""Smooth lines against slow or other implementations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.smoothing import lowess, moving_average


def test_a_moving_average_begins_when_its_window_is_full_and_weighs_by_n():
    assert moving_average([1, 2, 3, 4], [1, 1, 1, 1], window=3) == [None, None, 2.0, 3.0]
    assert moving_average([1.0, None, 4.0], [1, 5, 3], window=3) == [None, None, 13 / 4]
    assert moving_average([None, None], [0, 0], window=2) == [None, None]


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=30), st.integers(1, 9))
def test_a_moving_average_equals_a_plain_mean_where_all_weigh_the_same(values, window):
    for n, smooth in enumerate(moving_average(values, [1.0] * len(values), window=window)):
        known = [value for value in values[max(0, n - window + 1) : n + 1] if value is not None]
        if n < window - 1 or not known:
            assert smooth is None
        else:
            assert smooth == pytest.approx(sum(known) / len(known), abs=1e-6)


def test_lowess_is_that_of_statsmodels():
    statsmodels = pytest.importorskip("statsmodels.nonparametric.smoothers_lowess")
    chance = np.random.default_rng(3)
    y = np.sin(np.arange(40) / 6) + chance.normal(0, 0.2, 40)
    y[11] = 9.0  # an outlier, which the rounds of robustness must take the weight from
    theirs = statsmodels.lowess(y, np.arange(40), frac=0.4, it=3, delta=0.0, return_sorted=False)
    assert lowess(list(y), fraction=0.4, rounds=3) == pytest.approx(list(theirs), abs=1e-6)


def test_lowess_keeps_gaps_and_a_straight_line_straight():
    line = [2.0 * n + 1 for n in range(12)]
    assert lowess(line) == pytest.approx(line)
    assert lowess([1.0, None, 2.0]) == [None] * 3
    smooth = lowess([*line[:5], None, *line[6:]])
    assert smooth[5] is None and smooth[6] == pytest.approx(13.0)
