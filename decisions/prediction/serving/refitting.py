"""Fitting models and deciding which one is in use. Killed anywhere, either the old or the new one serves."""

from typing import Any

import numpy as np
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from decisions.models import ModelStatus, PredictiveModel, Target
from decisions.prediction.engine.documents import Fitted
from decisions.prediction.engine.fitting import fit_model
from decisions.prediction.frames import frame_of, split_of, with_later
from decisions.prediction.serving.challenging import UNLEARNED, challenge
from decisions.prediction.targets import TargetRows, rows_to_learn, today_of
from decisions.runs.registry import CannotAnswerError
from salesiq.audit.services import record_event
from salesiq.jobs.models import Job
from salesiq.jobs.services import enqueue
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability

FIT_TASK = "decisions.tasks.fit_target"
PREDICT_TASK = "decisions.tasks.predict_target"
# Models of one target that are kept beside the one in use.
KEPT = 30


def start_fit(*, client: Client, target: str, user: User | None) -> Job:
    """Have a model fitted now; one that is being fitted already is not begun twice.

    Raises:
        PermissionDenied: `user` does not manage decisions.
    """
    if user is not None:
        require_manager(user)
    with transaction.atomic():
        job = enqueue(task=FIT_TASK, subject=subject_of(client, target), client=client, created_by=user)
        if user is not None:
            record_event(action="model_fit_asked", actor=user, client=client, details={"target": target})
    return job


def last_fits(client: Client) -> dict[str, Job]:
    """The newest job that fits each target, waiting, running or ended; no entry where none is known. One query."""
    later = Job.objects.filter(task=FIT_TASK, subject=OuterRef("subject"), created_at__gt=OuterRef("created_at"))
    subjects = {subject_of(client, target): target for target in Target.values}
    jobs = Job.objects.filter(task=FIT_TASK, client=client, subject__in=subjects)
    return {subjects[job.subject]: job for job in jobs.filter(~Exists(later))}


def subject_of(client: Client, target: str) -> str:
    """What jobs about one target of a client are named by; see `read_subject`."""
    return f"{client.pk}:{target}"


def read_subject(subject: str) -> tuple[Client, str] | None:
    """Client and target of a job; None where the client has gone."""
    pk, _colon, target = subject.partition(":")
    client = Client.objects.filter(pk=pk).first()
    return (client, target) if client is not None and target in Target.values else None


def refit_model(*, client: Client, target: str) -> PredictiveModel | None:
    """Fit a model on all rows of the client whose outcome is known, and put it in use where it is better than the one
    that is. None where the client has no such row."""
    rows = rows_to_learn(client, target)
    if not (~np.isnan(rows.came_true)).any():
        return None
    split = split_of(rows)
    fitted = fit_model(frame_of(rows, today_of(client)), split=split)
    while True:
        serving = PredictiveModel.objects.serving(client.pk, target)
        found = challenge(fitted, rows, serving, split)
        kept = _keep(client, rows, fitted, found, serving)
        if kept is not None:
            return kept


def put_in_use(*, model: PredictiveModel, user: User) -> PredictiveModel:
    """Have a model that was replaced or refused serve, because somebody says so.

    Raises:
        PermissionDenied: `user` does not manage decisions of its client.
        CannotAnswerError: there is nothing in it to predict with.
    """
    require_manager(user)
    if not PredictiveModel.objects.visible_to(user).filter(pk=model.pk).exists():
        raise PermissionDenied(_("This is a model of another client."))
    with transaction.atomic():
        _lock(model.client)
        model = PredictiveModel.objects.select_for_update(of=("self",)).get(pk=model.pk)
        if model.status == ModelStatus.SERVING:
            return model
        if not model.document or model.compared.get("why") in UNLEARNED:
            raise CannotAnswerError(_("This model has learned nothing: there were too few rows. Choose another one."))
        _retire(PredictiveModel.objects.serving(model.client_id, model.target))
        model.status = ModelStatus.SERVING
        model.save(update_fields=["status", "updated_at"])
        record_event(action="model_put_in_use", actor=user, target=model, details={"by": "hand"})
        _predict_soon(model.client, model.target)
    return model


def require_manager(user: User) -> None:
    """Raises PermissionDenied where `user` may not decide about models."""
    if not user.can(Capability.MANAGE_DECISIONS):
        raise PermissionDenied(_("You may not change which model is in use. Ask an administrator."))


def _keep(
    client: Client, rows: TargetRows, fitted: Fitted, found: dict[str, Any], serving: PredictiveModel | None
) -> PredictiveModel | None:
    """Write the model, in use or refused; None where another one has come into use since it was compared."""
    with transaction.atomic():
        _lock(client)
        now = PredictiveModel.objects.serving(client.pk, rows.target)
        if (now and now.pk) != (serving and serving.pk):
            return None
        if found["better"]:
            _retire(now)
        newest = PredictiveModel.objects.filter(client=client, target=rows.target).aggregate(newest=Max("number"))
        model = PredictiveModel.objects.create(
            client=client, target=rows.target, number=(newest["newest"] or 0) + 1, compared=found,
            status=ModelStatus.SERVING if found["better"] else ModelStatus.REFUSED,
            **_values(client, rows, fitted),
        )  # fmt: skip
        action = "model_put_in_use" if found["better"] else "model_refused"
        record_event(action=action, actor=None, target=model, details={"why": found["why"]})
        _forget_old(client, rows.target)
        if found["better"]:
            _predict_soon(client, rows.target)
    return model


def _values(client: Client, rows: TargetRows, fitted: Fitted) -> dict[str, Any]:
    report = fitted.report
    learned = rows.known[~np.isnan(rows.came_true)]
    since, until = _ends(learned[learned <= np.datetime64(today_of(client))])
    metrics = ("n", "positives", "base_rate", "auc", "auc_low", "auc_high", "brier", "brier_base", "ece")
    losses = {each["form"]: each.get("log_loss") for each in report["compared"]}
    return {
        "form": report["chosen"],
        "has_signal": report["signal"],
        "trained_since": since,
        "trained_until": until,
        "n": report["n"],
        "positives": report["positives"],
        "features": report["features"],
        "leaks": with_later(report["leaks"], rows.later),
        "metrics": {**{name: report[name] for name in metrics}, "log_loss": losses.get(report["chosen"])},  # type: ignore[literal-required]
        "card": {**fitted.card, "conclusion": report["conclusion"]},
        "document": fitted.document,
    }


def _ends(days: NDArray[np.datetime64]) -> tuple[Any, Any]:
    known = days[~np.isnat(days)]
    return (known.min().item(), known.max().item()) if len(known) else (None, None)


def _lock(client: Client) -> None:
    """One at a time decides about a client's models; writing its other rows goes on."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)


def _retire(model: PredictiveModel | None) -> None:
    if model is not None:
        model.status = ModelStatus.RETIRED
        model.save(update_fields=["status", "updated_at"])


def _predict_soon(client: Client, target: str) -> None:
    enqueue(task=PREDICT_TASK, subject=subject_of(client, target), client=client)


def _forget_old(client: Client, target: str) -> None:
    idle = PredictiveModel.objects.filter(client=client, target=target).exclude(status=ModelStatus.SERVING)
    kept = list(idle.order_by("-number").values_list("pk", flat=True)[:KEPT])
    idle.exclude(pk__in=kept).delete()
