import numpy as np
import pytest

from decisions.prediction.engine.fitting import evaluate, fit_model
from decisions.prediction.engine.frame import Frame, groups_of
from decisions.prediction.engine.names import given_away
from tests.decisions.prediction.engine.rows import noise, planted, with_fields


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("custom.deals.lost_reason", "after_outcome"),
        ("Close Date", "after_outcome"),
        ("deal_stage", "after_outcome"),
        ("Причина отказа", "after_outcome"),
        ("Motivo de pérdida", "after_outcome"),
        ("CallDuration", "duration"),
        ("sales_cycle_days", "duration"),
        ("Длительность звонка", "duration"),
        ("Last Notable Activity", "last_activity"),
        ("LastModifiedDate", "last_activity"),
        ("Última llamada", "last_activity"),
        ("Total Time Spent on Website", None),
        ("expected_close_on", None),
        ("previous_outcome", None),
        ("custom.deals.estado", None),
        ("lead_source", None),
        ("closing_agent", None),
    ],
)
def test_names_give_away_what_is_known_only_afterwards(field, why):
    assert given_away(field) == why


def leaks_of(frame):
    return {leak["field"]: leak["why"] for leak in evaluate(frame)["leaks"]}


def test_a_field_filled_in_for_one_outcome_alone_is_named():
    frame = noise(200, seed=2)
    remarks = groups_of([f"because {row % 5}" if came == 0 else None for row, came in enumerate(frame.outcome)])

    assert leaks_of(with_fields(frame, groups={"custom.deals.remarks": remarks})) == {
        "custom.deals.remarks": "filled_after"
    }


def test_a_copy_of_the_outcome_with_mistakes_is_too_good_to_be_known_before():
    frame = noise(600, seed=3, numbers=1, groups=1)
    mistaken = np.where(np.random.default_rng(3).random(600) < 0.04, 1 - frame.outcome, frame.outcome)

    assert leaks_of(with_fields(frame, numbers={"mood": mistaken})) == {"mood": "too_good"}


def test_a_strong_honest_field_is_no_leak():
    assert leaks_of(planted(280, seed=4, effect=1.6)) == {}


def test_a_field_that_open_rows_lack_is_a_leak_where_it_tells_outcomes_apart_and_else_a_doubt():
    frame = planted(280, seed=5, effect=1.5, groups=1)
    is_open = np.arange(280) % 3 == 0
    outcome = np.where(is_open, np.nan, frame.outcome)
    chance = np.random.default_rng(99)
    late = {name: np.where(is_open, np.nan, column) for name, column in
            {"x0": frame.numbers["x0"], "idle": chance.permutation(280)}.items()}  # fmt: skip
    fitted = fit_model(Frame("deal_win", outcome, frame.days, {**frame.numbers, **late}, frame.groups))

    assert [(leak["field"], leak["why"]) for leak in fitted.report["leaks"]] == [("x0", "filled_after")]
    assert [(doubt["field"], doubt["why"]) for doubt in fitted.card["doubts"]] == [("idle", "filled_late")]


def test_who_made_the_frame_may_vouch_for_a_name_and_warn_of_one():
    frame = with_fields(noise(), groups={"stage": noise().groups["g0"]})
    vouched = Frame(frame.target, frame.outcome, frame.days, frame.numbers, frame.groups,
                    known_before=frozenset({"stage"}), known_after=frozenset({"g1"}))  # fmt: skip

    assert leaks_of(frame) == {"stage": "after_outcome"}
    assert leaks_of(vouched) == {"g1": "after_outcome"}
