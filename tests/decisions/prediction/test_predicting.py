"""What the model in use says stands beside open deals, leads and calls, for who sees those rows."""

import pytest

from decisions.models import Prediction, PredictiveModel, Target
from decisions.prediction.serving.predicting import predict_target
from decisions.prediction.serving.refitting import refit_model
from integrations.crm.models import Deal
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.analytics.crm_rows import make_lead
from tests.decisions.prediction.rows import make_deals, make_leads, make_open_deals
from tests.factories import make_agent, make_client, make_team, make_user

pytestmark = pytest.mark.django_db


def predicted(client, target=Target.DEAL_WIN):
    refit_model(client=client, target=target)
    return predict_target(client=client, target=target)


def test_each_open_deal_has_a_probability_with_reasons(client_row):
    make_deals(client_row)
    good, bad = make_open_deals(client_row)
    assert predicted(client_row) == 2
    good, bad = (Prediction.objects.get(deal=deal) for deal in (good, bad))
    assert good.probability > 0.55 > 0.35 > bad.probability
    assert (good.reasons[0]["feature"], good.reasons[0]["level"]) == ("source", "good")
    assert good.reasons[0]["effect"] > 0 > bad.reasons[0]["effect"]
    assert predict_target(client=client_row, target=Target.DEAL_WIN) == 2  # again: the same rows
    assert Prediction.objects.count() == 2


def test_a_model_without_signal_says_the_base_rate_alone(client_row):
    make_deals(client_row)
    make_open_deals(client_row)
    Deal.objects.update(source="")
    predicted(client_row)
    assert {round(each.probability, 2) for each in Prediction.objects.all()} == {0.45}
    assert [each.reasons for each in Prediction.objects.all()] == [[], []]


def test_leads_that_wait_are_predicted(client_row):
    make_leads(client_row)
    lead = make_lead(client_row, source="good", created_on="2026-11-20")
    assert predicted(client_row, Target.LEAD_CONVERSION) == 1
    assert Prediction.objects.get(lead=lead).probability > 0.5


def test_a_row_that_lacks_everything_or_has_what_nobody_saw_is_predicted_too(client_row):
    make_deals(client_row)
    for values in ({}, {"source": "never seen", "value": -5, "created_on": None}):
        Deal.objects.create(client=client_row, name="Odd", **values)
    assert predicted(client_row) == 2
    assert all(0 < each.probability < 1 for each in Prediction.objects.all())


def test_predictions_are_seen_by_who_sees_the_rows(client_row):
    make_deals(client_row)
    north, south = (make_agent(team=make_team(client=client_row)) for _ in range(2))
    make_open_deals(client_row, owner=north)
    manager = make_user(client=client_row, role=Role.MANAGER)
    south.team.managers.add(manager)
    predicted(client_row)

    def seen(user):
        return Prediction.objects.visible_to(user).count()

    assert (seen(make_user(client=client_row)), seen(manager), seen(make_user())) == (2, 0, 0)
    north.team.managers.add(manager)
    assert seen(manager) == 2
    assert PredictiveModel.objects.visible_to(manager).count() == 1
    assert not PredictiveModel.objects.visible_to(make_user()).exists()
    assert not PredictiveModel.objects.visible_to(make_user(client=client_row, role=Role.AGENT)).exists()


def test_the_jobs_of_a_week_and_of_a_night_reach_every_client(monkeypatch):
    from decisions import tasks

    clients = [make_client(), make_client()]
    tasks.refit_models("refit-models", None)
    tasks.predict_all("predict", None)
    for task in ("fit_target", "predict_target"):
        assert Job.objects.filter(task=f"decisions.tasks.{task}").count() == len(clients) * len(Target.values)


def test_the_number_of_queries_does_not_grow_with_the_rows(client_row, django_assert_max_num_queries):
    make_deals(client_row)
    model = refit_model(client=client_row, target=Target.DEAL_WIN)
    Deal.objects.bulk_create(Deal(client=client_row, name="Open", source="good") for _ in range(200))
    with django_assert_max_num_queries(12):  # SQLite writes in more pieces
        predict_target(client=client_row, target=Target.DEAL_WIN)
    assert model.predictions.count() == 200
