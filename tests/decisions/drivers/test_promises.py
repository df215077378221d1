"""False discoveries, power and coverage over 200 simulated sets; `python -m benchmarks.drivers` has more of them."""

import sys

import numpy as np

from benchmarks.drivers import Scenario, Tally, tally_of
from decisions.drivers.design import Design
from decisions.drivers.fields import Field
from decisions.drivers.fitting import Likelihood, fit, grouped

SMALL = {"n": 800, "sizes": (8, 4, 3)}


def test_what_is_called_a_driver_is_one_and_intervals_cover(capsys):
    kinds = [
        Scenario("noise", **SMALL), Scenario("noise, rare", n=800, sizes=(20, 6, 3), spread=0.8, base=0.25),
        Scenario("planted", effect=0.6, planted=((1, 0),), **SMALL),
        Scenario("planted more", effect=-1.0, planted=((1, 0),), shared=0.4, **SMALL),
    ]  # fmt: skip
    total = Tally()
    for kind in kinds:
        tally = tally_of(kind, 50)
        sys.stdout.write(f"{kind.name}: false {np.mean(tally.false):.3f}, power {np.mean(tally.found or [0]):.2f}\n")
        for name in vars(total):
            getattr(total, name).extend(getattr(tally, name))
    assert "power" in capsys.readouterr().out
    assert np.mean(total.false) <= 0.05
    assert np.mean(total.found) > 0.6
    assert 0.93 <= np.mean(total.covered) <= 0.99
    assert np.mean(total.covered_planted) >= 0.91


def test_rows_that_are_alike_give_the_same_fit_as_one_by_one():
    random = np.random.default_rng(3)
    codes = [random.integers(0, size, 600).astype(np.int32) for size in (4, 3)]
    won = (random.random(600) < 0.4).astype(float)
    design = Design([Field(f"f{at}", column, tuple("abcd"[: column.max() + 1])) for at, column in enumerate(codes)])
    short = grouped(codes, [4, 3], won)
    whole = grouped(codes, [2**40, 2**40], won)
    assert (len(short.deals), len(whole.deals)) == (12, 600)
    first, second = (fit(Likelihood(design, rows)) for rows in (short, whole))
    np.testing.assert_allclose(first.theta, second.theta, atol=1e-5)


def test_the_fit_is_that_of_statsmodels_where_deals_are_many():
    import statsmodels.api as sm

    random = np.random.default_rng(4)
    codes = [random.integers(0, size, 20_000).astype(np.int32) for size in (4, 3)]
    won = (random.random(20_000) < 1 / (1 + np.exp(-0.5 * (codes[0] == 1)))).astype(float)
    fields = [Field(f"f{at}", column, tuple("abcd"[: column.max() + 1])) for at, column in enumerate(codes)]
    design = Design(fields)
    values = design.values(fit(Likelihood(design, grouped(codes, [4, 3], won))).theta)
    spread = np.hstack([np.eye(size)[column][:, 1:] for size, column in zip((4, 3), codes, strict=True)])
    known = sm.Logit(won, sm.add_constant(spread)).fit(disp=0).params
    np.testing.assert_allclose(values[0][1:] - values[0][0], known[1:4], atol=2e-3)
    np.testing.assert_allclose(values[1][1:] - values[1][0], known[4:], atol=2e-3)
