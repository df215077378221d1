"""Agreement is what its authors published, what other libraries find, and bounded whatever people answer."""

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater

from recordings.quality.agreement import (
    Agreement,
    cohens_kappa,
    fleiss_kappa,
    krippendorffs_alpha,
    percent_agreement,
)

# Fleiss 1971, table 1: 30 patients, 6 psychiatrists, five diagnoses (as statsmodels and R's irr spell them out).
FLEISS_1971 = [
    "444444", "222555", "233335", "555555", "222444", "113333", "333355", "113334", "114444", "555555",
    "144444", "124444", "222333", "144444", "224445", "333335", "111455", "111112", "224444", "133555",
    "555555", "244444", "224555", "114444", "144445", "222224", "111155", "224444", "133333", "555555",
]  # fmt: skip
# The worked example with 14 judges and 10 subjects, as counts per category; kappa 0.2099307.
FOURTEEN = (
    (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
)  # fmt: skip
# Krippendorff 2011, example D: 4 observers, 12 units, with gaps.
KRIPPENDORFF_2011 = (
    "1 2 3 3 2 1 4 1 2 * * *",
    "1 2 3 3 2 2 4 1 2 5 * 3",
    "* 3 3 3 2 3 4 2 2 5 1 *",
    "1 2 3 3 2 4 4 1 2 5 1 *",
)
# SAS, PROC FREQ: two judges, simple kappa 0.4842 (ASE 0.1380), linearly weighted 0.4701 (ASE 0.1457).
SAS = ((0, 4, 1), (0, 8, 0), (0, 1, 5))
# R, irr::anxiety, raters 2 and 3 (nobody gave a 5): kappa2 -0.006289308, equal weights 0.1459075, squared 0.2520325.
ANXIETY = ("36462424332333221334", "21443216111233113322")


def rows_of(text):
    return [list(row) for row in text]


def spread(counts):
    return [[str(name) for name, times in enumerate(row) for _ in range(times)] for row in counts]


def pairs_of(table):
    return [(str(a), str(b)) for a, row in enumerate(table) for b, times in enumerate(row) for _ in range(times)]


def krippendorffs_rows():
    return [
        [None if each == "*" else each for each in unit]
        for unit in zip(*(r.split() for r in KRIPPENDORFF_2011), strict=True)
    ]


def test_fleiss_kappa_is_the_published_one():
    found = fleiss_kappa(rows_of(FLEISS_1971))
    table = inter_rater.aggregate_raters(np.array([list(map(int, row)) for row in FLEISS_1971]))[0]
    assert found.value == pytest.approx(0.430, abs=5e-4)
    assert found.value == pytest.approx(inter_rater.fleiss_kappa(table), abs=1e-12)
    assert found.low < 0.430 < found.high and found.n == 30 and found.enough
    assert fleiss_kappa(spread(FOURTEEN)).value == pytest.approx(0.2099307, abs=1e-6)


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorffs_alpha_is_the_published_one(level, published):
    rows = krippendorffs_rows()
    found = krippendorffs_alpha(rows, level=level, categories="12345")
    values = [[np.nan if each is None else float(each) for each in judge] for judge in zip(*rows, strict=True)]
    assert found.value == pytest.approx(published, abs=5e-4)
    assert found.value == pytest.approx(krippendorff.alpha(values, level_of_measurement=level), abs=1e-9)
    assert found.low < found.value < found.high and found.n == 11


def test_cohens_kappa_and_its_error_are_those_of_sas():
    for weights, kappa, low, high in (("", 0.4842, 0.2137, 0.7547), ("linear", 0.4701, 0.1845, 0.7558)):
        found = cohens_kappa(pairs_of(SAS), categories="012", weights=weights)
        assert (found.value, found.low, found.high) == pytest.approx((kappa, low, high), abs=5e-5)
        other = inter_rater.cohens_kappa(np.array(SAS), wt=weights or None)
        assert (found.value, found.low, found.high) == pytest.approx(
            (other.kappa, other.kappa_low, other.kappa_upp), abs=1e-12
        )


@pytest.mark.parametrize(("weights", "kappa"), [("", -0.006289308), ("linear", 0.1459075), ("quadratic", 0.2520325)])
def test_weighted_kappa_is_that_of_rs_irr(weights, kappa):
    found = cohens_kappa(list(zip(*ANXIETY, strict=True)), categories="12346", weights=weights)
    assert found.value == pytest.approx(kappa, abs=1e-6)


def test_the_share_of_agreement_has_wilsons_interval_for_two():
    found = percent_agreement([("yes", "yes")] * 8 + [("yes", "no")] * 2 + [("yes", None)])
    assert (found.value, found.n) == (0.8, 10)
    assert (found.low, found.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert percent_agreement([("yes", "yes", "no")]).value == pytest.approx(1 / 3)


@pytest.mark.parametrize("measure", [percent_agreement, cohens_kappa, fleiss_kappa, krippendorffs_alpha])
def test_nobody_to_compare_with_is_no_agreement(measure):
    for rows in ([], [("yes", None), (None, "no")]):
        found = measure(rows)
        assert (found.value, found.low, found.high, found.n, found.strength) == (None, None, None, 0, "")


@pytest.mark.parametrize("measure", [cohens_kappa, fleiss_kappa, krippendorffs_alpha])
def test_one_answer_everywhere_tells_nothing_beyond_chance(measure):
    found = measure([("yes", "yes")] * 40)
    assert (found.value, found.low, found.n) == (None, None, 40)
    assert percent_agreement([("yes", "yes")] * 40).value == 1.0


@pytest.mark.parametrize("measure", [cohens_kappa, fleiss_kappa, krippendorffs_alpha])
def test_three_calls_all_agreed_on_do_not_make_a_sure_one(measure):
    found = measure([("yes", "yes"), ("no", "no"), ("no", "no")])
    assert found.value == found.high == 1.0 and found.low < 0.2 and not found.enough


def test_an_answer_outside_the_scale_is_refused():
    with pytest.raises(ValueError, match="none of"):
        krippendorffs_alpha([("6", "5")], categories="12345")


def test_the_words_are_those_of_landis_and_koch():
    sizes = (-0.1, 0.2, 0.21, 0.4, 0.6, 0.8, 0.81, 1.0)
    words = [Agreement(size, None, None, 9).strength for size in sizes]
    assert words == [
        "poor", "slight", "fair", "fair", "moderate", "substantial", "almost perfect", "almost perfect",
    ]  # fmt: skip


ANSWERS = st.lists(st.tuples(*[st.sampled_from(["1", "2", "3", None])] * 3), min_size=1, max_size=25)


@settings(max_examples=40, deadline=None)
@given(ANSWERS)
def test_whatever_is_answered_the_measures_hold_together(rows):
    values = [[np.nan if each is None else float(each) for each in judge] for judge in zip(*rows, strict=True)]
    for level in ("nominal", "ordinal", "interval"):
        found = krippendorffs_alpha(rows, level=level, categories="123")
        if found.value is not None:
            assert found.value == pytest.approx(krippendorff.alpha(values, level_of_measurement=level), abs=1e-9)
            assert found.value <= 1 and (found.low is None or found.low <= found.value <= found.high)
    share = percent_agreement(rows)
    assert share.value is None or 0 <= share.low <= share.value <= share.high <= 1
    both = [(a, b) for a, b, _ in rows if a and b]
    kappa = cohens_kappa([row[:2] for row in rows])
    assert kappa.n == len(both)
    if kappa.value is not None:
        assert kappa.value == pytest.approx(cohen_kappa_score(*zip(*both, strict=True)), abs=1e-9)
        assert -1 <= kappa.low <= kappa.value <= kappa.high <= 1
    assert krippendorffs_alpha(rows) == krippendorffs_alpha(rows)  # the seed is fixed
