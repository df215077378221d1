import sys

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from decisions.prediction.engine.boosted import _RATE, _plain
from decisions.prediction.engine.calibration import expected_error, fit_sigmoid, reliability
from decisions.prediction.engine.drift import measure_drift
from decisions.prediction.engine.fitting import fit_model
from decisions.prediction.engine.folds import random_folds, time_folds
from decisions.prediction.engine.frame import Frame, groups_of
from decisions.prediction.engine.ranking import area, gain
from decisions.prediction.engine.trees import score_trees
from tests.decisions.prediction.engine.rows import planted, with_fields


def scored(n=400, shift=1.0, seed=0):
    chance = np.random.default_rng(seed)
    outcome = (chance.random(n) < 0.4).astype(float)
    return outcome, chance.normal(size=n) + shift * outcome


def one_fold(rows):
    return np.zeros(len(rows), dtype=np.intp)


def test_the_area_is_that_of_the_curve_and_its_error_that_of_delong():
    outcome, score = scored()
    found = area(outcome, score, one_fold(outcome))
    wins = (score[outcome == 1][:, None] > score[outcome == 0]).astype(float)
    delong = wins.mean(axis=1).var(ddof=1) / len(wins) + wins.mean(axis=0).var(ddof=1) / wins.shape[1]

    assert found.auc == pytest.approx(roc_auc_score(outcome, score))
    assert (found.parts**2).sum() == pytest.approx(delong)


def test_intervals_of_the_area_hold_the_truth():
    true = 0.7602  # of normals one standard deviation apart: Φ(1/√2)
    found = [area(*scored(120, seed=seed), np.zeros(120, dtype=np.intp)) for seed in range(400)]
    share = np.mean([each.low <= true <= each.high for each in found])

    sys.stdout.write(f"{share:.3f} of 400 intervals hold it\n")
    assert share >= 0.93


def test_rows_repeated_within_clusters_say_no_more():
    outcome, score = scored(150)
    thrice = np.repeat(np.arange(150), 3)
    once = area(outcome, score, one_fold(outcome))
    repeated = area(outcome[thrice], score[thrice], one_fold(thrice), thrice)

    assert repeated.high - repeated.low == pytest.approx(once.high - once.low, rel=0.02)


def test_a_perfect_ranking_of_few_rows_is_not_called_certain():
    outcome = np.array([0.0] * 20 + [1.0] * 20)
    found = area(outcome, outcome, one_fold(outcome))

    assert found.auc == found.high == 1.0
    assert 0.5 < found.low < 0.97


def test_gains_are_paired():
    outcome, score = scored(2000)
    folds = one_fold(outcome)
    better = area(outcome, score + 0.3 * outcome, folds)
    found = gain(area(outcome, score, folds), better)

    assert 0 < found.low < found.gain < found.high


def test_sigmoids_make_log_odds_and_never_turn_the_ranking_round():
    chance = np.random.default_rng(1)
    odds = chance.normal(size=4000)
    outcome = (chance.random(4000) < 1 / (1 + np.exp(-odds))).astype(float)
    slope, shift = fit_sigmoid(3 * odds + 2, outcome)

    assert slope == pytest.approx(1 / 3, abs=0.03)
    assert shift == pytest.approx(-2 / 3, abs=0.1)
    assert fit_sigmoid(-odds, outcome)[0] == 0.0


def test_true_probabilities_have_no_error_beyond_chance_and_doubled_odds_have():
    chance = np.random.default_rng(2)
    said = chance.uniform(0.05, 0.95, 3000)
    outcome = (chance.random(3000) < said).astype(float)

    assert expected_error(outcome, said) < 0.04
    assert expected_error(outcome, said**2) > 0.1
    assert sum(each["low"] <= each["predicted"] <= each["high"] for each in reliability(outcome, said)) >= 8


def test_a_models_probabilities_mean_what_they_say():
    """Mean over seeds of observed − predicted among fresh rows, in each fifth by what was predicted."""
    gaps = []
    for seed in range(5):
        report = fit_model(planted(280, seed=seed)).report
        gaps.append([each["observed"] - each["predicted"] for each in report["calibration"]])
    sys.stdout.write(f"mean of observed - predicted {np.mean(gaps):+.3f}\n")
    assert abs(np.mean(gaps)) < 0.03
    assert np.abs(np.mean(gaps, axis=0)).mean() < 0.07


def test_clusters_are_never_on_both_sides_and_folds_cover_all_rows():
    outcome = np.tile([0.0, 1.0, 0.0], 60)
    clusters = np.repeat(np.arange(45), 4)
    tested = []
    for train, test in random_folds(outcome, clusters, seed=1):
        assert not set(clusters[train]) & set(clusters[test])
        tested.extend(test)
    assert sorted(tested) == list(range(180))


def test_blocks_of_days_are_predicted_from_earlier_days_alone():
    days = np.datetime64("2025-01-01") + np.random.default_rng(0).integers(0, 50, 300)
    blocks = list(time_folds(days, None))

    assert len(blocks) == 5
    for train, test in blocks:
        assert days[train].max() < days[test].min()


def test_trees_in_plain_arrays_say_what_the_library_says():
    chance = np.random.default_rng(3)
    matrix = chance.normal(size=(500, 6)).astype(np.float32)
    outcome = (matrix[:, 0] * matrix[:, 1] + chance.normal(size=500) > 0).astype(float)
    model = GradientBoostingClassifier(n_estimators=20, learning_rate=_RATE, random_state=0).fit(matrix, outcome)
    start = np.log(outcome.mean() / (1 - outcome.mean()))

    trees = [_plain(each.tree_) for each in model.estimators_[:, 0]]
    assert start + score_trees(trees, matrix.astype(float)) == pytest.approx(model.decision_function(matrix))


def test_drift_is_seen_where_it_is_and_only_there():
    document = fit_model(planted(280, seed=3)).document
    fresh = planted(280, seed=4)
    moved = with_fields(fresh, numbers={"x1": fresh.numbers["x1"] + 2}, groups={"g1": groups_of(["new"] * 280)})
    said = {each["feature"]: each["says"] for each in measure_drift(document, moved)}

    assert {name for name, says in said.items() if says == "moved"} == {"x1", "g1"}
    assert {each["says"] for each in measure_drift(document, fresh.taken(np.arange(9)))} == {"few"}


def test_groups_of_whom_too_much_is_promised_are_named():
    frame = planted(280, seed=3)
    wronged = groups_of(["north" if row % 2 else "south" for row in range(280)])
    outcome = np.where((wronged.codes == 0) & (np.arange(280) % 3 > 0), 0.0, frame.outcome)
    looked_at = Frame("deal_win", outcome, frame.days, frame.numbers, frame.groups, fairness={"region": wronged})
    said = {each["level"]: each["says"] for each in fit_model(looked_at).card["fairness"]}

    assert said == {"south": "over", "north": "under"}
