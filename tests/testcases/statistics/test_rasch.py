"""Against the LSAT section 6 (Bock and Lieberman 1970) as R's ltm fits it (Rizopoulos 2006)."""

import numpy as np
import pytest

from testcases.statistics.rasch import calibrate

LSAT = (
    "00000:3 00001:6 00010:2 00011:11 00100:1 00101:1 00110:3 00111:4 01000:1 01001:8 01011:16 01101:3 01110:2 "
    "01111:15 10000:10 10001:29 10010:14 10011:81 10100:3 10101:28 10110:15 10111:80 11000:16 11001:56 11010:21 "
    "11011:173 11100:11 11101:61 11110:28 11111:298"
)


@pytest.fixture(scope="module")
def lsat():
    rows, person = [], 0
    for part in LSAT.split():
        pattern, times = part.split(":")
        for _time in range(int(times)):
            person += 1
            rows += [(str(person), str(at + 1), mark == "1") for at, mark in enumerate(pattern)]
    return rows


def test_one_slope_for_all_items_agrees_with_ltm(lsat):
    found = calibrate(lsat)
    assert found.log_likelihood == pytest.approx(-2466.938, abs=0.001)
    difficulties = [found.items[str(n)].difficulty for n in range(1, 6)]
    assert difficulties == pytest.approx([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], abs=0.0005)
    assert found.items["1"].slope == pytest.approx(0.7551, abs=0.0005)


def test_a_slope_for_each_item_agrees_with_ltm(lsat):
    found = calibrate(lsat, kind="2pl")
    assert found.log_likelihood == pytest.approx(-2466.653, abs=0.001)
    difficulties = [found.items[str(n)].difficulty for n in range(1, 6)]
    slopes = [found.items[str(n)].slope for n in range(1, 6)]
    assert difficulties == pytest.approx([-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], abs=0.003)
    assert slopes == pytest.approx([0.8254, 0.7229, 0.8905, 0.6886, 0.6575], abs=0.001)


def test_who_passes_more_is_found_abler_and_intervals_surround_the_estimate(lsat):
    found = calibrate(lsat)
    assert found.abilities["1"] < found.abilities["1000"]
    assert all(each.low < each.difficulty < each.high for each in found.items.values())


def test_items_that_nobody_or_everybody_passed_have_no_difficulty():
    rows = [(str(n), "all", True) for n in range(10)] + [(str(n), "half", n % 2 == 0) for n in range(10)]
    found = calibrate(rows)
    assert found.items["all"].difficulty is None and found.items["all"].passed == 10
    assert found.items["half"].difficulty is not None
    assert calibrate([]).items == {}


def test_a_second_try_is_not_counted_and_items_may_be_missing():
    rows = [("a", "x", False), ("a", "x", True), ("b", "x", True), ("b", "y", False), ("c", "y", True)]
    found = calibrate(rows, prior=True)
    assert (found.items["x"].n, found.items["x"].passed, found.items["y"].n) == (2, 1, 2)


def test_priors_hold_slopes_of_a_small_sample():
    random = np.random.default_rng(2)
    rows = [(str(p), str(i), bool(random.random() < 0.3 + 0.1 * i)) for p in range(30) for i in range(4)]
    held = calibrate(rows, kind="2pl", prior=True)
    assert all(0.2 < each.slope < 4 for each in held.items.values())
