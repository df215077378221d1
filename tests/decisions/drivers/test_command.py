"""The command prints the document; what cannot be answered ends it with a sentence."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.analytics.crm_rows import make_deal

pytestmark = pytest.mark.django_db


def printed(*words):
    out = StringIO()
    call_command("drivers", *words, stdout=out)
    return out.getvalue()


def test_the_command_prints_what_explains_the_win_rate(client_row):
    for number in range(160):
        region = "North" if number % 2 else "South"
        status = "won" if (number % 20 < 17) == (region == "North") else "lost"
        make_deal(
            client_row, status=status, region=region, source="web" if number % 3 else "fair", closed_on="2026-03-09"
        )
    document = json.loads(printed("--client", client_row.slug, "--json"))
    assert {"auc", "auc_low", "auc_high", "conclusion", "drivers", "data_quality"} <= set(document)
    assert document["conclusion"] == "drivers"
    assert {each["feature"] for each in document["drivers"] if each["significant"]} == {"region"}
    assert "region North" in printed("--client", client_row.slug)
    assert "Too few deals" in printed("--client", client_row.slug, "--from", "2026-03-10")


def test_deals_that_will_have_been_decided_are_not_known(client_row):
    make_deal(client_row, status="won", region="North", closed_on="2999-01-01")
    assert json.loads(printed("--client", client_row.slug, "--json"))["n"] == 0


def test_days_that_are_none_end_the_command(client_row):
    with pytest.raises(CommandError, match="is not a day"):
        printed("--client", client_row.slug, "--from", "soon")
    with pytest.raises(CommandError, match="Swap them"):
        printed("--client", client_row.slug, "--from", "2026-02-01", "--to", "2026-01-01")
