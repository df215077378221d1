"""Figures held against published and hand-computed ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as reference_mcnemar
from statsmodels.stats.proportion import proportion_confint

from prompts.evaluation.agreement import judge_agreement
from prompts.evaluation.intervals import bootstrap_mean, mean, quantile, share, share_of_shares
from prompts.evaluation.pairing import holm, mcnemar, paired_scores, paired_shares


def near(value, digits=3):
    return pytest.approx(value, abs=0.5 * 10**-digits)


def pairs(both, lost, gained, neither):
    return [(True, True)] * both + [(True, False)] * lost + [(False, True)] * gained + [(False, False)] * neither


def test_wilson_is_newcombes_first_example():
    # Newcombe (1998), Statistics in Medicine 17:857, table I: 81 of 263.
    figure = share(81, 263)
    assert (figure.low, figure.high) == (near(0.2553, 4), near(0.3662, 4))


def test_a_difference_of_paired_shares_is_the_published_one():
    # Fagerland, Lydersen and Laake (2014), Statistics in Medicine 33:2850: airway hyper-responsiveness of 21 children.
    found = paired_shares(pairs(1, 7, 1, 12))
    assert found.figure.value == near(-0.286)
    assert (found.figure.low, found.figure.high) == (near(-0.507), near(-0.026))
    assert found.p == near(0.0703, 4)  # 2 × (1 + 8) / 2^8


def test_holm_is_his_stepping_down_by_hand():
    # 0.005 × 4, 0.01 × 3, 0.03 × 2, and 0.04 × 1 raised to what stands before it; what was not tested does not count.
    assert holm([0.01, 0.04, None, 0.03, 0.005]) == [near(0.03), near(0.06), None, near(0.06), near(0.02)]
    assert holm([]) == [] and holm([None]) == [None]


def test_signed_ranks_by_hand():
    # Ranks 1 to 5, all on one side: 2 of the 2^5 signs are as far out.
    found = paired_scores([0.1, 0.2, 0.3, 0.4, 0.5])
    assert found.p == near(2 / 32, 6)
    assert found.figure.value == near(0.3, 6)
    assert found.figure.low < 0.3 < found.figure.high


def test_a_mean_is_students():
    # 0.2, 0.4, 0.6: mean 0.4, standard error 0.2 / √3, t(0.975; 2) = 4.3027.
    figure = mean([0.2, 0.4, 0.6])
    assert (figure.low, figure.high) == (near(0.4 - 4.3027 * 0.2 / 3**0.5, 4), near(0.4 + 4.3027 * 0.2 / 3**0.5, 4))
    assert mean([0.2, 0.4, 0.6], least=0, most=0.5).low == 0


def test_what_the_data_do_not_tell_has_no_interval():
    assert mean([0.5]).low is None and mean([1.0, 1.0]).high is None
    assert share(0, 0).value is None and bootstrap_mean([]).n == 0
    assert quantile([1.0, 2.0, 3.0], 0.95).high is None
    assert paired_scores([0.0, 0.0]).p == 1.0 and paired_scores([]).p is None


def test_a_quantile_has_the_interval_of_its_ranks():
    # Binomial(100, 0.5): P(X <= 39) = 0.0176, so that the 40th and the 61st value bound the median.
    figure = quantile([float(n) for n in range(1, 101)], 0.5)
    assert (figure.low, figure.high) == (40, 61)


def test_repeats_of_a_case_count_as_one_case():
    assert share_of_shares([1.0] * 10) == share(10, 10)
    assert share_of_shares([0.5, 1.0, 0.5, 1.0]).n == 4


def test_kappa_of_a_judge_is_cohens_weighted():
    # Squared distances: observed mean 1/4, of all 16 pairs (17 + 7 + 5 + 11) / 16 = 5/2; kappa = 1 - 1/10.
    found = judge_agreement([(1, 1), (2, 3), (3, 3), (4, 4)])
    assert found.kappa.value == near(0.9, 6)
    assert found.same.value == 0.75 and found.near.value == 1
    assert found.bias.value == 0.25
    assert found.as_json()["enough"] is False


def test_a_judge_who_gives_all_the_same_score_shows_no_agreement():
    found = judge_agreement([(5, 5), (5, 5), (5, 5)])
    assert found.kappa.value is None and found.alpha.value is None and found.strength == ""
    blind = judge_agreement([(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)])
    assert blind.kappa.value == near(0)


@given(st.integers(0, 30), st.integers(0, 30))
def test_mcnemar_is_that_of_statsmodels(lost, gained):
    expected = reference_mcnemar([[3, lost], [gained, 5]], exact=True).pvalue
    assert mcnemar(lost, gained) == pytest.approx(expected)


@given(st.integers(1, 400), st.floats(0, 1))
def test_wilson_is_that_of_statsmodels(n, part):
    successes = round(n * part)
    low, high = proportion_confint(successes, n, method="wilson")
    found = share(successes, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


@given(*[st.integers(0, 25)] * 4)
def test_an_interval_of_a_difference_holds_the_difference_and_turns_with_it(both, lost, gained, neither):
    there, back = paired_shares(pairs(both, lost, gained, neither)), paired_shares(pairs(both, gained, lost, neither))
    if both + lost + gained + neither:
        assert -1 <= there.figure.low <= there.figure.value <= there.figure.high <= 1
        assert (there.figure.low, there.p) == (pytest.approx(-back.figure.high, abs=1e-9), pytest.approx(back.p))


def test_a_bootstrap_is_the_same_every_time():
    values = list(np.linspace(-0.2, 0.5, 12))
    assert bootstrap_mean(values) == bootstrap_mean(values)
