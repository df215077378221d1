import pytest

from prompts.evaluation.datasets import add_cases_from_source, case_sources
from prompts.evaluation.errors import EvaluationError
from prompts.evaluation.performance import agreement_with_people, measure, performance_metrics, performance_over_time
from prompts.evaluation.services import rate_run
from prompts.models import EvaluationCell
from recordings.models import Appeal, ReviewAnswer
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.prompts.factories import make_dataset, make_evaluated, make_prompt, make_run, make_version
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import ReviewWorld, make_submitted_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db):
    return make_user(role=Role.ADMIN)


def test_calls_become_cases_once_and_only_those_that_may_be_seen(admin):
    make_call(client=admin.client)
    make_call()
    dataset = make_dataset(client=admin.client)
    [case] = add_cases_from_source(dataset=dataset, user=admin, kind="call")
    assert (case.subject_kind, case.source, case.variables) == ("call", "call", {})
    assert add_cases_from_source(dataset=dataset, user=admin, kind="call") == []


def test_an_outcome_that_a_person_set_must_hold_of_the_answer(admin):
    make_call(client=admin.client, outcome="callback", outcome_origin="person")
    prompt = make_prompt(client=admin.client, messages=())
    make_version(prompt=prompt, text="Outcome?", response_type="label")
    [case] = add_cases_from_source(
        dataset=make_dataset(client=admin.client, prompt=prompt), user=admin, kind="correction"
    )
    assert case.assertions == [{"kind": "label", "value": "callback"}]


def test_a_won_appeal_and_a_corrected_score_become_the_question_with_its_right_answer():
    world = ReviewWorld()
    review = make_submitted_review(world)
    answer = ReviewAnswer.objects.filter(review=review).first()
    ReviewAnswer.objects.filter(pk=answer.pk).update(automatic_value="other", decided_value="na")
    Appeal.objects.create(review=review, key=answer.key, reason="I did.", status="upheld")
    admin = make_user(role=Role.ADMIN, client=review.client)
    for kind in ("appeal", "correction"):
        cases = add_cases_from_source(dataset=make_dataset(client=review.client), user=admin, kind=kind)
        asked = next(case for case in cases if answer.key in case.name)
        assert asked.variables["questions"][0]["key"] == answer.key
        assert asked.assertions[0]["value"] == "na"
        assert answer.key in asked.assertions[0]["path"]


def test_an_unknown_source_is_refused(admin):
    assert {"call", "correction", "appeal"} <= set(case_sources())
    with pytest.raises(EvaluationError):
        add_cases_from_source(dataset=make_dataset(client=admin.client), user=admin, kind="written")


def test_measures_come_from_the_best_source_and_none_is_made_up(admin):
    evaluation = make_evaluated(client=admin.client)
    version = evaluation.versions.get()
    assert performance_metrics(prompt=evaluation.prompt) == {"accuracy": None, "relevance": None, "helpfulness": None}
    runs = [make_run(version=version, accuracy=0.5, relevance=1.0, helpfulness=0.0) for _ in range(6)]
    assert measure(prompt=evaluation.prompt)["relevance"]["source"] == "judge"
    for run in runs[:5]:
        rate_run(run=run, person=admin, accuracy=3, relevance=2, helpfulness=5)
    assert measure(prompt=evaluation.prompt, version=version)["relevance"]["value"] == 0.25
    assert measure(prompt=evaluation.prompt)["helpfulness"]["source"] == "people"
    EvaluationCell.objects.create(
        client=evaluation.client, evaluation=evaluation, case=evaluation.dataset.cases.get(), version=version,
        model=evaluation.models_asked.get(), run=runs[0], passed=True, score=0.8,
    )  # fmt: skip
    type(evaluation).objects.update(status="finished", finished_at=evaluation.created_at)
    told = measure(prompt=evaluation.prompt)["accuracy"]
    assert (told["value"], told["source"], told["n"]) == (0.8, "assertions", 1)


def test_a_judge_is_measured_against_people(admin):
    version = make_version(prompt=make_prompt(client=admin.client, messages=()), text="x")
    for accuracy, person in ((0.0, 1), (0.5, 3), (1.0, 5)):
        run = make_run(version=version, accuracy=accuracy, relevance=1.0, helpfulness=1.0)
        rate_run(run=run, person=admin, accuracy=person)
    told = agreement_with_people(prompt=version.prompt)
    assert (told["accuracy"]["kappa"]["value"], told["accuracy"]["n"], told["relevance"]["n"]) == (1.0, 3, 0)


def test_production_is_told_by_version_and_day(admin, django_assert_num_queries):
    version = make_version(prompt=make_prompt(client=admin.client, messages=()), text="x")
    for validity in ("valid", "invalid"):
        make_run(version=version, purpose="production", validity=validity, latency_ms=100)
    make_run(version=version)
    with django_assert_num_queries(1):
        told = performance_over_time(prompt=version.prompt, user=admin)
    assert (told["versions"][0]["runs"], told["versions"][0]["valid"]["value"], len(told["days"])) == (2, 0.5, 1)


@pytest.mark.parametrize("said", [{}, {"thumb": 2}, {"accuracy": 6}, {"relevance": 0}])
def test_a_rating_that_says_nothing_or_too_much_is_refused(admin, said):
    version = make_version(prompt=make_prompt(client=admin.client, messages=()), text="x")
    with pytest.raises(EvaluationError):
        rate_run(run=make_run(version=version), person=admin, **said)
