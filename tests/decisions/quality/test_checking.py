"""The gate names what is wrong with deals, and is silent where nothing is."""

import numpy as np
import pytest

from decisions.quality import check_deals
from decisions.quality.drift import psi
from decisions.quality.wording import SENTENCES, sentence_of
from tests.decisions.winrate.tables import day, table_of

AS_OF = day("2025-04-01")


def check(table, **more):
    notes = check_deals(table, as_of=more.pop("as_of", AS_OF), **more)
    for note in notes:
        assert note["code"] in SENTENCES
        assert "%" not in sentence_of(note).replace("%(", "")
    return {note["code"]: note for note in notes}


def good_table(n=900, seed=3, **more):
    """Deals of a year, closed in order, alike all along."""
    rng = np.random.default_rng(seed)
    closed = np.datetime64("2024-04-01") + np.sort(rng.integers(0, 365, n))
    given = {
        "closed": closed, "created": closed - rng.integers(1, 20, n), "value": rng.uniform(10, 1000, n),
        "region": rng.choice(["A", "B", "C"], n), "agent": rng.choice(list("abcdef"), n), **more,
    }  # fmt: skip
    return table_of(given.pop("won", rng.random(n) < 0.4), **given)


def test_nothing_is_said_of_deals_that_are_fine():
    table = good_table()
    assert set(check(table, fields=["region"])) <= {"record_begins"}
    recent = check(table, since=day("2025-01-01"), until=day("2025-03-31"), fields=["region"])
    assert not recent


def test_too_few_none_and_one_kind_of_deals():
    assert check(table_of([]))["nothing_closed"]["severity"] == "blocking"
    assert check(table_of([np.nan] * 5))["nothing_closed"]["n"] == 0
    assert check(table_of([1, 0] * 4))["few_closed"]["severity"] == "blocking"
    assert check(table_of([1, 0] * 10))["few_closed"]["severity"] == "warning"
    assert check(table_of([1.0] * 50))["one_class"]["severity"] == "blocking"


def test_missing_constant_and_splintered_fields_are_named_with_what_they_touch():
    n = 900
    table = good_table(
        region=[None] * n, source=["x"] * n, product=["p"] * 600 + [None] * 300,
        company=[str(place // 2) for place in range(n)],
    )  # fmt: skip
    notes = check(table)
    assert notes["field_empty"]["touches"] == ["region"]
    assert notes["field_constant"]["figures"]["field"] == "source"
    assert (notes["field_missing"]["n"], notes["field_missing"]["severity"]) == (300, "warning")
    assert notes["many_groups"]["figures"] == {"field": "company", "groups": 450}
    assert "small_groups" not in check(good_table(), fields=["region"])


def test_days_that_cannot_be_and_days_not_said():
    closed = np.array(["2025-02-01"] * 40 + ["2026-01-01"] * 3 + ["NaT"] * 2, dtype="datetime64[D]")
    created = np.array(["2025-01-01"] * 38 + ["2025-03-01", "2025-05-01"] + ["2025-01-05"] * 3 + ["NaT"] * 2, "M8[D]")
    notes = check(table_of([1, 0, 0] * 15, closed=closed, created=created))
    found = {
        code: notes[code]["n"]
        for code in (
            "created_in_future",
            "closed_in_future",
            "closed_before_created",
            "closed_undated",
            "created_undated",
        )
    }
    assert list(found.values()) == [1, 3, 2, 2, 2]


def test_copies_missing_values_and_a_day_of_tidying_up():
    table = good_table(company=["one"] * 900, product=["x"] * 900)
    closed, created, value = table.closed.copy(), table.created.copy(), table.value.copy()
    closed[:200] = np.datetime64("2024-05-01")
    created[:200] = np.datetime64("2024-04-20")
    created[1], value[1] = created[0], value[0]
    won = table.won.copy()
    won[300:400], value[300:400] = 1, np.nan
    copied = {key: [column.levels[code] for code in column.codes] for key, column in table.groups.items()}
    copied["agent"][1] = copied["agent"][0]
    notes = check(table_of(won, closed=closed, created=created, value=value, **copied))
    assert (notes["closed_at_once"]["n"] >= 200, notes["closed_at_once"]["figures"]["day"]) == (True, "2024-05-01")
    assert notes["duplicates"]["n"] == 1
    narrow = {key: values for key, values in copied.items() if key != "company"}  # what told them apart may be missing
    assert "duplicates" not in check(table_of(won, closed=closed, created=created, value=value, **narrow))
    assert notes["value_missing"]["n"] == 100


def test_lives_that_are_not_told_to_their_end():
    n = 600
    table = good_table(n=n, won=[np.nan] * 30 + [1.0, 0.0] * 285, closed=None)
    created = np.datetime64("2024-06-01") + np.arange(n) * 250 // n
    closed = created + 30
    closed[:30] = np.datetime64("NaT")
    stale = check(table_of(table.won, closed=closed, created=created))
    assert (stale["open_for_ever"]["n"], stale["open_for_ever"]["of"]) == (30, 30)
    assert stale["no_new_deals"]["figures"]["day"] == "2025-02-05"
    assert "record_ends" in check(table_of(table.won, closed=closed, created=created), as_of=day("2026-01-01"))
    won = np.where(np.arange(n) > 500, np.nan, np.arange(n) % 2)
    late = np.where(np.isnan(won), np.datetime64("NaT"), closed)
    late_notes = check(table_of(won, closed=late, created=created), as_of=day("2025-02-06"))
    assert late_notes["incomplete_cycles"]["severity"] == "warning"


def test_drift_is_told_when_the_deals_changed_and_not_for_chance():
    rng = np.random.default_rng(5)
    n = 900
    same = good_table()
    shifted = good_table(region=np.where(np.arange(n) < 600, rng.choice(["A", "B"], n), rng.choice(["B", "C"], n)))
    days = {"since": day("2024-12-01"), "until": day("2025-03-31")}
    assert "drift" not in check(same, **days, fields=["region", "agent"])
    assert check(shifted, **days, fields=["region"])["drift"]["figures"]["field"] == "region"


def test_the_limit_of_drift_is_passed_by_chance_as_often_as_it_says():
    rng = np.random.default_rng(11)
    passed = [
        index > chance
        for index, chance in (psi(*rng.multinomial(300, [0.25] * 4, 2).astype(float)) for _ in range(3000))
    ]
    assert 0.003 <= np.mean(passed) <= 0.017


def test_a_field_that_the_table_lacks_is_passed_over():
    assert check_deals(good_table(), as_of=AS_OF, fields=["no such"]) is not None
    with pytest.raises(KeyError):
        sentence_of({"code": "drift", "severity": "info", "n": 1, "of": 2, "figures": {}})
