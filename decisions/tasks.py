"""What workers do for decisions."""

from decisions.models import AnalysisRun, Target
from decisions.prediction.serving.predicting import predict_target as predict
from decisions.prediction.serving.refitting import PREDICT_TASK, read_subject, refit_model, start_fit, subject_of
from decisions.runs.services import send_lost, start_daily
from decisions.runs.services import work_run as work
from salesiq.jobs.leases import Lease
from salesiq.jobs.services import enqueue
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


def refit_models(subject: str, lease: Lease) -> None:
    """Every week: each model of each client is fitted anew, and compared with the one in use."""
    for client in Client.objects.all():
        for target in Target.values:
            start_fit(client=client, target=target, user=None)


def fit_target(subject: str, lease: Lease) -> None:
    """One model of one client."""
    found = read_subject(subject)
    if found is not None:
        lease.report("fit", 0.0)
        refit_model(client=found[0], target=found[1])


def predict_all(subject: str, lease: Lease) -> None:
    """Every night, before the analyses: what has come in since is predicted."""
    for client in Client.objects.all():
        for target in Target.values:
            enqueue(task=PREDICT_TASK, subject=subject_of(client, target), client=client)


def predict_target(subject: str, lease: Lease) -> None:
    """What the model in use says of the rows of one target."""
    found = read_subject(subject)
    if found is not None:
        predict(client=found[0], target=found[1], progress=lambda share: lease.report("predict", share))
