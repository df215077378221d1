"""Rates of groups, each against the others; silent where there is nothing to say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from decisions.winrate.rates import count_groups, course_of, rows_of, settle_rows, shortened
from tests.decisions.winrate.tables import table_of

FIELDS = {"region": 5, "product": 3, "source": 8}


def rows_by(table, *by, grain=""):
    rows = rows_of(count_groups(table, by, grain), by)
    settle_rows(rows)
    return rows


def test_each_group_is_told_against_all_the_others_with_what_says_nothing_among_them():
    won = [1] * 12 + [0] * 3 + [1] * 4 + [0] * 16 + [1] * 5
    table = table_of(won, region=["North"] * 15 + ["South"] * 20 + [None] * 5)
    rows = {row["groups"]["region"]: row for row in rows_by(table, "region")}
    north, south, missing = rows["North"], rows["South"], rows["(missing)"]
    assert (north["won"], north["closed"], south["won"], south["closed"]) == (12, 15, 4, 20)
    assert missing["rate"] == 1.0
    assert north["p_value"] == pytest.approx(fisher_exact([[12, 3], [9, 16]])[1])
    assert south["significant"]
    assert not north["enough"]


def test_pairs_and_steps_count_each_deal_once():
    rng = np.random.default_rng(1)
    table = table_of(rng.random(300) < 0.4, region=rng.choice(["A", "B"], 300), product=rng.choice(["x", "y"], 300))
    rows = rows_by(table, "region", "product", grain="month")
    assert {row["start"] for row in rows} == {"2025-01-01", "2025-02-01", "2025-03-01"}
    assert sum(row["closed"] for row in rows) == 300
    assert sum(row["won"] for row in rows) == sum(row["won"] for row in course_of(table, "month"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([1.0, 0.0, np.nan]), st.sampled_from(["a", "b", None])), max_size=60))
def test_counts_are_those_of_a_loop(deals):
    table = table_of([won for won, _group in deals], source=[group for _won, group in deals])
    expected = {}
    for won, group in deals:
        if not np.isnan(won):
            good, n = expected.get(("", (group or "(missing)",)), (0, 0))
            expected[("", (group or "(missing)",))] = (good + int(won), n + 1)
    assert count_groups(table, ("source",)) == expected


def test_noise_is_seldom_called_a_difference():
    """At most 5 % of samples of noise have a significant row; over 400, seed fixed, so at most 5 % and its error."""
    rng = np.random.default_rng(7)
    false = 0
    for _ in range(400):
        won = rng.random(600) < 0.45
        groups = {key: rng.integers(0, levels, 600) for key, levels in FIELDS.items()}
        table = table_of(won, **groups)
        rows = [row for key in FIELDS for row in rows_of(count_groups(table, (key,)), (key,))]
        settle_rows(rows)
        false += any(row["significant"] for row in rows)
    assert false / 400 <= 0.05 + 2 * (0.05 * 0.95 / 400) ** 0.5


def test_a_field_of_very_many_levels_is_shortened_and_keeps_what_stands_out():
    rng = np.random.default_rng(2)
    groups = rng.integers(0, 3000, 6000).astype(str)
    won = rng.random(6000) < 0.3
    groups[:40], won[:40] = "planted", True
    rows = shortened(rows_by(table_of(won, company=groups), "company"), 20)
    assert len(rows) == 20
    assert [row["groups"]["company"] for row in rows if row["significant"]] == ["planted"]
