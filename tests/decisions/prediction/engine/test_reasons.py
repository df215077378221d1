from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

from decisions.prediction.engine.applying import base_log_odds, predict
from decisions.prediction.engine.boosted import learn_boosted
from decisions.prediction.engine.fitting import fit_model
from decisions.prediction.engine.frame import Frame, groups_of
from decisions.prediction.engine.trees import mean_of_trees, score_trees, shapley_of_trees
from tests.decisions.prediction.engine.rows import planted

NUMBERS = st.one_of(st.none(), st.floats(width=32, allow_nan=True, allow_infinity=True))


@pytest.fixture(scope="module")
def documents():
    return [
        fit_model(planted(seed=3)).document,
        fit_model(planted(400, seed=1, effect=2, crossed=True, numbers=2, groups=1)).document,
    ]


def test_both_forms_are_among_them(documents):
    assert [document["form"] for document in documents] == ["logistic", "boosted"]


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from(["level 0", "level 7", "new", None])), min_size=1))
def test_reasons_add_up_to_the_log_odds(documents, rows):
    first, second, level = zip(*rows, strict=True)
    days = np.full(len(rows), np.datetime64("NaT"), dtype="datetime64[D]")
    numbers = {"x0": np.array(first, dtype=float), "x1": np.array(second, dtype=float)}
    frame = Frame("deal_win", np.full(len(rows), np.nan), days, numbers, {"g0": groups_of(level)})

    for document in documents:
        for answer in predict(document, frame):
            total = base_log_odds(document) + sum(reason["effect"] for reason in answer.reasons)
            assert logit(answer.probability) == pytest.approx(total, abs=1e-9)
            assert [abs(reason["effect"]) for reason in answer.reasons] == sorted(
                (abs(reason["effect"]) for reason in answer.reasons), reverse=True
            )


def test_reasons_say_what_the_row_said(documents):
    frame = planted(50, seed=9)
    reasons = {reason["feature"]: reason for reason in predict(documents[0], frame)[0].reasons}

    assert reasons["x0"]["value"] == pytest.approx(frame.numbers["x0"][0])
    assert reasons["g0"]["level"] == frame.groups["g0"].levels[frame.groups["g0"].codes[0]]
    assert (reasons["x0"]["effect"] > 0) == (frame.numbers["x0"][0] > 0.1)


def test_effects_of_trees_are_shapley_values():
    """Against the definition: the mean over all orders in which columns could become known."""
    chance = np.random.default_rng(0)
    matrix = chance.normal(size=(400, 3))
    outcome = (chance.random(400) < 1 / (1 + np.exp(-2 * matrix[:, 0] * matrix[:, 1] - matrix[:, 2]))).astype(float)
    tree = learn_boosted(matrix, outcome, None, 1).trees[0]
    row = matrix[:1].astype(np.float32)[0]

    def expected(known, node=0):
        column = tree["feature"][node]
        if column == -1:
            return tree["value"][node]
        left, right = tree["left"][node], tree["right"][node]
        if column in known:
            return expected(known, left if row[column] <= tree["threshold"][node] else right)
        return sum(expected(known, child) * tree["weight"][child] for child in (left, right)) / tree["weight"][node]

    by_definition = np.zeros(3)
    for order in permutations(range(3)):
        for place, column in enumerate(order):
            by_definition[column] += (expected(order[: place + 1]) - expected(order[:place])) / 6
    assert shapley_of_trees([tree], matrix[:1])[0] == pytest.approx(by_definition)
    assert mean_of_trees([tree]) + by_definition.sum() == pytest.approx(score_trees([tree], matrix[:1])[0])
