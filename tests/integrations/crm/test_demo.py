"""The demo's CRM comes in whole, stands around today, and is the same at the next start."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from integrations.crm.demo import ANCHOR, FILES, MAPPING, OPTIONS, SYSTEM, build_crm, moved
from integrations.crm.models import (
    Activity,
    AdCost,
    Company,
    Deal,
    DealStageChange,
    ImportRun,
    IndustryStandard,
    Lead,
    Purchase,
    Stage,
    Target,
    Task,
)
from recordings.demo import build_parts, build_workspace, receive_demo_calls
from recordings.models import SalesCall
from salesiq.people.models import Agent, Customer
from tests.demo.test_demo_material import DEMO
from tests.integrations.crm.importing import bring_in

MODELS = (Activity, AdCost, Company, Deal, DealStageChange, IndustryStandard, Lead, Purchase, Stage, Target, Task,
          SalesCall, Agent, Customer, ImportRun)  # fmt: skip


@pytest.fixture
def workspace(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return build_workspace()


def test_the_demo_has_a_believable_crm_around_today_and_nothing_is_refused(workspace):
    receive_demo_calls(workspace)
    build_parts(workspace)
    runs = ImportRun.objects.all()
    assert {run.kind for run in runs} == set(FILES)
    assert {run.kind: run.reasons for run in runs if run.rejected} == {}
    assert not any(run.rejected or run.read != run.created for run in runs)
    today = timezone.localdate()
    deals = Deal.objects.exclude(
        external_id__startswith="E"
    )  # without the earlier ones, which other parts of the demo add
    assert 140 <= deals.count() <= 170 and deals.filter(status="open").count() >= 10
    assert (
        timedelta(0)
        <= today - Deal.objects.filter(closed_on__isnull=False).latest("closed_on").closed_on
        < timedelta(14)
    )
    assert today - timedelta(days=480) < Lead.objects.earliest("created_on").created_on < today - timedelta(days=400)
    assert not SalesCall.objects.filter(started_at__gt=timezone.now() + timedelta(days=1)).exists()
    assert Deal.objects.filter(owner=None).count() == Deal.objects.filter(value=None).count() == 0
    stages = [stage.name for stage in Stage.objects.order_by("position")]
    assert stages == ["Inquiry", "Site visit", "Offer sent", "Contract", "Won", "Lost"]
    assert DealStageChange.objects.count() > 300
    heard = SalesCall.objects.exclude(status="logged")
    assert heard.filter(deals__isnull=False).distinct().count() >= 8


def test_starting_the_demo_again_changes_nothing(workspace):
    build_crm(workspace)
    before = [list(model.objects.order_by("pk").values()) for model in MODELS]
    build_crm(workspace)
    assert [list(model.objects.order_by("pk").values()) for model in MODELS] == before


def test_a_start_that_was_killed_goes_on_where_it_was(workspace):
    build_crm(workspace)
    counts = {model: model.objects.count() for model in MODELS}
    ImportRun.objects.filter(kind__in=("calls", "standards", "deals")).update(status="running")
    build_crm(workspace)
    assert {model: model.objects.count() for model in MODELS if model is not ImportRun} == {
        model: count for model, count in counts.items() if model is not ImportRun
    }


def test_the_same_deals_with_later_days_have_as_many_steps_as_before(workspace):
    build_crm(workspace)
    before = DealStageChange.objects.count()
    assert before > 300
    path = DEMO / "crm" / "deals.csv"
    later = moved(path.read_text(encoding="utf-8"), timezone.localdate() + timedelta(days=8))
    _run, result = bring_in(workspace.client, "deals", later, system=SYSTEM, mapping=MAPPING["deals"], options=OPTIONS)
    assert result.updated > 140
    assert DealStageChange.objects.count() == before


def test_days_move_by_whole_weeks():
    text = 'a,b\n2026-01-05,"x, 2026-01-06 10:00:00"\n'
    assert moved(text, ANCHOR + timedelta(days=13)) == 'a,b\n2026-01-12,"x, 2026-01-13 10:00:00"\n'
    assert moved(text, date(2026, 1, 5)) == text


def test_nobody_in_the_files_can_be_reached():
    for path in (DEMO / "crm").glob("*.csv"):
        for word in path.read_text(encoding="utf-8").replace(",", " ").split():
            assert "@" not in word or word.endswith(".example"), word
