import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.models import ModelExchange, PromptRun
from prompts.watching import live
from prompts.watching.live import is_sampled
from salesiq.jobs.services import claim_job, enqueue, run_job
from tests.prompts.factories import make_model, make_provider
from tests.prompts.model_server import ModelServer, server_error

TASK = "prompts.watching.work.score_live_answers"
SCORES = json.dumps({"reason": "Good.", "accuracy": 5, "relevance": 3, "helpfulness": 1})


@pytest.fixture
def judge(house):
    house.model.useful = False
    house.model.save()
    with ModelServer() as server:
        server.answers(SCORES)
        make_model(provider=make_provider(client=house.prompt.client, url=server.url), name="judge")
        yield server


def score():
    return run_job(enqueue(task=TASK, subject="live", client=None).pk)


def test_sampled_answers_are_judged_once(house, judge):
    runs = [house.run(answer=f"Fine, {number}.") for number in range(3)]
    assert score().status == "succeeded" and score().status == "succeeded"
    runs[0].refresh_from_db()
    assert (runs[0].accuracy, runs[0].relevance, runs[0].helpfulness) == (1.0, 0.5, 0.0)
    assert len(judge.requests) == 3 and judge.requests[0].model == "judge"


def test_what_is_not_sampled_invalid_old_or_a_trial_is_left_alone(house, judge):
    house.run(validity="invalid"), house.run(purpose="trial"), house.run(days_ago=3)
    score()
    house.prompt.live_sample_percent = 0
    house.prompt.save()
    house.run()
    score()
    assert judge.requests == []


def test_a_model_does_not_judge_itself_where_another_can(house, judge):
    house.model.useful = True
    house.model.save()
    house.run()
    score()
    assert [request.model for request in judge.requests] == ["judge"]


def test_without_a_useful_model_nothing_is_judged(house, judge):
    house.prompt.client.language_models.update(useful=False)
    house.run()
    assert score().status == "succeeded" and judge.requests == []


def test_a_judge_that_fails_is_asked_again_at_the_next_look(house, judge):
    house.run()
    judge.answers(server_error())
    assert score().status == "succeeded"
    judge.answers(SCORES)
    score()
    assert PromptRun.objects.filter(accuracy=1.0).count() == 1


def test_a_worker_killed_between_judgement_and_writing_pays_once(house, judge, monkeypatch):
    house.run()
    lease = claim_job(enqueue(task=TASK, subject="live", client=None).pk, owner="killed")
    with monkeypatch.context() as patch:
        patch.setattr(live.PromptRun.objects, "filter", _killed_before_the_update(live.PromptRun.objects.filter))
        with pytest.raises(SystemExit):
            live.score_due(lease)
    assert not PromptRun.objects.exclude(judged_at=None).exists()
    live.score_due(lease)
    assert PromptRun.objects.filter(accuracy=1.0).count() == 1
    assert len(judge.requests) == 1 and ModelExchange.objects.filter(purpose="judge").count() == 1


def _killed_before_the_update(real):
    def look(*args, **values):
        if "judged_at" in values and "pk" in values:
            raise SystemExit
        return real(*args, **values)

    return look


@given(st.integers(0, 100))
def test_a_sample_is_the_same_whoever_looks(percent):
    ids = [uuid4() for _number in range(50)]
    assert [is_sampled(each, percent=percent) for each in ids] == [is_sampled(each, percent=percent) for each in ids]
    assert all(not is_sampled(each, percent=percent) or is_sampled(each, percent=100) for each in ids)


def test_a_sample_has_the_share_that_was_asked_for():
    share = sum(is_sampled(uuid4(), percent=20) for _number in range(5000)) / 5000
    assert 0.17 < share < 0.23 and live.LOOK_BACK.days == 2
