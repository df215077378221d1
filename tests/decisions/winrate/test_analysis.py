"""The whole document: of a real set, recounted in pandas; of bad rows; as the command prints it."""

import io
import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from decisions.runs import analyse_now
from decisions.winrate.analysis import describe
from decisions.winrate.periods import Days, recent_period, starts_of
from decisions.winrate.questions import Question
from tests.analytics.crm_rows import make_deal
from tests.conftest import REAL_DATA
from tests.decisions.factories import make_audience
from tests.decisions.winrate.tables import FIRST_DAY, day, table_of
from tests.factories import make_agent, make_client
from tests.integrations.crm.importing import bring_in

FILE = REAL_DATA / "crm" / "skygeni" / "skygeni_sales_data.csv"
NAMES = {"agent": "sales_rep_id", "region": "region", "source": "lead_source", "product": "product_type",
         "industry": "industry"}  # fmt: skip


def winrate(client, *words):
    out = io.StringIO()
    call_command("winrate", *words, client=client.slug, stdout=out)
    return out.getvalue()


def asked(client, *words):
    return json.loads(winrate(client, *words, "--json"))


@pytest.mark.django_db
@pytest.mark.one_database
def test_figures_of_a_real_set_are_those_of_pandas():
    if not FILE.is_file():
        pytest.skip("The skygeni set of sales (../shared/data/crm/skygeni) is not here.")
    client = make_client(currency="USD")
    bring_in(client, "deals", FILE)
    deals = pd.read_csv(FILE, parse_dates=["created_date", "closed_date"])
    deals["won"] = deals["outcome"] == "Won"
    for name, column in NAMES.items():
        found = asked(client, "--by", name)
        counted = deals.groupby(column)["won"].agg(["sum", "count"])
        assert {row[name]: (row["won"], row["closed"]) for row in found["rows"]} == {
            key: tuple(pair) for key, pair in counted.iterrows()
        }
        assert (found["overall"]["won"], found["overall"]["closed"]) == (deals["won"].sum(), len(deals))
        assert not any(row["significant"] for row in found["rows"])
        assert found["conclusion"] == "nothing"
    check_velocity(asked(client, "--by", "region"), deals)
    check_consistency(asked(client, "--by", "agent"), deals)
    check_steps(asked(client, "--by", "region,product", "--grain", "quarter"), deals)
    check_period(asked(client, "--by", "region", "--from", "2023-07-01", "--to", "2023-12-31"), deals)


def check_velocity(found, deals):
    won = deals[deals["won"]]
    expected = won["deal_amount"].sum() / (won["closed_date"] - won["created_date"]).dt.days.mean()
    by_region = {one["key"]: one["score"] for one in found["velocity"]}
    assert by_region[""] == pytest.approx(expected)
    for region, rows in won.groupby("region"):
        cycle = (rows["closed_date"] - rows["created_date"]).dt.days.mean()
        assert by_region[region] == pytest.approx(rows["deal_amount"].sum() / cycle)


def check_consistency(found, deals):
    """Dispersion by hand; the agents of this set differ no more than chance, so that all are drawn to one value."""
    assert found["consistency_grain"] == "quarter"
    quarters = deals.assign(quarter=deals["closed_date"].dt.to_period("Q"))
    dispersion, freedom, scale = {}, {}, {}
    for agent, rows in quarters.groupby("sales_rep_id"):
        n, x = rows.groupby("quarter")["won"].count(), rows.groupby("quarter")["won"].sum()
        rate, total = rows["won"].mean(), len(rows)
        chance = rate * (1 - rate) * total / (total - 1)
        freedom[agent] = len(n) - 1
        dispersion[agent] = (n * (x / n - rate) ** 2).sum() / (freedom[agent] * chance)
        scale[agent] = freedom[agent] * chance / (total - (n**2).sum() / total - freedom[agent])
    dispersion, freedom, scale = (pd.Series(values) for values in (dispersion, freedom, scale))
    typical, strength = np.average(dispersion, weights=freedom), freedom.sum()
    shrunk = (strength * typical + freedom * dispersion) / (strength + freedom)
    deviation = ((shrunk - 1).clip(lower=0) * scale) ** 0.5
    expected = 100 * (1 - deviation / deals["won"].mean())
    rows = {(one["closed"], round(one["rate"], 9)): one for one in found["consistency"]}
    for agent, mine in deals.groupby("sales_rep_id"):
        row = rows[len(mine), round(mine["won"].mean(), 9)]
        assert row["index"] == pytest.approx(expected[agent])
        assert row["shrunk_rate"] == pytest.approx(deals["won"].mean())


def check_steps(found, deals):
    start = deals["closed_date"].dt.to_period("Q").dt.start_time.dt.strftime("%Y-%m-%d")
    counted = deals.assign(start=start).groupby(["start", "region", "product_type"])["won"].agg(["sum", "count"])
    rows = {(row["start"], row["region"], row["product"]): (row["won"], row["closed"]) for row in found["rows"]}
    assert rows == {key: tuple(pair) for key, pair in counted.iterrows()}


def check_period(found, deals):
    now = deals[deals["closed_date"].between("2023-07-01", "2023-12-31")]
    before = deals[deals["closed_date"].between("2022-12-29", "2023-06-30")]
    assert found["overall"]["rate"] == pytest.approx(now["won"].mean())
    assert found["change"]["absolute"] == pytest.approx(now["won"].mean() - before["won"].mean())
    (by_region,) = found["decompositions"]
    s0, s1 = (side["region"].value_counts(normalize=True) for side in (before, now))
    r0, r1 = (side.groupby("region")["won"].mean() for side in (before, now))
    assert by_region["mix"] == pytest.approx(((s1 - s0) * (r0 - before["won"].mean())).sum())
    assert by_region["rate"] == pytest.approx((s0 * (r1 - r0)).sum())


def bad_tables():
    n = 200
    rng = np.random.default_rng(2)
    won = rng.random(n) < 0.5
    yield "none", table_of([])
    yield "eight", table_of([1, 0, 1, 1, 0, 0, 1, np.nan], region=list("aabbccdd"))
    yield "all won", table_of([1.0] * n, region=rng.choice(["a", "b"], n))
    yield "all missing", table_of(won, region=[None] * n, value=[np.nan] * n, created=["NaT"] * n)
    yield "constant", table_of(won, region=["a"] * n, value=np.zeros(n))
    yield "separated", table_of(won, region=np.where(won, "a", "b"))
    yield "undated", table_of(won, closed=["NaT"] * n, region=rng.choice(["a", "b"], n))
    yield "ended at once", table_of(won, created=FIRST_DAY + np.arange(n) % 90, region=rng.choice(["a", "b"], n))
    yield "50,000 groups", table_of(rng.random(60_000) < 0.5, region=rng.integers(0, 50_000, 60_000))


@pytest.mark.parametrize(("name", "table"), list(bad_tables()))
def test_bad_rows_give_a_document_that_says_what_can_be_said(name, table):
    if "region" not in table.groups:
        table = table_of([], region=[])
    days = recent_period(table, day("2025-06-01"))
    for question, period in (
        (Question(("region",), False, None, "", 200), days),
        (Question(("region", "agent"), True, Days(), "month", 200), Days()),
    ):
        found = describe(table, question, period)
        text = json.dumps(found, allow_nan=False)
        assert len(text) < 2_000_000
        expected = {"none": "nothing_closed", "eight": "too_little", "all won": "one_class", "separated": "differs"}
        if name in expected and (name != "separated" or not question.crossed):
            assert found["conclusion"] == expected[name]
        elif name not in expected:
            assert found["conclusion"] in ("nothing", "nothing_closed")


def test_the_recent_period_is_the_shortest_with_enough_on_both_sides():
    dense = table_of([1, 0] * 1000, closed=FIRST_DAY + np.arange(2000) * 400 // 2000)
    assert recent_period(dense, day("2026-02-10")) == Days(day("2025-11-12"), day("2026-02-10"))
    sparse = table_of([1, 0] * 300, closed=FIRST_DAY + np.arange(600) * 800 // 600)
    assert (recent_period(sparse, day("2027-03-11")).until - recent_period(sparse, day("2027-03-11")).since).days == 364
    old = recent_period(dense, day("2030-01-01"))
    assert old.until == day("2026-02-04")


def test_steps_begin_where_the_calendar_says():
    for grain, alias in (("week", "W-SUN"), ("month", "M"), ("quarter", "Q"), ("year", "Y")):
        days = np.datetime64("1965-12-25") + np.arange(30_000)
        expected = pd.Series(days).dt.to_period(alias).dt.start_time.to_numpy().astype("datetime64[D]")
        assert (starts_of(days, grain) == expected).all()


@pytest.mark.django_db
def test_a_planted_difference_by_a_custom_field_is_found_by_its_key_and_by_its_full_name():
    client = make_client()
    content = "id,outcome,closed date,created date,Segment\n" + "".join(
        f"{n},{'Won' if (n % 10 < (7 if n % 2 else 3)) else 'Lost'},2026-03-{1 + n % 28:02},2026-01-05,"
        f"{'Gold' if n % 2 else 'Basic'}\n"
        for n in range(200)
    )
    bring_in(client, "deals", content)
    for name in ("segment", "custom.deals.segment"):
        found = asked(client, "--by", name)
        assert {row[name] for row in found["rows"]} == {"Gold", "Basic"}
        assert all(row["significant"] and row["q_value"] <= 0.05 for row in found["rows"])
        assert found["conclusion"] == "differs"
    assert "Gold" in winrate(client, "--by", "segment")


@pytest.mark.django_db
def test_agents_are_told_by_name_and_future_closings_are_left_out_with_a_doubt():
    client = make_client()
    agent = make_agent(client=client, name="Ann Lee")
    later = date.today() + timedelta(days=400)
    make_deal(client, owner=agent, status="won", closed_on="2026-03-05", value=10)
    make_deal(client, owner=agent, status="won", closed_on=later, value=10)
    found = asked(client, "--by", "agent")
    assert [(row["agent"], row["closed"], row["groups"]) for row in found["rows"]] == [
        ("Ann Lee", 1, {"agent": str(agent.pk)})
    ]
    assert "closed_in_future" in {note["code"] for note in found["data_quality"]}
    assert found["conclusion"] == "too_little"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [("--by", "colour"), ("--by", "region,source,product"), ("--by", "region,region"), ("--from", "yesterday"),
     ("--from", "2026-02-01", "--to", "2026-01-01")],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_with_a_sentence(client_row, words):
    with pytest.raises(CommandError) as refused:
        winrate(client_row, *words)
    assert refused.value.returncode == 2
    assert str(refused.value).endswith((".", "seconds"))


@pytest.mark.django_db
def test_the_standard_analysis_costs_the_same_queries_for_many_deals(client_row, django_assert_max_num_queries):
    agent = make_agent(client=client_row)
    for place in range(12):
        make_deal(client_row, owner=agent, status="won" if place % 2 else "lost", closed_on="2026-03-05")
    audience = make_audience(client=client_row)
    with django_assert_max_num_queries(10):
        assert analyse_now(audience, "winrate")["conclusion"] == "too_little"
