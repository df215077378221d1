"""A change is told as one of the mix, of the rate or of chance, and its parts add up."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from decisions.winrate.change import decompose, settle_decompositions

PLACES = st.dictionaries(
    st.sampled_from([("", (key,)) for key in "abcdef"]),
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (pair[0], pair[0] + pair[1])),
)


def says(before, after):
    found = decompose("region", before, after)
    settle_decompositions([found])
    return found


def counts(**groups):
    return {("", (key,)): value for key, value in groups.items()}


@settings(max_examples=150, deadline=None)
@example(before={("", ("a",)): (0, 1)}, after={("", ("a",)): (0, 9), ("", ("b",)): (0, 0)})
@given(PLACES, PLACES)
def test_the_parts_add_up_to_the_change_and_hold_no_infinity(before, after):
    found = decompose("region", before, after)
    if found is None:
        return
    whole = found["change"]["absolute"]
    assert found["mix"] + found["rate"] + found["both"] == pytest.approx(whole, abs=1e-9)
    for part in ("mix", "rate", "both"):
        assert sum(one[part] for one in found["effects"]) == pytest.approx(found[part], abs=1e-9)
    assert all(np.isfinite(found[key]) for key in ("mix_low", "mix_high", "rate_low", "rate_high"))


def test_more_deals_of_the_kind_that_wins_less_is_mix():
    found = says(counts(A=(300, 500), B=(100, 500)), counts(A=(120, 200), B=(160, 800)))
    assert (found["says"], found["rate"]) == ("mix", pytest.approx(0))
    assert found["mix"] == pytest.approx(-0.12)


def test_winning_less_everywhere_with_the_same_deals_is_rate():
    found = says(counts(A=(300, 500), B=(100, 500)), counts(A=(230, 500), B=(50, 500)))
    assert (found["says"], found["mix"]) == ("rate", pytest.approx(0))
    assert found["rate_high"] < 0


def test_both_at_once_and_neither():
    assert says(counts(A=(300, 500), B=(100, 500)), counts(A=(90, 200), B=(80, 800)))["says"] == "both"
    assert says(counts(A=(300, 500), B=(100, 500)), counts(A=(295, 505), B=(103, 495)))["says"] == "noise"


def test_a_group_that_only_one_period_has_is_mix_and_small_ones_are_taken_together():
    found = says(counts(A=(50, 100)), counts(A=(50, 100), New=(10, 100), c=(1, 2), d=(1, 3), e=(3, 8)))
    effects = {one["key"]: one for one in found["effects"]}
    assert set(effects) == {"A", "New", "(others)"}
    assert effects["New"]["rate"] == 0
    assert effects["New"]["mix"] < 0


def test_one_group_or_an_empty_period_is_nothing_to_decompose():
    assert decompose("region", counts(A=(5, 20)), counts(A=(9, 20))) is None
    assert decompose("region", {}, counts(A=(9, 20), B=(1, 20))) is None


def test_noise_is_seldom_given_a_cause_and_planted_causes_are_named():
    rng = np.random.default_rng(4)

    def draw(shares, rates):
        n = rng.multinomial(800, shares)
        return {("", (str(place),)): (int(rng.binomial(n[place], rates[place])), int(n[place])) for place in range(4)}

    even, rates = [0.25] * 4, [0.6, 0.4, 0.4, 0.3]
    noise = [says(draw(even, rates), draw(even, rates))["says"] for _ in range(400)]
    assert noise.count("noise") / 400 >= 0.93
    mix = [says(draw(even, rates), draw([0.05, 0.2, 0.25, 0.5], rates))["says"] for _ in range(100)]
    assert mix.count("mix") >= 85
    worse = [says(draw(even, rates), draw(even, [0.45, 0.25, 0.25, 0.15]))["says"] for _ in range(100)]
    assert worse.count("rate") >= 85
