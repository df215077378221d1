"""The matrix against a real server on loopback, asked by real threads."""

import json
import threading
from decimal import Decimal

import pytest

from prompts.evaluation.services import create_evaluation, run_evaluation_here, start_evaluation, stop_evaluation
from prompts.models import EvaluationCell, EvaluationStatus, ModelExchange, PromptRun
from salesiq.jobs.models import JobStatus
from salesiq.jobs.services import run_job
from tests.prompts.evaluation.world import make_evaluation
from tests.prompts.factories import make_model, make_provider
from tests.prompts.model_server import (
    ModelServer,
    refused_key,
    server_error,
    slow,
    stopped_by_length,
    too_long_a_question,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server():
    with ModelServer() as server:
        server.answers("Yes.")
        yield server


def answer_for(bad):
    """“No.” to the cases whose names stand in `bad`, asked politely; else “Yes.”"""

    def answer(request):
        polite = "politely" in request.text
        return "No." if polite and any(name in request.text for name in bad) else "Yes."

    return answer


def test_every_version_is_asked_every_case_once_and_compared_with_production(server):
    server.answers(answer_for(["case 1", "case 2"]))
    evaluation = run_evaluation_here(evaluation=make_evaluation(server))
    assert (evaluation.status, evaluation.done, evaluation.total) == (EvaluationStatus.FINISHED, 8, 8)
    assert len(server.requests) == 8
    first, second = evaluation.summary["arms"]
    assert (first["number"], first["pass_rate"]["value"], second["pass_rate"]["value"]) == (1, 1.0, 0.5)
    [compared] = evaluation.summary["comparisons"]
    lost = set(EvaluationCell.objects.filter(passed=False).values_list("case_id", flat=True))
    assert set(compared["lost"]) == {str(pk) for pk in lost} and len(lost) == 2
    assert compared["pass_rate"]["p"] == 0.5 and compared["verdict"] == "same"
    assert evaluation.cost == sum(PromptRun.objects.values_list("cost", flat=True)) > 0


def test_the_endpoint_is_asked_as_often_at_once_as_it_takes(server):
    server.answers(slow("Yes.", 0.05))
    model = make_model(provider=make_provider(url=server.url, max_concurrency=3))
    run_evaluation_here(evaluation=make_evaluation(server, model=model, cases=6))
    assert server.peak == 3


def test_the_estimate_is_told_before_anything_is_asked(server):
    model = make_model(
        url=server.url, input_price=Decimal(2), output_price=Decimal(10), max_output_tokens=100, currency="EUR"
    )
    evaluation = make_evaluation(server, model=model, repeats=3)
    told = evaluation.estimate
    assert (told["calls"], told["currency"], told["seconds"], told["problems"]) == (24, "EUR", None, [])
    assert told["output_tokens"] == 24 * 100
    assert Decimal(told["cost"]) == (2 * Decimal(told["input_tokens"]) + 10 * 2400) / 1_000_000
    assert not server.requests and evaluation.status == EvaluationStatus.ESTIMATED


def test_cases_that_cannot_be_filled_are_told_beforehand_and_fail_with_the_reason(server):
    evaluation = make_evaluation(server, texts=("{{ question }}",), cases=2)
    evaluation.dataset.cases.filter(position=1).update(variables={})
    again = create_evaluation(
        prompt=evaluation.prompt, dataset=evaluation.dataset, versions=evaluation.versions.all(),
        models=evaluation.models_asked.all(), user=None,
    )  # fmt: skip
    assert "question" in again.estimate["problems"][0]
    run_evaluation_here(evaluation=again)
    failed, passed = EvaluationCell.objects.filter(evaluation=again).order_by("case__position")
    assert (failed.passed, failed.run, passed.passed) == (False, None, True)
    assert failed.results[0]["kind"] == "rendering" and "question" in failed.results[0]["message"]
    assert len(server.requests) == 1


def test_a_single_failure_is_kept_with_its_reason_and_says_nothing_of_the_version(server):
    server.answers(lambda request: server_error() if "case 2" in request.text else "Yes.")
    evaluation = run_evaluation_here(evaluation=make_evaluation(server, texts=("{{ question }}",)))
    assert evaluation.status == EvaluationStatus.FINISHED
    arm = evaluation.summary["arms"][0]
    assert (arm["failed"], arm["answers"], arm["pass_rate"]["value"], arm["pass_rate"]["n"]) == (1, 3, 1.0, 3)
    cell = EvaluationCell.objects.get(case__name="case 2")
    assert cell.passed is None and cell.results[0]["message"]


def test_answers_that_production_would_refuse_are_worth_nothing(server):
    server.answers(stopped_by_length("Yes"))
    evaluation = run_evaluation_here(evaluation=make_evaluation(server, texts=("{{ question }}",), cases=1))
    cell = evaluation.cells.get()
    assert (cell.passed, cell.score, cell.results[0]["kind"]) == (False, 0.0, "validity")
    assert cell.results[1]["passed"] is True


def test_a_question_too_long_for_the_model_is_the_versions_fault(server):
    server.answers(too_long_a_question())
    evaluation = run_evaluation_here(evaluation=make_evaluation(server, texts=("{{ question }}",), cases=1))
    assert evaluation.cells.get().passed is False


@pytest.mark.parametrize("trouble", [server_error, refused_key])
def test_an_endpoint_that_does_not_answer_ends_the_run_which_can_be_gone_on_with(server, trouble):
    server.answers("Yes.", "Yes.", trouble())
    model = make_model(provider=make_provider(url=server.url, max_concurrency=1))
    evaluation = make_evaluation(server, texts=("{{ question }}",), cases=12, model=model)
    evaluation = run_evaluation_here(evaluation=evaluation)
    assert evaluation.status == EvaluationStatus.FAILED and evaluation.error
    assert len(server.requests) < 12
    server.forget()
    server.answers("Yes.")
    model.provider.__class__.objects.update(failures=0, resting_until=None)
    evaluation = run_evaluation_here(evaluation=evaluation)
    assert (evaluation.status, evaluation.done, evaluation.error) == (EvaluationStatus.FINISHED, 12, "")
    assert len(server.requests) == 10  # those two that were answered are not asked again


def test_it_stops_at_its_cost_limit_and_goes_on_with_a_higher_one(server):
    model = make_model(
        provider=make_provider(url=server.url, max_concurrency=2), output_price=Decimal(100_000), max_output_tokens=1
    )
    evaluation = make_evaluation(server, texts=("{{ question }}",), cases=6, model=model, cost_limit=Decimal("0.3"))
    evaluation = run_evaluation_here(evaluation=evaluation)
    assert (evaluation.status, evaluation.cost, evaluation.done) == (EvaluationStatus.STOPPED, Decimal("0.3"), 3)
    assert "limit" in evaluation.error
    job = start_evaluation(evaluation=evaluation, user=None, cost_limit=Decimal(10))
    run_job(job.pk)
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.cost, len(server.requests)) == (EvaluationStatus.FINISHED, Decimal("0.6"), 6)


def test_a_person_stops_it_and_what_was_paid_is_not_asked_again(server):
    began, go = threading.Event(), threading.Event()

    def answer(request):
        began.set()
        go.wait(10)
        return "Yes."

    server.answers(answer)
    evaluation = make_evaluation(server, texts=("{{ question }}",))
    job = start_evaluation(evaluation=evaluation, user=None)

    def stop():
        began.wait(10)
        stop_evaluation(evaluation=evaluation, user=None)
        go.set()

    stopper = threading.Thread(target=stop)
    stopper.start()
    assert run_job(job.pk).status == JobStatus.CANCELLED
    stopper.join()
    evaluation.refresh_from_db()
    assert evaluation.status == EvaluationStatus.STOPPED
    run_evaluation_here(evaluation=evaluation)
    assert EvaluationCell.objects.count() == len(server.requests) == 4


def test_a_judge_scores_each_answer_and_is_asked_once_for_it(server):
    scores = {"reason": "Short.", "accuracy": 5, "relevance": 3, "helpfulness": 1}
    judging = [{"kind": "judge", "min": 3}]
    judge = make_model(url=server.url)
    server.answers(lambda request: json.dumps(scores) if request.model == judge.name else "Yes.")
    model = make_model(provider=judge.provider)
    evaluation = make_evaluation(
        server, texts=("{{ question }}",), cases=2, model=model, judge=judge, assertions=judging
    )
    assert evaluation.estimate["calls"] == 4
    evaluation = run_evaluation_here(evaluation=evaluation)
    cell = evaluation.cells.first()
    assert (cell.accuracy, cell.relevance, cell.helpfulness, cell.passed) == (1.0, 0.5, 0.0, True)
    assert evaluation.summary["arms"][0]["relevance"]["value"] == 0.5
    assert sum(request.model == judge.name for request in server.requests) == 2
    assert ModelExchange.objects.filter(purpose="judge").count() == 2


def test_a_judge_that_babbles_is_told_and_nothing_is_made_up(server):
    judge = make_model(url=server.url)
    evaluation = make_evaluation(
        server, texts=("{{ question }}",), cases=1, model=make_model(provider=judge.provider), judge=judge
    )
    cell = run_evaluation_here(evaluation=evaluation).cells.get()
    assert (cell.accuracy, cell.passed) == (None, True)
    assert [each["kind"] for each in cell.results] == ["contains", "judge"]


def test_the_same_input_again_shows_how_consistent_answers_are(server):
    answers = iter(["Yes.", "yes", "No.", "Yes.", "Yes.", "Yes."])
    server.answers(lambda request: next(answers))
    model = make_model(provider=make_provider(url=server.url, max_concurrency=1))
    evaluation = make_evaluation(
        server, texts=("{{ question }}",), cases=2, repeats=3, model=model, version={"response_type": "label"}
    )
    arm = run_evaluation_here(evaluation=evaluation).summary["arms"][0]
    assert len(server.requests) == 6
    assert arm["consistency"]["n"] == 2
    assert arm["consistency"]["value"] == pytest.approx((1 / 3 + 1) / 2, abs=0.35)


def test_a_finished_evaluation_is_not_started_again(server):
    evaluation = run_evaluation_here(evaluation=make_evaluation(server, cases=1))
    with pytest.raises(Exception, match="finished"):
        start_evaluation(evaluation=evaluation, user=None)
