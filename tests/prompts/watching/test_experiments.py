import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prompts.models import ExperimentStatus, HumanRating, PromptExperiment
from prompts.running.arms import arm_of, version_for
from prompts.watching import ExperimentError, experiment_result, start_experiment, stop_experiment
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.prompts.factories import make_version

WHY = "Nothing is at stake on these calls."


def start(house, **values):
    version_b = values.pop("version_b", None) or make_version(prompt=house.prompt)
    given = {"user": house.user, "reason": WHY, "override": True, "metric": "validity", **values}
    return start_experiment(prompt=house.prompt, version_b=version_b, **given)


def fill(house, experiment, *, a, b):
    """Runs of both arms: `a` and `b` say of each subject whether its answer was valid."""
    for arm, version, valid in (("A", experiment.version_a, a), ("B", experiment.version_b, b)):
        for validity, count in (("valid", sum(valid)), ("invalid", len(valid) - sum(valid))):
            house.runs(count, arm=arm, version=version, validity=validity)


def test_two_versions_answer_at_once_until_somebody_stops_it(house):
    experiment = start(house, percent_b=30)
    chosen = {version_for(house.prompt, unit=str(number)).arm for number in range(40)}
    assert chosen == {"A", "B"} and experiment.version_a == house.version and experiment.overridden
    assert version_for(house.prompt, unit="7").arm == arm_of(salt=experiment.salt, unit="7", percent_b=30)
    stopped = stop_experiment(experiment=experiment, user=house.user)
    assert stopped.status == ExperimentStatus.STOPPED and stopped.ended_by == house.user
    assert version_for(house.prompt, unit="7").version == house.version
    trail = AuditEvent.objects.filter(action__startswith="experiment_").order_by("at")
    assert [event.action for event in trail] == ["experiment_started", "experiment_stopped"]
    with pytest.raises(ExperimentError) as error:
        stop_experiment(experiment=experiment, user=house.user)
    assert error.value.code == "not_running"


def test_b_goes_through_the_gate_like_any_other(house):
    with pytest.raises(ExperimentError) as error:
        start(house, override=False)
    assert error.value.code == "gate" and not error.value.verdict.passed
    with pytest.raises(ExperimentError) as error:
        start(house, reason="short")
    assert error.value.code == "reason"


@pytest.mark.parametrize(("values", "code"), [({"percent_b": 0}, "share"), ({"percent_b": 91}, "share"),
                                               ({"metric": "luck"}, "metric")])  # fmt: skip
def test_what_cannot_be_compared_is_refused(house, values, code):
    with pytest.raises(ExperimentError) as error:
        start(house, **values)
    assert error.value.code == code and not PromptExperiment.objects.exists()


def test_one_experiment_at_a_time_against_what_is_in_production(house):
    with pytest.raises(ExperimentError) as error:
        start(house, version_b=house.version)
    assert error.value.code == "same_version"
    start(house)
    with pytest.raises(ExperimentError) as error:
        start(house)
    assert error.value.code == "running"
    with pytest.raises(PermissionDenied):
        start(house, user=make_user(client=house.prompt.client, role=Role.REVIEWER))


def test_too_few_subjects_decide_nothing(house):
    experiment = start(house)
    fill(house, experiment, a=[True] * 20, b=[False] * 20)
    result = experiment_result(experiment)
    assert result.says == "too_early" and result.compared.difference == -1.0


def test_a_clear_winner_is_told_with_interval_and_p(house):
    experiment = start(house)
    fill(house, experiment, a=[True, False] * 40, b=[True] * 80)
    result = experiment_result(experiment)
    assert result.says == "b_better" and result.compared.p < 0.05
    assert result.compared.low < 0.5 < result.compared.high and result.shares_fit
    assert result.arms[0].subjects == 80 and result.arms[1].validity == 1.0
    assert result.others["score"].n_a == 0


def test_answers_about_one_subject_count_once(house):
    experiment = start(house)
    first = house.run(arm="A")
    house.run(arm="A", subject_id=first.subject_id, validity="invalid")
    result = experiment_result(experiment)
    assert result.arms[0].subjects == 1 and result.arms[0].answers == 2 and result.compared.mean_a == 0.5


def test_the_judge_or_people_may_decide_instead(house):
    experiment = start(house, metric="thumbs")
    for arm, thumb in (("A", -1), ("B", 1)):
        for _number in range(35):
            run = house.run(arm=arm, version=getattr(experiment, f"version_{arm.lower()}"))
            HumanRating.objects.create(client=run.client, run=run, person=house.user, thumb=thumb)
    house.run(arm="B", version=experiment.version_b, accuracy=0.5, relevance=1.0, helpfulness=0.0)
    result = experiment_result(experiment)
    assert result.says == "b_better" and result.metric == "thumbs"
    assert result.others["score"].mean_b == 0.5


def test_a_result_takes_the_same_number_of_queries_however_many_answers(house):
    experiment = start(house)
    counts = []
    for _round in range(2):
        fill(house, experiment, a=[True] * 5, b=[True] * 5)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            experiment_result(experiment)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
