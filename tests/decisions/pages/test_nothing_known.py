"""Pages of documents in which everything that may be unknown is: a dash or a sentence stands there, never "None"."""

import re
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from django.urls import reverse

from decisions import documents
from decisions.models import AnalysisRun, Anomaly, Finding, PredictiveModel
from tests.decisions.documents_by_hand import make_everything
from tests.decisions.pages.test_content import PAGES
from tests.factories import make_agent

KINDS = {
    "winrate": documents.WinRateDocument, "drivers": documents.DriversDocument,
    "forecast": documents.ForecastDocument, "patterns": documents.PatternsDocument,
}  # fmt: skip


def unknown(value: Any, kind: Any) -> Any:
    """`value` with None wherever its type allows it, and nothing significant."""
    if get_origin(kind) is UnionType and type(None) in get_args(kind):
        return None
    if get_origin(kind) is list:
        return [unknown(each, get_args(kind)[0]) for each in value]
    if not is_typeddict(kind):
        return value
    hints = get_type_hints(kind)
    known = {name: unknown(each, hints.get(name, Any)) for name, each in value.items()}
    return {**known, "significant": False} if "significant" in known else known


@pytest.fixture
def nothing_known(audience, tenant):
    made = make_everything(audience, make_agent(client=tenant))
    for run in AnalysisRun.objects.filter(kind__in=KINDS):
        run.result = unknown(run.result, KINDS[run.kind])
        run.save()
    PredictiveModel.objects.update(has_signal=False, metrics={}, card={}, trained_since=None, trained_until=None)
    Anomaly.objects.update(day=None, agent=None)
    Finding.objects.update(money=None, evidence=[], figures={})
    return made


@pytest.mark.parametrize("name", PAGES)
def test_what_is_not_known_is_no_none_on_a_page(name, nothing_known, browser):
    said(browser, reverse(f"analytics-{name}"))


def test_what_is_not_known_is_no_none_on_the_page_of_one_thing(nothing_known, browser):
    said(browser, reverse("analytics-model", args=[nothing_known["model"].pk]))
    said(browser, reverse("analytics-finding", args=[nothing_known["findings"][0].pk]))


def said(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    assert re.findall(r".{0,60}\b(?:None(?! of [0-9])|nan|NaN)\b.{0,60}", answer.content.decode()) == []
