"""What workers do for decisions."""

from decisions.models import AnalysisRun
from decisions.runs.services import send_lost, start_daily
from decisions.runs.services import work_run as work
from salesiq.jobs.leases import Lease
from salesiq.people.models import Client


def start_analyses(subject: str, lease: Lease) -> None:
    """Every night: each client's standard analyses."""
    for client in Client.objects.all():
        start_daily(client)


def work_run(subject: str, lease: Lease) -> None:
    """One analysis; then those that waited for it, also when it had ended before this attempt."""
    run = AnalysisRun.objects.select_related("audience__client").filter(pk=subject).first()
    if run is not None:
        work(run, lambda share: lease.report("analyse", share))
        send_lost(run.audience)
