"""The record teaches how long deals take, from what was known on the day."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.forecasting.curves import MAX_AGE, learn
from decisions.forecasting.flow import chances, closing_days, flow_of, horizon, open_deals
from decisions.forecasting.history import FAR, day_number, history_of
from tests.decisions.forecasting.made import END, make_history


def test_nothing_that_came_later_is_known_earlier():
    history = history_of(created=[10, 10, 30], closed=[20, 40, 50], won=[True, True, False], value=[1.0, 2.0, 3.0])
    known = history.known_on(25)
    assert known.closed.tolist() == [20, FAR]
    assert known.won.tolist() == [True, False]
    assert np.isnan(known.value[1])
    assert history.known_on(25, with_values=True).value.tolist() == [1.0, 2.0]


def test_the_chance_of_new_deals_is_the_share_that_is_won():
    record = learn(make_history(1, a_month=200).known_on(day_number(END)), day_number(END))
    won, closed = record.strata[0].within_a_year()
    assert won[0] == pytest.approx(0.4, abs=0.03)
    assert closed[0] > 0.98


def test_deals_that_were_long_open_when_the_record_began_do_not_make_deals_look_slow():
    """Of those that began before the record only the long ones are in it."""
    history = make_history(2, months=20, a_month=200)
    begins = day_number(date(2025, 6, 1))
    late = history.closed >= begins
    cut = history_of(
        created=history.created[late].tolist(), closed=history.closed[late].tolist(), won=history.won[late].tolist(),
        value=history.value[late].tolist(),
    )  # fmt: skip
    on = day_number(END)
    whole, part = (learn(each.known_on(on), on).strata[0].survival for each in (history, cut))
    assert part[45] == pytest.approx(whole[45], abs=0.05)


def test_deals_older_than_any_that_was_won_are_given_up():
    on = day_number(END)
    zombies = [on - 500] * 200
    young = make_history(3).known_on(on)
    history = history_of(
        created=[*young.created.tolist(), *zombies], closed=[*young.closed.tolist(), *[None] * 200],
        won=[*young.won.tolist(), *[False] * 200], value=[*young.value.tolist(), *[1.0] * 200],
    )  # fmt: skip
    record = learn(history, on)
    deals = open_deals(history, record, on)
    won, _closed = chances(record, deals)
    assert won[deals.age == 500].max() < 0.1
    assert won[deals.age < 30].min() > 0.2


def test_days_of_closing_lie_in_their_interval_as_often_as_they_say():
    """80 percent of deals that are open on a day close within theirs."""
    history, on = make_history(4, a_month=300), day_number(date(2025, 6, 1))
    known = history.known_on(on)
    record = learn(known, on)
    deals = open_deals(known, record, on)
    low, _middle, high = closing_days(record, deals, on).T
    ended = history.closed[history.created <= on][deals.rows]
    assert ((ended >= low) & (ended <= high)).mean() == pytest.approx(0.8, abs=0.06)


@given(ages=st.lists(st.integers(-400, 3000), min_size=1, max_size=20), days=st.integers(0, 400))
def test_what_is_won_is_never_more_than_what_is_there(ages, days):
    on = day_number(END)
    record = _RECORD
    flow = flow_of(record, np.zeros(len(ages), dtype=np.int64), np.array(ages), horizon(on, on + days))
    assert np.isfinite(flow.won).all() and (flow.won >= 0).all()
    assert (flow.closed.sum(axis=1) <= 1 + 1e-9).all()
    assert (flow.won <= flow.closed + 1e-12).all()


_RECORD = learn(make_history(5).known_on(day_number(END)), day_number(END))


def test_an_age_beyond_all_is_as_the_last():
    assert _RECORD.strata[0].won.shape == (MAX_AGE + 1,)


@pytest.mark.parametrize("rows", [0, 1, 8])
def test_little_or_nothing_is_no_error(rows):
    on = day_number(END)
    history = history_of(
        created=[on - 40] * rows, closed=[on - 10] * rows, won=[True] * rows, value=[float("nan")] * rows
    )
    record = learn(history, on)
    assert np.isfinite(record.strata[0].won).all()
    assert len(open_deals(history, record, on).rows) == 0


def test_a_stage_that_many_passed_has_curves_of_its_own_and_earlier_stages_are_known():
    """Deals reach the late stage halfway; those that do are won, the others lost."""
    whole, on = make_history(6, a_month=60), day_number(END)
    late = np.flatnonzero(whole.won)
    middle = (whole.created + whole.closed)[late] // 2
    moves = np.concatenate([
        np.column_stack([np.arange(len(whole)), np.zeros(len(whole), dtype=np.int64), whole.created]),
        np.column_stack([late, np.ones(len(late), dtype=np.int64), middle]),
    ])  # fmt: skip
    moves = moves[np.lexsort((moves[:, 2], moves[:, 0]))]
    history = replace(whole, moves=moves, stages=("Inquiry", "Contract")).known_on(on)
    record = learn(history, on)
    assert record.stratum_of == (1, 2)
    deals = open_deals(history, record, on)
    stage, _since = history.stage_now()
    won, _closed = chances(record, deals)
    assert won[stage[deals.rows] == 1].min() > 0.9 > 0.6 > np.median(won[stage[deals.rows] == 0])
    earlier = history.known_on(on - 60)
    assert earlier.moves[:, 2].max() <= on - 60 and len(earlier.moves) < len(history.moves)
