"""A client's deals become a forecast of periods and of each deal, for who may see them."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from decisions.forecasting.analysis import analyse
from decisions.forecasting.periods import Period
from decisions.forecasting.services import install_table, save_adjustment, save_chance
from decisions.forecasting.snapshots import keep_snapshots
from decisions.forecasting.targets import target_of
from decisions.models import (
    AnalysisRun,
    DealForecast,
    ForecastAdjustment,
    ForecastSnapshot,
    Prediction,
    PredictiveModel,
    RunKind,
    RunStatus,
    StageChance,
)
from decisions.runs import audience_of
from decisions.tables.deals import today_of
from integrations.crm.models import Activity, Deal, DealStatus, Product, Target
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.analytics.crm_rows import make_deal, make_stages
from tests.decisions.factories import make_analysis, make_audience
from tests.factories import make_agent, make_team, make_user

pytestmark = pytest.mark.django_db


def run(audience, **options):
    as_of = options.pop("as_of", None) or today_of(audience)
    if not AnalysisRun.objects.filter(audience=audience).exists():
        make_analysis(audience=audience, kind=RunKind.FORECAST, status=RunStatus.RUNNING)
    outcome = analyse(audience, as_of=as_of, question={}, progress=lambda share: None)
    json.dumps(outcome.result, allow_nan=False)
    return outcome


def fill(client, *, owner=None, deals=240, today):
    """Deals of a year, each closed after 30 to 50 days, every second one won."""
    rows = []
    for number in range(deals):
        began = today - timedelta(days=400 - number * 390 // deals)
        ends = began + timedelta(days=30 + number % 21)
        is_open = ends > today
        rows.append(Deal(
            client=client, owner=owner, name=f"Deal {number}", stage="" if not is_open else "Offer", created_on=began,
            status=DealStatus.OPEN if is_open else (DealStatus.WON, DealStatus.LOST)[number % 2],
            closed_on=None if is_open else ends, value=1000,
        ))  # fmt: skip
    Deal.objects.bulk_create(rows)


def test_a_record_becomes_a_forecast_with_intervals_and_a_row_for_each_open_deal(client_row):
    make_stages(client_row, "Inquiry", "Offer")
    audience = make_audience(client=client_row)
    today = today_of(audience)
    fill(client_row, today=today)
    Target.objects.create(client=client_row, metric="revenue", since=date(today.year, 1, 1),
                          until=date(today.year, 12, 31), value=365_000)  # fmt: skip
    outcome = run(audience)
    for period in outcome.result["periods"]:
        assert period["won_already"] <= period["low95"] <= period["low80"] <= period["high80"] <= period["high95"]
        assert period["method"] != "none" and (period["target"] or period["period"] == "next_quarter")
    rows = DealForecast.objects.all()
    assert rows.count() == Deal.objects.filter(status=DealStatus.OPEN).count() == outcome.result["deals"]["n"] > 10
    row = rows[0]
    assert row.close_low <= row.close_on <= row.close_high
    assert row.expected_value == pytest.approx(Decimal(str(row.probability)) * 1000, abs=1)
    assert row.breakdown["stage"] == {"name": "Offer", "chance": 0.5}
    assert ForecastSnapshot.objects.filter(audience=audience, as_of=today).exists()
    run(audience)
    assert rows.count() == outcome.result["deals"]["n"]


def test_a_target_of_some_months_is_no_target_of_the_whole_period(client_row):
    audience, period = make_audience(client=client_row), Period("this_quarter", date(2026, 1, 1), date(2026, 3, 31))
    first = {"client": client_row, "metric": "revenue", "since": date(2026, 1, 1), "until": date(2026, 2, 28)}
    Target.objects.create(**first, value=59_000)
    assert target_of(audience, period) is None
    Target.objects.create(**{**first, "since": date(2026, 3, 1), "until": date(2026, 3, 31)}, value=31_000)
    assert target_of(audience, period) == 90_000


@pytest.mark.parametrize("case", ["nothing", "eight", "future", "undated", "only_won"])
def test_what_cannot_be_forecast_is_said_and_never_a_traceback(client_row, case):
    audience = make_audience(client=client_row)
    today = today_of(audience)
    far = today + timedelta(days=400)
    values = {
        "nothing": [], "eight": [{"status": "won", "created_on": today, "closed_on": today, "value": 5}] * 8,
        "future": [{"status": "won", "created_on": today, "closed_on": far, "value": 5}, {"created_on": far}] * 5,
        "undated": [{"created_on": None}] * 3 + [{"created_on": None, "status": "won"}] * 3,
        "only_won": [{"status": "won", "created_on": today - timedelta(days=n), "closed_on": today} for n in range(40)],
    }[case]  # fmt: skip
    for each in values:
        make_deal(client=client_row, **each)
    outcome = run(audience)
    assert {period["period"] for period in outcome.result["periods"]} == {"this_quarter", "next_quarter", "this_year"}
    assert outcome.quality or case == "only_won"


def test_products_of_deals_that_do_not_say_when_they_began_need_no_record(client_row):
    audience = make_audience(client=client_row)
    fill(client_row, deals=60, today=today_of(audience))
    for name in ("Alpha", "Beta", "Gamma"):
        product = Product.objects.create(client=client_row, name=name)
        make_deal(client=client_row, created_on=None, product=product, value=None)
    run(audience)
    usual = {row.breakdown["value"] for row in DealForecast.objects.filter(deal__created_on=None)}
    assert usual == {1000.0}


def test_a_manager_gets_a_forecast_of_their_teams_alone_and_rows_are_those_of_everybody(client_row):
    north, south = make_team(client=client_row, name="North"), make_team(client=client_row, name="South")
    manager = make_user(client=client_row, role=Role.MANAGER)
    north.managers.add(manager)
    make_stages(client_row, "Offer")
    make_deal(client=client_row, owner=make_agent(team=north), stage="Offer", value=100, created_on=date(2026, 1, 1))
    other = make_deal(client=client_row, owner=make_agent(team=south), stage="Offer", value=900)
    assert run(audience_of(manager)).result["deals"]["value"] == 100
    assert not DealForecast.objects.exists()
    assert run(make_audience(client=client_row)).result["deals"]["value"] == 1000
    assert other.pk not in DealForecast.objects.visible_to(manager).values_list("deal", flat=True)
    assert DealForecast.objects.visible_to(manager).count() == 1


def test_adjustments_that_are_switched_off_do_not_count(client_row):
    make_stages(client_row, "Offer")
    deal = make_deal(client=client_row, stage="Offer", value=100)
    audience = make_audience(client=client_row)
    Activity.objects.create(client=client_row, deal=deal, type="demo", happened_at="2026-01-05T10:00:00Z")
    run(audience)
    breakdown = DealForecast.objects.get().breakdown
    assert [each["key"] for each in breakdown["adjustments"]] == ["demo_completed"]
    assert breakdown["staged"] == 0.65
    ForecastAdjustment.objects.filter(key="demo_completed").update(is_active=False)
    run(audience)
    assert DealForecast.objects.get().breakdown["staged"] == 0.5


def test_the_table_is_brought_in_once_and_changed_by_who_may(client_row):
    make_stages(client_row, "Inquiry", "Contract")
    install_table(client=client_row)
    row = StageChance.objects.get(stage="Contract")
    assert (row.kind, row.chance, row.is_guessed) == ("closing", Decimal("0.900"), True)
    admin, manager = (make_user(client=client_row, role=role) for role in (Role.ADMIN, Role.MANAGER))
    with pytest.raises(PermissionDenied):
        save_chance(row=row, user=manager, kind="closing", chance=Decimal("0.1"))
    save_chance(row=row, user=admin, kind="negotiation", chance=Decimal("0.8"))
    install_table(client=client_row)
    row.refresh_from_db()
    assert (row.kind, row.chance, row.is_guessed) == ("negotiation", Decimal("0.800"), False)
    rule = ForecastAdjustment.objects.get(key="budget")
    rule.points = 5
    save_adjustment(row=rule, user=admin)
    assert AuditEvent.objects.filter(action="forecast_table_changed").count() == 2


def test_what_came_of_a_period_is_filled_in_once_it_is_over(client_row):
    audience = make_audience(client=client_row)
    today = today_of(audience)
    make_deal(client=client_row, status="won", value=70, created_on=date(2025, 1, 1), closed_on=date(2025, 2, 1))
    row = ForecastSnapshot.objects.create(
        client=client_row, audience=audience, as_of=date(2025, 1, 5), since=date(2025, 1, 1),
        until=date(2025, 3, 31), method="record", value=50,
    )  # fmt: skip
    run(audience, as_of=today)
    row.refresh_from_db()
    assert row.actual == 70


def test_what_is_written_down_late_counts_for_a_period_that_was_over(client_row):
    audience, until = make_audience(client=client_row), date(2026, 3, 31)
    row = ForecastSnapshot.objects.create(
        client=client_row, audience=audience, as_of=until, since=date(2026, 1, 1), until=until, method="record", value=5
    )
    for day, actual in ((date(2026, 4, 1), 0), (date(2026, 6, 1), 70), (date(2026, 7, 2), 70)):
        keep_snapshots(audience, as_of=day, methods=[])
        row.refresh_from_db()
        assert row.actual == actual
        make_deal(client=client_row, status="won", value=70, created_on=row.since, closed_on=until)


def test_a_day_of_closing_that_has_gone_by_is_no_end_of_a_quarter(client_row):
    make_stages(client_row, "Offer")
    make_deal(client=client_row, stage="Offer", expected_close_on=date(2025, 3, 30), created_on=date(2025, 1, 1))
    run(make_audience(client=client_row))
    assert DealForecast.objects.get().breakdown["adjustments"] == []


def test_commands_say_what_is_missing(client_row):
    make_deal(client=client_row)
    with pytest.raises(CommandError, match="30 deals must have been closed"):
        call_command("backtest", "--client", client_row.slug)
    with pytest.raises(CommandError) as raised:
        call_command("forecast", "--client", "nobody")
    assert raised.value.returncode == 2


def test_who_may_set_the_table_does_so_in_the_back_office(client, client_row):
    make_stages(client_row, "Offer")
    install_table(client=client_row)
    row = StageChance.objects.get()
    url = f"/admin/decisions/stagechance/{row.pk}/change/"
    client.force_login(make_user(client=client_row, role=Role.MANAGER))
    assert client.post(url, {"kind": "closing", "chance": "0.7"}).status_code == 403
    client.force_login(make_user(client=client_row, role=Role.ADMIN))
    assert client.get("/admin/decisions/forecastadjustment/").status_code == 200
    assert client.post(url, {"kind": "closing", "chance": "0.7"}).status_code == 302
    row.refresh_from_db()
    assert (row.kind, row.chance, row.is_guessed) == ("closing", Decimal("0.700"), False)
    rule = ForecastAdjustment.objects.get(key="budget")
    url = f"/admin/decisions/forecastadjustment/{rule.pk}/change/"
    told = client.post(url, {"points": "10", "is_active": "on", "matches": "[]"})
    assert "Say by what it is seen" in told.content.decode()
    assert client.post(url, {"points": "10", "is_active": "on", "matches": '{"words": ["money"]}'}).status_code == 302
    rule.refresh_from_db()
    assert (rule.points, rule.matches) == (10, {"words": ["money"]})
    told = AuditEvent.objects.filter(object_id__in=[str(row.pk), str(rule.pk)]).values_list("action", flat=True)
    assert list(told) == ["forecast_table_changed"] * 2


def test_commands_print_tables_for_people(client_row):
    make_stages(client_row, "Offer")
    fill(client_row, today=today_of(make_audience(client=client_row)))
    told = StringIO()
    call_command("backtest", "--client", client_row.slug, stdout=told)
    call_command("forecast", "--client", client_row.slug, stdout=told)
    assert "MAPE" in told.getvalue() and "Brier" in told.getvalue()
    assert "95 percent" in told.getvalue() and "this_quarter" in told.getvalue()
    assert not DealForecast.objects.exists() and not ForecastSnapshot.objects.exists()  # a command keeps nothing


def test_a_learned_model_that_serves_counts_together_with_the_stage_of_a_deal(client_row):
    make_stages(client_row, "Inquiry", "Offer")
    audience = make_audience(client=client_row)
    fill(client_row, today=today_of(audience))
    run(audience)
    assert set(DealForecast.objects.values_list("breakdown__why", flat=True)) == {"no_model"}
    before = {row.deal_id: row for row in DealForecast.objects.all()}
    model = PredictiveModel.objects.create(
        client=client_row, target="deal_win", number=1, status="serving", form="logistic", has_signal=True, n=200,
        positives=100, metrics={"brier": 0.1, "brier_base": 0.25},
    )  # fmt: skip
    good, *others = before
    Prediction.objects.create(model=model, deal_id=good, probability=0.9)
    Prediction.objects.bulk_create(Prediction(model=model, deal_id=deal, probability=0.5) for deal in others)
    run(audience)
    after = {row.deal_id: row for row in DealForecast.objects.all()}
    assert {row.method for row in after.values()} == {"learned"}
    assert before[good].breakdown["record"] < after[good].probability < 1
    assert after[good].probability == pytest.approx(after[good].breakdown["blended"], abs=1e-4)
    for deal in others:  # of whom the model says nothing that their course does not say
        assert after[deal].probability == pytest.approx(before[deal].breakdown["record"], abs=1e-3)
