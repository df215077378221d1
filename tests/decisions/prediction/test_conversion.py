"""A call's chance of a sale comes from the client's own model once it has earned it, and from the rules until then."""

import pytest

from decisions.models import Prediction, PredictiveModel, Target
from decisions.prediction.serving.conversion import ModelEstimator
from decisions.prediction.serving.predicting import predict_target
from decisions.prediction.serving.refitting import refit_model
from recordings.models import SalesCall, Score, Scorecard
from recordings.pipeline.score import ScoreStage
from recordings.pipeline.stage import RunContext
from tests.decisions.prediction.rows import make_heard_calls
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(client_row):
    make_heard_calls(client_row)
    return refit_model(client=client_row, target=Target.CALL_OUTCOME)


def scored(call):
    """As the pipeline scores it, by the standard scorecard."""
    Score.objects.all().delete()
    Scorecard.objects.all().delete()
    stage = ScoreStage()
    call = SalesCall.objects.get(pk=call.pk)
    stage.save(call, stage.compute(RunContext(call), lambda share: None))
    call.refresh_from_db()
    return call


def adds_up(document):
    total = document["base_logit"] + sum(factor["effect"] for factor in document["factors"])
    return total == pytest.approx(document["logit"], abs=0.0011)


def test_without_a_model_the_rules_estimate(client_row):
    call = scored(make_call(client=client_row))
    assert call.analysis.conversion["calibrated"] is False
    assert "conversion" not in ScoreStage().inputs(call)
    assert not Prediction.objects.exists()


def test_a_model_in_use_with_signal_estimates_and_says_so(client_row, model):
    assert model.has_signal
    call = scored(make_call(client=client_row))
    document = call.analysis.conversion
    assert (document["calibrated"], document["basis"]) == (True, "model 1 (logistic)")
    assert call.conversion_probability == document["probability"] == round(call.prediction.probability, 4)
    assert document["rules"]["calibrated"] is False
    assert adds_up(document)
    assert any("purchase" in factor["reason"] for factor in document["factors"])
    assert ScoreStage().inputs(call)["conversion"] == "model 1"


def test_the_number_of_a_model_is_known_without_its_document(client_row, model, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        assert ModelEstimator().version_for(str(client_row.pk)) == "model 1"
    assert '"document"' not in queries[0]["sql"]


@pytest.mark.parametrize("values", [{"has_signal": False}, {"status": "retired"}])
def test_a_model_without_signal_or_out_of_use_leaves_calls_to_the_rules(client_row, model, values):
    PredictiveModel.objects.update(**values)
    call = scored(make_call(client=client_row))
    assert call.analysis.conversion["calibrated"] is False


def test_a_model_that_fails_leaves_the_call_to_the_rules(client_row, model):
    PredictiveModel.objects.update(document={"fields": "nonsense"})
    call = scored(make_call(client=client_row))
    assert call.analysis.conversion["calibrated"] is False
    assert ModelEstimator().estimate(call=str(call.pk), client=str(client_row.pk)) is None


def test_calls_of_the_last_year_get_what_the_model_says_and_go_back_to_the_rules_with_it(client_row, model):
    predict_target(client=client_row, target=Target.CALL_OUTCOME)
    bought = SalesCall.objects.filter(client=client_row, intents__kind="purchase").first()
    silent = SalesCall.objects.filter(client=client_row, intents=None).first()
    assert bought.conversion_probability > 0.55 > 0.35 > silent.conversion_probability
    assert bought.analysis.conversion["calibrated"] is True
    assert adds_up(bought.analysis.conversion)
    PredictiveModel.objects.update(has_signal=False)
    predict_target(client=client_row, target=Target.CALL_OUTCOME)
    bought.refresh_from_db()
    assert bought.conversion_probability == 0.2
    assert bought.analysis.conversion == {"probability": 0.2, "calibrated": False, "basis": "rules v1",
        "base_rate": 0.2, "base_logit": -1.386, "logit": -1.386, "factors": []}  # fmt: skip
