"""What the learned model knows of a deal's beginning and what its stage and age say count together."""

from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.forecasting.learned import Learned

SHARES = st.floats(min_value=0.02, max_value=0.98)


def blended(chance, course, base=0.4):
    deal = uuid4()
    return Learned(chances={deal: chance}, base=base).blended(deal, course)


@given(course=SHARES, base=SHARES)
def test_a_deal_like_any_other_keeps_what_its_course_says(course, base):
    assert blended(base, course, base) == pytest.approx(course)


@given(course=SHARES, low=SHARES, high=SHARES)
def test_a_better_beginning_and_a_later_stage_both_raise_the_chance(course, low, high):
    low, high = sorted((low, high))
    assert 0 < blended(low, course) <= blended(high, course) < 1
    assert blended(course, low) <= blended(course, high)


def test_without_the_record_or_a_prediction_nothing_is_put_together():
    assert blended(0.5, None) is None
    assert Learned(base=0.4).blended(uuid4(), 0.5) is None
    assert blended(0.5, 0.5, base=None) is None


def test_it_is_nearer_to_the_truth_than_either_alone():
    """Source and stage both matter, each on its own: 20,000 deals, fixed seed."""
    rng = np.random.default_rng(8)
    won = rng.random(20_000) < 0.4
    good_source = rng.random(20_000) < np.where(won, 0.6, 0.3)
    late_stage = rng.random(20_000) < np.where(won, 0.7, 0.35)

    def shares(group):
        return np.where(group, won[group].mean(), won[~group].mean())

    model, course = shares(good_source), shares(late_stage)
    both = np.array([blended(*each, base=won.mean()) for each in zip(model, course, strict=True)])
    brier = {name: ((said - won) ** 2).mean() for name, said in
             (("model", model), ("course", course), ("both", both))}  # fmt: skip
    assert brier["both"] < min(brier["model"], brier["course"]) - 0.005
    assert abs(both[good_source & late_stage].mean() - won[good_source & late_stage].mean()) < 0.02
