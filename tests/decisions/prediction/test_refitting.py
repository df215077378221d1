"""A model is put in use where it is better on rows that neither has seen, and nothing else replaces it."""

import os
import signal
from datetime import date

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from decisions.models import ModelStatus, PredictiveModel, Target
from decisions.prediction.serving import refitting
from decisions.prediction.serving.comparing import compare, enough_to_compare
from decisions.prediction.serving.refitting import put_in_use, refit_model, start_fit, subject_of
from integrations.crm.models import Deal
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from tests.decisions.prediction.rows import make_deals
from tests.factories import make_client, make_user

LATER = date(2026, 6, 1)


def refit(client):
    return refit_model(client=client, target=Target.DEAL_WIN)


def serving(client):
    return PredictiveModel.objects.serving(client.pk, Target.DEAL_WIN)


@pytest.mark.django_db
def test_the_first_model_serves_and_says_what_it_rests_on(client_row):
    make_deals(client_row)
    model = refit(client_row)
    assert (model.status, model.number, model.has_signal, model.compared["why"]) == ("serving", 1, True, "first")
    assert (model.n, "source" in model.features) == (300, True)
    assert model.metrics["auc_low"] > 0.5
    assert str(model.trained_until) == "2026-04-20"
    assert {"lost_reason", "stage"} <= {leak["field"] for leak in model.leaks}
    assert Job.objects.filter(task=refitting.PREDICT_TASK, subject=subject_of(client_row, "deal_win")).exists()
    assert AuditEvent.objects.filter(action="model_put_in_use", object_id=str(model.pk)).exists()


@pytest.mark.django_db
def test_without_new_rows_the_model_in_use_stays(client_row):
    make_deals(client_row)
    first = refit(client_row)
    again = refit(client_row)
    assert (again.status, again.compared["why"]) == (ModelStatus.REFUSED, "too_few_new_rows")
    assert serving(client_row) == first


@pytest.mark.django_db
def test_a_deal_that_closes_on_a_day_to_come_keeps_no_better_model_away(client_row):
    make_deals(client_row, 200)
    Deal.objects.create(client=client_row, name="Typo", status="won", created_on=LATER, closed_on=date(2099, 1, 1))
    assert refit(client_row).trained_until < LATER
    make_deals(client_row, 450, since=LATER, turned=True)
    second = refit(client_row)
    assert (second.compared["why"], second.compared["n"]) == ("better", 450)


@pytest.mark.django_db
def test_a_model_that_learned_from_spoilt_rows_does_not_replace_a_better_one(client_row):
    make_deals(client_row)
    first = refit(client_row)
    make_deals(client_row, 120, since=LATER)
    # Somebody spoils the past: what was won counts as lost.
    Deal.objects.filter(created_on__lt=LATER, source="good").update(status="lost")
    second = refit(client_row)
    assert (second.status, second.compared["why"]) == (ModelStatus.REFUSED, "not_better")
    assert second.compared["new_log_loss"] > second.compared["old_log_loss"]
    assert serving(client_row) == first


@pytest.mark.django_db
def test_a_model_that_knows_how_things_have_turned_replaces_the_old_one(client_row):
    make_deals(client_row, 200)
    first = refit(client_row)
    make_deals(client_row, 450, since=LATER, turned=True)
    second = refit(client_row)
    first.refresh_from_db()
    assert second.compared["why"] == "better"
    assert (second.compared["n"], second.compared["with"]) == (450, 1)
    assert (first.status, serving(client_row)) == (ModelStatus.RETIRED, second)


@pytest.mark.django_db
def test_signal_that_is_found_later_takes_the_place_of_the_base_rate(client_row):
    make_deals(client_row)
    Deal.objects.update(source="")
    first = refit(client_row)
    assert (first.form, first.has_signal) == ("base_rate", False)
    Deal.objects.all().delete()
    make_deals(client_row)
    assert refit(client_row).compared["why"] == "gained_signal"


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["won", "lost"])
def test_rows_that_teach_nothing_put_nothing_in_use(client_row, status):
    assert refit(client_row) is None
    for number in range(8):
        Deal.objects.create(client=client_row, name=f"{number}", status=status)
    model = refit(client_row)
    assert (model.status, model.compared["why"]) == (ModelStatus.REFUSED, "one_class")
    assert serving(client_row) is None
    with pytest.raises(ValueError, match="too few rows"):
        put_in_use(model=model, user=make_user(client=client_row))


@pytest.mark.django_db
def test_an_administrator_puts_another_model_in_use_and_nobody_else_does(client_row):
    make_deals(client_row)
    first, second = refit(client_row), refit(client_row)
    admin = make_user(client=client_row)
    for user in (make_user(client=client_row, role=Role.MANAGER), make_user()):
        with pytest.raises(PermissionDenied):
            put_in_use(model=second, user=user)
    with pytest.raises(PermissionDenied):
        start_fit(client=client_row, target="deal_win", user=make_user(client=client_row, role=Role.MANAGER))
    assert put_in_use(model=second, user=admin).status == ModelStatus.SERVING
    first.refresh_from_db()
    assert first.status == ModelStatus.RETIRED
    assert AuditEvent.objects.filter(action="model_put_in_use", actor=admin, object_id=str(second.pk)).exists()


def _die_at(name: str) -> None:
    """From now on this process kills itself after it has called that function of `refitting`."""
    real = getattr(refitting, name)

    def deadly(*args, **kwargs):
        real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(refitting, name, deadly)


@pytest.mark.django_db(transaction=True)
def test_killed_while_models_change_either_the_old_or_the_new_one_serves():
    client = make_client()
    make_deals(client, 120)
    first = refit(client)
    make_deals(client, 180, since=LATER, turned=True)
    for place in ("_lock", "_retire", "_predict_soon"):
        connections.close_all()
        child = os.fork()
        if not child:
            _die_at(place)
            refit(client)
            os._exit(1)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        assert serving(client) == first
    job = start_fit(client=client, target="deal_win", user=None)
    assert run_job(job.pk).status == JobStatus.SUCCEEDED
    assert serving(client).number == 2
    assert PredictiveModel.objects.filter(client=client).count() == 2


def test_who_states_the_true_probabilities_is_better():
    chance = np.random.default_rng(3)
    true = chance.uniform(0.05, 0.95, 4000)
    outcome = (chance.uniform(size=4000) < true).astype(float)
    found = compare(outcome, np.full(4000, outcome.mean()), true)
    assert found["better"]
    assert found["high"] < 0
    assert not compare(outcome, true, np.full(4000, 0.5))["better"]
    assert compare(np.array([1.0]), np.array([0.0]), np.array([1.0]))["better"]


@pytest.mark.parametrize(("ones", "zeros", "enough"), [(25, 25, True), (9, 91, False), (20, 20, False), (0, 0, False)])
def test_few_rows_decide_nothing(ones, zeros, enough):
    assert enough_to_compare(np.array([1.0] * ones + [0.0] * zeros)) is enough
