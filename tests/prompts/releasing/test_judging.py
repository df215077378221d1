from datetime import timedelta

from django.utils import timezone

from prompts.models import DatasetCase, PromptLabel
from prompts.releasing import judge_version
from tests.prompts.factories import make_model

GOOD, BAD = [True] * 19 + [False], [True] * 10 + [False] * 10


def failed(verdict):
    return [check.code for check in verdict.checks if not check.passed]


def in_production(house, version):
    PromptLabel.objects.create(client=house.prompt.client, prompt=house.prompt, name="production", version=version)


def test_a_version_that_was_never_evaluated_is_held_back(house):
    verdict = judge_version(version=house.version())
    assert failed(verdict) == ["evaluation"] and "Evaluate version 1" in verdict.reasons[0]


def test_a_version_that_passes_its_cases_goes_through(house):
    version = house.version()
    evaluation = house.evaluated(version, GOOD)
    verdict = judge_version(version=version)
    assert verdict.passed and not verdict.reasons and verdict.evaluation == evaluation
    assert verdict.figures[house.model.name]["pass_rate"] == 0.95
    assert "nothing to compare" in verdict.notes[-1]


def test_one_that_fails_half_does_not(house):
    version = house.version()
    house.evaluated(version, BAD)
    assert failed(judge_version(version=version)) == ["min_pass_rate"]


def test_an_evaluation_of_another_version_counts_for_nothing(house):
    first, second = house.version(), house.version()
    house.evaluated(first, GOOD)
    assert failed(judge_version(version=second)) == ["evaluation"]


def test_an_evaluation_by_a_model_that_is_not_asked_first_counts_for_nothing(house):
    version = house.version()
    house.evaluated(version, GOOD, model=make_model(client=house.prompt.client))
    verdict = judge_version(version=version)
    assert failed(verdict) == ["evaluation"] and "was not asked" in verdict.notes[0]


def test_every_model_that_may_answer_can_be_asked_for(house):
    version, other = house.version(), make_model(client=house.prompt.client)
    house.prompt.gate = {"every_model": True}
    house.prompt.save()
    house.evaluated(version, GOOD)
    assert failed(judge_version(version=version)) == ["evaluation"]
    house.evaluated(version, GOOD, model=other)
    assert judge_version(version=version).passed


def test_an_old_evaluation_is_none(house):
    version = house.version()
    house.evaluated(version, GOOD, finished_at=timezone.now() - timedelta(days=31))
    assert failed(judge_version(version=version)) == ["evaluation"]


def test_cases_that_changed_or_came_since_want_another_evaluation(house):
    version = house.version()
    house.evaluated(version, GOOD)
    case = DatasetCase.objects.filter(dataset=house.dataset).first()
    case.save()
    assert "1 cases of “suite” changed" in judge_version(version=version).reasons[0]
    house.evaluated(version, GOOD)
    assert judge_version(version=version).passed
    DatasetCase.objects.create(client=house.prompt.client, dataset=house.dataset, position=99)
    assert "1 cases of “suite” were not asked" in judge_version(version=version).reasons[0]


def test_production_must_have_been_asked_the_same(house):
    old, new = house.version(), house.version()
    in_production(house, old)
    house.evaluated(new, GOOD)
    assert failed(judge_version(version=new)) == ["production"]
    house.evaluated(old, GOOD)
    assert judge_version(version=new).passed


def test_a_version_worse_than_production_is_held_back_though_it_passes_enough(house):
    house.prompt.gate = {"min_pass_rate": 0.6}
    house.prompt.save()
    old, new = house.version(), house.version()
    in_production(house, old)
    house.evaluated(old, [True] * 20)
    house.evaluated(new, [True] * 13 + [False] * 7)
    assert failed(judge_version(version=new)) == ["regression", "score_regression"]


def test_cost_time_and_validity_have_ceilings(house):
    house.prompt.gate = {"max_cost": "0.0005", "max_latency_ms": 400}
    house.prompt.save()
    version = house.version()
    house.evaluated(version, GOOD, validity="invalid")
    assert failed(judge_version(version=version)) == ["min_validity", "max_cost", "max_latency_ms"]


def test_without_cases_a_model_or_a_readable_gate_nothing_goes_through(house):
    version = house.version()
    house.prompt.gate = {"nonsense": 1}
    house.prompt.save()
    assert failed(judge_version(version=version)) == ["gate"]
    house.prompt.gate, house.prompt.gate_dataset = {}, None
    house.prompt.save()
    assert failed(judge_version(version=version)) == ["dataset"]
    house.prompt.gate_dataset = house.dataset
    house.prompt.save()
    house.model.delete()
    assert failed(judge_version(version=version)) == ["model"]
