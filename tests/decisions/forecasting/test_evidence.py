"""What a deal's forecast rests on besides its days is read as it was by the end of the day."""

from datetime import UTC, date, datetime

import pytest

from decisions.forecasting.analysis import analyse
from decisions.forecasting.evidence import read_evidence
from decisions.forecasting.history import day_number
from decisions.forecasting.methods import Sight
from decisions.forecasting.reading import read_book
from decisions.forecasting.services import install_table
from decisions.forecasting.stage_rows import stage_rows
from decisions.models import StageChance
from recordings.models import Entity
from tests.analytics.crm_rows import make_deal, make_stages
from tests.decisions.factories import make_audience
from tests.decisions.forecasting.made import END, make_history
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def test_a_competitor_counts_in_the_calls_of_the_days_alone(client_row):
    deal = make_deal(client=client_row, created_on=date(2026, 1, 1))
    for day, names_one in ((1, False), (2, True), (9, True)):
        call = make_call(client=client_row, started_at=datetime(2026, 3, day, 9, tzinfo=UTC))
        deal.calls.add(call)
        if names_one:
            for _ in range(2):
                Entity.objects.create(
                    call=call, kind="competitor", text="Acme", value="Acme", start=0, end=4, confidence=1
                )
    evidence = read_evidence(make_audience(client=client_row), TODAY)[deal.pk]
    assert (evidence.competitor_calls, evidence.touched) == (1, TODAY)


def test_a_stage_that_came_into_the_table_meanwhile_breaks_no_forecast(client_row):
    make_stages(client_row, "Offer")
    install_table(client=client_row)
    audience = make_audience(client=client_row)
    book = read_book(audience, as_of=TODAY)
    StageChance.objects.create(client=client_row, stage="Contract", kind="closing", chance="0.9")
    assert [row["stage"] for row in stage_rows(book, audience, TODAY)] == ["Offer"]


def test_the_record_of_today_is_learned_once(client_row, monkeypatch):
    made = []
    begin = Sight.__post_init__
    monkeypatch.setattr(Sight, "__post_init__", lambda sight: (made.append(sight.day), begin(sight)))
    make_deal(client=client_row, created_on=date(2026, 1, 1))
    analyse(make_audience(client=client_row), as_of=TODAY, question={}, progress=lambda share: None)
    assert made == [day_number(TODAY)]
    sight = Sight(make_history(1), day_number(END), day_number(END), seed=1, draws=10)
    assert sight.with_chance(None).record is sight.record
