"""What the history of stages says of how it was kept."""

from datetime import date

import pytest

from decisions.quality.history import history_notes
from integrations.crm.models import Deal
from tests.analytics.crm_rows import make_deal, make_stages
from tests.decisions.factories import make_audience

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
AS_OF = date(2026, 6, 1)


def at(number: int) -> date:
    return date(2026, 3, number)


def notes_of(client):
    return {note["code"]: note for note in history_notes(make_audience(client=client), AS_OF)}


def test_wrong_updates_of_stages_are_counted(client_row):
    make_stages(client_row, "Visit", "Offer")
    closed = {"status": "won", "stage": "Won", "closed_on": at(20)}
    steps = {"Visit": at(3), "Offer": at(5), "Won": at(20)}
    for _ in range(3):
        make_deal(client_row, history=steps, **closed)
    make_deal(client_row, history={"Won": at(20)}, **closed)
    make_deal(client_row, history={"Visit": at(3), "Lost": at(8), "Offer": at(10)}, stage="Offer", status="open")
    make_deal(client_row, history={"Offer": at(3), "Visit": at(8)}, stage="Visit", status="open")
    make_deal(client_row, history={**steps, "Offer": at(25)}, **closed)
    make_deal(client_row, status="won", stage="Offer", closed_on=at(9))
    make_deal(client_row, created_on=date(2026, 7, 1))
    found = {code: (note["n"], note["of"]) for code, note in notes_of(client_row).items()}
    assert found == {
        "stage_disagrees": (1, 6), "created_in_future": (1, 9), "won_without_stages": (1, 5), "reopened": (2, 7),
        "moved_after_closing": (1, 7), "moved_back": (1, 7),
    }  # fmt: skip


def test_a_record_of_closings_alone_says_nothing_of_stages(client_row):
    make_stages(client_row, "Visit")
    for _ in range(5):
        make_deal(client_row, history={"Won": at(20)}, status="won", stage="Won", closed_on=at(20))
    assert not notes_of(client_row)


def test_it_costs_the_same_queries_for_many_deals(client_row, django_assert_num_queries):
    make_stages(client_row, "Visit")
    audience = make_audience(client=client_row)
    for _ in range(6):
        make_deal(client_row, history={"Visit": at(3), "Won": at(20)}, status="won", stage="Won", closed_on=at(20))
    assert Deal.objects.count() == 6
    with django_assert_num_queries(5):
        list(history_notes(audience, AS_OF))
