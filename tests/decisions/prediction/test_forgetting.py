"""Who is erased is in no prediction and by name in no model; who asks is told what was predicted."""

import json

import pytest

from decisions.models import Prediction, PredictiveModel, Target
from decisions.prediction.serving.forgetting import PredictionKeeper
from decisions.prediction.serving.predicting import predict_target
from decisions.prediction.serving.refitting import refit_model
from integrations.crm.models import CustomField, Deal
from recordings.privacy.anonymising import anonymise_call
from recordings.privacy.identity import Identity
from tests.decisions.prediction.rows import make_deals, make_open_deals
from tests.factories import make_customer
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(client_row):
    """Their name stands in a field that somebody writes names into, often enough for a model to know it."""
    customer = make_customer(client=client_row, name="Wilhelmina Kowalczyk")
    CustomField.objects.create(client=client_row, kind="deals", key="buyer", label="Buyer", type="text")
    make_deals(client_row)
    Deal.objects.filter(source="good").update(custom={"buyer": "Wilhelmina Kowalczyk"})
    Deal.objects.filter(source="bad").update(custom={"buyer": "somebody"})
    make_open_deals(client_row, customer=customer)
    Deal.objects.create(client=client_row, name="Other", source="good", custom={"buyer": "Wilhelmina Kowalczyk"})
    refit_model(client=client_row, target=Target.DEAL_WIN)
    predict_target(client=client_row, target=Target.DEAL_WIN)
    return customer


def everything():
    return json.dumps([*PredictiveModel.objects.values_list("document", "card"),
                       *Prediction.objects.values_list("reasons", flat=True)])  # fmt: skip


def test_erasing_a_person_leaves_them_in_no_prediction_and_no_model(client_row, customer):
    keeper, people = PredictionKeeper(), [customer.pk]
    identity = Identity(names=("Wilhelmina Kowalczyk",))
    assert "Kowalczyk" in everything()
    assert keeper.count(client=client_row, customers=people) == 2
    told = keeper.document(client=client_row, customers=people)["predictions"]
    assert {each["about"] for each in told} == {"deal_win"}
    rows = keeper.forget(client=client_row, customers=people, identity=identity)
    assert rows["decisions.predictivemodel"] == 1
    assert "Kowalczyk" not in everything()
    assert Prediction.objects.count() == 1
    assert keeper.forget(client=client_row, customers=people, identity=identity) == {}
    assert predict_target(client=client_row, target=Target.DEAL_WIN) == 3  # what is left of the model predicts


def test_names_of_fields_stay_when_a_person_is_called_like_one(client_row, customer):
    before = PredictiveModel.objects.get().document
    PredictionKeeper().forget(client=client_row, customers=[customer.pk], identity=Identity(names=("Source Agent",)))
    assert PredictiveModel.objects.get().document == before


def test_what_was_predicted_of_a_call_goes_with_its_words(client_row, customer):
    call = make_call(client=client_row)
    Prediction.objects.create(model=PredictiveModel.objects.get(), call=call, probability=0.4)
    anonymise_call(call=call)
    assert not Prediction.objects.filter(call=call).exists()
