"""The command measures out of sample, names what knows the outcome, and says when nothing does."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from integrations.crm.models import CustomField, Deal
from tests.analytics.crm_rows import make_deal
from tests.analytics.maven import import_maven
from tests.factories import make_client

pytestmark = pytest.mark.django_db
PRINTED = {"n", "positives", "auc", "auc_low", "auc_high", "brier", "ece", "signal", "leaks", "chosen", "features"}


@pytest.fixture(scope="module")
def maven(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield import_maven()
        transaction.set_rollback(True)


def evaluated(client, *args, target="deal_win"):
    out = StringIO()
    call_command("evaluate_model", "--target", target, "--client", client.slug, *args, "--json", stdout=out)
    return json.loads(out.getvalue())


def make_deals(client, count=300):
    """Of every ten deals, the "good" source wins seven and the other two; `seen` is filled in when a deal is won."""
    CustomField.objects.create(client=client, kind="deals", key="seen", label="Seen", type="text")
    Deal.objects.bulk_create(
        Deal(
            client=client, name=f"Deal {n}", created_on=f"2026-0{1 + n % 6}-1{n % 10}", closed_on="2026-07-01",
            status="won" if (won := n % 10 < (7 if n % 2 else 2)) else "lost", source="good" if n % 2 else "bad",
            lost_reason="" if won else "price", custom={"seen": f"by {n % 3}"} if won else {},
        )
        for n in range(count)
    )  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize("split", ["random", "time"])
def test_deals_of_maven_carry_no_signal_when_somebody_engages(maven, split):
    report = evaluated(maven, "--split", split)
    assert (report["n"], report["positives"]) == (6711, 4238)
    assert report["signal"] is False
    assert report["chosen"] == "base_rate"
    assert report["auc_low"] <= 0.5 <= report["auc_high"]
    assert "value" in {leak["field"] for leak in report["leaks"]}  # what a lost deal was worth is written as nothing


def test_a_field_with_signal_is_found_and_one_filled_in_afterwards_is_named(client_row):
    make_deals(client_row)
    report = evaluated(client_row)
    assert set(report) >= PRINTED
    assert report["signal"] is True
    assert report["auc_low"] > 0.5
    assert "source" in report["features"]
    leaks = {leak["field"]: leak["why"] for leak in report["leaks"]}
    assert {"custom.deals.seen", "lost_reason", "sales_cycle_days", "last_activity"} <= set(leaks)
    assert all(leaks.values())
    without = evaluated(client_row, "--exclude", "source,seen")
    assert without["signal"] is False
    assert not {"source", "custom.deals.seen"} & {*without["features"], *(each["field"] for each in without["leaks"])}


@pytest.mark.parametrize("target", ["call_outcome", "deal_win", "lead_conversion"])
def test_what_cannot_be_said_is_said(client_row, target):
    for _ in range(8):
        make_deal(client_row, status="won")
    report = evaluated(client_row, target=target)
    assert report["signal"] is False
    assert report["auc"] is None
    assert report["conclusion"] in ("nothing", "one_class", "too_little")
    out = StringIO()
    call_command("evaluate_model", "--target", target, "--client", client_row.slug, stdout=out)
    assert "Nothing can be said" in out.getvalue()


def test_an_unknown_field_or_client_is_refused_with_a_sentence():
    client = make_client()
    with pytest.raises(CommandError, match="No field nonsense"):
        evaluated(client, "--exclude", "nonsense")
    with pytest.raises(CommandError, match="no client"):
        call_command("evaluate_model", "--target", "deal_win", "--client", "nobody")
