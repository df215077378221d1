from datetime import date

import numpy as np
import pytest

from decisions.prediction.engine.applying import predict
from decisions.prediction.engine.fitting import evaluate, fit_model
from decisions.prediction.engine.frame import Frame, groups_of
from tests.decisions.prediction.engine.rows import as_json, noise, planted, with_fields


def concluded(frame, split="random"):
    """Conclusion; everything kept is plain JSON, and every row gets a probability inside 0 to 1."""
    fitted = fit_model(frame, split=split)
    for kept in (fitted.document, fitted.report, fitted.card):
        as_json(kept)
    for answer in predict(fitted.document, frame):
        assert 0 < answer.probability < 1
    return fitted


def frame_of(outcome, **numbers):
    n = len(outcome)
    days = np.full(n, np.datetime64("NaT"), dtype="datetime64[D]")
    return Frame("deal_win", np.array(outcome, dtype=float), days, {k: np.array(v, float) for k, v in numbers.items()})


@pytest.mark.parametrize(
    ("frame", "conclusion"),
    [
        (frame_of([]), "nothing"),
        (frame_of([np.nan] * 30, x=range(30)), "nothing"),
        (frame_of([1.0] * 500, x=range(500)), "one_class"),
        (frame_of([0, 1, 0, 1, 1, 0, 0, 1], x=range(8)), "too_little"),
        (frame_of([0, 1] * 100, x=[np.nan] * 200, y=[3] * 200), "no_fields"),
        (frame_of([0, 1] * 100), "no_fields"),
    ],
)
def test_what_cannot_be_learned_is_said_plainly(frame, conclusion):
    fitted = concluded(frame)

    assert fitted.report["conclusion"] == conclusion
    assert fitted.document["form"] == "base_rate"
    assert fitted.report["auc"] is None


def test_empty_and_constant_fields_are_named():
    n = 200
    kept_out = {
        each["field"]: each["why"]
        for each in concluded(
            with_fields(
                noise(n), numbers={"empty": [np.nan] * n, "same": [5] * n, "wild": [np.inf, -np.inf] * (n // 2)}
            )
        ).report["kept_out"]
    }

    assert kept_out == {"empty": "all_missing", "same": "constant", "wild": "all_missing"}


def test_a_field_that_separates_perfectly_is_a_leak():
    frame = noise(280)
    report = concluded(with_fields(frame, numbers={"score": frame.outcome * 10 + np.arange(280) / 280})).report

    assert [(leak["field"], leak["why"]) for leak in report["leaks"]] == [("score", "too_good")]
    assert "score" not in report["features"]


def test_fields_that_separate_perfectly_together_are_doubted():
    frame = noise(280)
    secret = np.random.default_rng(1).normal(size=280) * 3
    fitted = concluded(with_fields(frame, numbers={"a": secret + frame.outcome * 4, "b": -secret}))

    assert fitted.report["signal"]
    assert [doubt["why"] for doubt in fitted.card["doubts"]] == ["model_too_good"]


def test_fifty_thousand_levels_are_an_identifier_and_many_common_ones_are_pooled():
    chance = np.random.default_rng(0)
    n = 50_000
    towns = np.where(np.arange(n) % 5, chance.integers(0, n, n), -1)
    days = np.full(n, np.datetime64("2025-01-01"), dtype="datetime64[D]")
    groups = {"name": groups_of(range(n)), "town": groups_of(towns)}
    frame = Frame("deal_win", (chance.random(n) < 0.3).astype(float), days, {}, groups)
    report = evaluate(frame)

    assert {each["field"]: each["why"] for each in report["kept_out"]}["name"] == "identifier"
    assert report["conclusion"] in ("no_signal", "no_fields")


def test_rows_of_days_to_come_are_left_out_and_counted():
    frame = noise(200)
    late = Frame(frame.target, frame.outcome, frame.days, frame.numbers, frame.groups, as_of=date(2025, 6, 30))
    fitted = concluded(late)

    expected = int((frame.days > np.datetime64("2025-06-30")).sum())
    assert fitted.card["left_out"]["future"] == expected
    assert fitted.report["n"] == 200 - expected


def test_without_days_nothing_is_measured_by_time():
    assert concluded(frame_of([0, 1, 1, 0] * 50, x=np.arange(200) % 7), split="time").report["conclusion"] == "no_days"


def test_rows_that_lack_every_field_and_hold_new_levels_are_predicted():
    document = fit_model(planted(seed=3)).document
    days = np.full(2, np.datetime64("NaT"), dtype="datetime64[D]")
    strange = Frame(
        "deal_win", np.full(2, np.nan), days, {"x0": np.array([1e300, np.nan])}, {"g0": groups_of(["new", None])}
    )

    for answer in predict(document, strange):
        assert 0 < answer.probability < 1


def test_columns_of_different_lengths_and_strange_outcomes_are_refused():
    with pytest.raises(ValueError, match="has 3 rows"):
        frame_of([0, 1], x=[1, 2, 3])
    with pytest.raises(ValueError, match="Outcomes are"):
        frame_of([0, 2])
