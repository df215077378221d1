"""Decisions in the demo workspace: earlier deals, and every analysis worked once all calls are ready."""

from django.utils import timezone

from decisions.models import AnalysisRun, PredictiveModel, RunKind, RunStatus, Target
from decisions.prediction.serving.predicting import predict_target
from decisions.prediction.serving.refitting import refit_model
from decisions.runs import due_audiences, start_analysis
from decisions.runs.services import work_run
from integrations.crm.demo import SYSTEM, import_demo_file
from integrations.crm.models import ImportRun, ImportStatus, RecordKind
from recordings.demo import DEMO_DIR, DemoWorkspace
from salesiq.people.models import Client

FOLDER = DEMO_DIR / "crm_earlier"
FILES = {RecordKind.DEALS: "earlier_deals.csv", RecordKind.ACTIVITIES: "earlier_activities.csv"}


def build_earlier_deals(workspace: DemoWorkspace) -> None:
    """Import what is not there yet, moved to the day of the first time."""
    runs = ImportRun.objects.filter(client=workspace.client, system=SYSTEM, file_name__in=FILES.values())
    done = set(runs.filter(status=ImportStatus.DONE).values_list("kind", flat=True))
    first = runs.order_by("created_at").first()
    today = first.created_at.date() if first else timezone.now().date()
    for kind, name in FILES.items():
        if kind not in done:
            import_demo_file(workspace.client, kind, FOLDER / name, today)


def build_decisions(workspace: DemoWorkspace) -> None:
    """What the nights would work out, worked out now, so that the pages have something to say."""
    client = workspace.client
    for target in Target.values:
        if not PredictiveModel.objects.filter(client=client, target=target).exists():
            refit_model(client=client, target=target)
            predict_target(client=client, target=target)
    work_everything(client)


def work_everything(client: Client) -> None:
    """Every standard analysis of every audience that has no finished one."""
    for audience in due_audiences(client):
        for kind in RunKind.values:
            if AnalysisRun.objects.current(audience, kind) is None:
                run = start_analysis(audience=audience, kind=kind, user=None)
                if run.status in (RunStatus.WAITING, RunStatus.RUNNING):
                    work_run(run)
