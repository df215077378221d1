import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.watching.drift import Sample, find_drift, psi


def sample(seed, *, score=0.7, valid=0.96, length=400.0, latency=900.0, model="m", n=200):
    drawn = np.random.default_rng(seed)
    return Sample(
        valid=list(drawn.random(n) < valid),
        scores=list(np.clip(drawn.normal(score, 0.15, n), 0, 1)),
        lengths=list(drawn.lognormal(np.log(length), 0.4, n)),
        latencies=list(drawn.lognormal(np.log(latency), 0.5, n)),
        models=[model] * n,
    )


def drifted(before, after):
    return {finding.metric for finding in find_drift(before, after) if finding.drifted}


@pytest.mark.parametrize("seed", range(5))
def test_the_same_answers_do_not_drift(seed):
    assert drifted(sample(seed), sample(seed + 100)) == set()


@pytest.mark.parametrize(
    ("change", "metric"),
    [({"score": 0.55}, "score"), ({"valid": 0.8}, "validity"), ({"length": 250.0}, "length"),
     ({"latency": 1800.0}, "latency"), ({"model": "another"}, "model")],
)  # fmt: skip
def test_what_changed_is_named(change, metric):
    assert drifted(sample(1), sample(2, **change)) == {metric}


def test_a_difference_too_small_to_matter_is_no_drift_however_sure():
    many = {"n": 5000}
    assert drifted(sample(1, **many), sample(2, score=0.72, **many)) == set()


def test_few_answers_say_nothing():
    assert find_drift(sample(1, n=49), sample(2, score=0.1)) == []


@given(st.lists(st.floats(0, 1), min_size=20, max_size=60), st.lists(st.floats(0, 1), min_size=20, max_size=60))
@settings(max_examples=50)
def test_stability_index_is_zero_for_the_same_and_never_negative(x, y):
    assert psi(x, x) == pytest.approx(0.0)
    assert psi(x, y) >= 0
