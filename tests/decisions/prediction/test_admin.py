"""The back office shows models to who works with decisions, and lets administrators choose which one is in use."""

import pytest
from django.urls import reverse

from decisions.models import PredictiveModel, Target
from decisions.prediction.serving.refitting import FIT_TASK, refit_model
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.decisions.prediction.rows import make_deals
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = reverse("admin:decisions_predictivemodel_changelist")


@pytest.fixture
def models(client_row):
    make_deals(client_row, 120)
    return [refit_model(client=client_row, target=Target.DEAL_WIN) for _ in range(2)]


def act(browser, action, *rows):
    return browser.post(LIST, {"action": action, "_selected_action": [str(row.pk) for row in rows]}, follow=True)


def test_an_administrator_looks_at_models_chooses_one_and_has_one_fitted(client, client_row, models):
    client.force_login(make_user(client=client_row))
    assert "A deal is won 2" in client.get(LIST).content.decode()
    page = client.get(reverse("admin:decisions_predictivemodel_change", args=[models[0].pk])).content.decode()
    assert "lost_reason (after_outcome)" in page
    assert "Choose one model" in act(client, "use", *models).content.decode()
    assert "is in use" in act(client, "use", models[1]).content.decode()
    assert PredictiveModel.objects.get(status="serving") == models[1]
    Job.objects.all().delete()
    act(client, "fit", *models)
    assert Job.objects.filter(task=FIT_TASK).count() == 1


def test_a_manager_looks_and_changes_nothing(client, client_row, models):
    client.force_login(make_user(client=client_row, role=Role.MANAGER))
    assert client.get(LIST).status_code == 200
    act(client, "use", models[1])
    assert PredictiveModel.objects.get(status="serving") == models[0]
