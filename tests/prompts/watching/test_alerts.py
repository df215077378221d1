from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from prompts.models import AlertKind, ModelExchange, PromptAlert
from prompts.watching import describe, look_for_drift, mark_seen
from prompts.watching.alerts import tell
from prompts.watching.drifting import tell_of_drift
from prompts.watching.spending import tell_of_budgets, tell_of_resting
from salesiq.audit.models import AuditEvent
from salesiq.jobs.services import enqueue, run_job
from tests.factories import make_user
from tests.prompts.factories import make_policy


def spend(house, cost, **values):
    ModelExchange.objects.create(
        client=house.prompt.client, prompt=house.prompt, model_name="m", purpose="production", status="ok",
        request_hash="0" * 64, cost=Decimal(cost), **values,
    )  # fmt: skip


def test_the_same_thing_is_told_once(house):
    told = [tell(client=house.prompt.client, kind=AlertKind.BUDGET, key="k", figures={}) for _time in range(2)]
    assert told[0] is not None and told[1] is None and PromptAlert.objects.count() == 1


def test_who_saw_it_first_stays(house):
    alert = tell(client=house.prompt.client, kind=AlertKind.BUDGET, key="k", figures={})
    mark_seen(alert=alert, user=house.user)
    mark_seen(alert=alert, user=make_user(client=house.prompt.client))
    assert alert.seen_by == house.user and AuditEvent.objects.filter(action="prompt_alert_seen").count() == 1


def test_budgets_are_told_at_eighty_and_at_a_hundred_once_a_month(house):
    house.prompt.monthly_budget = Decimal(10)
    house.prompt.save()
    make_policy(client=house.prompt.client, monthly_budget=Decimal(100), currency="EUR")
    spend(house, "7.99")
    assert tell_of_budgets() == []
    spend(house, "0.01")
    (alert,) = tell_of_budgets()
    assert alert.prompt == house.prompt and "8.00 of its 10.00 EUR" in alert.message
    assert tell_of_budgets() == []
    spend(house, "95")
    assert {(each.prompt, each.figures["percent"]) for each in tell_of_budgets()} == {(house.prompt, 100), (None, 100)}
    next_month = (timezone.now().replace(day=1) + timedelta(days=40)).replace(day=3)
    assert tell_of_budgets(now=next_month) == []


def test_an_endpoint_that_rests_is_told_once_a_day(house):
    now = timezone.now()
    provider = house.model.provider
    provider.resting_until, provider.failures, provider.last_error = now + timedelta(minutes=5), 5, "No route."
    provider.save()
    (alert,) = tell_of_resting(now=now)
    assert "failed 5 times" in alert.message and "No route." in alert.message
    assert tell_of_resting(now=now) == []
    assert tell_of_resting(now=now + timedelta(minutes=6)) == []


def filled(house, *, days_ago, count=60, **values):
    house.runs(count, days_ago=days_ago, **{"latency_ms": 800, **values})


def test_answers_that_turned_invalid_are_told_once_a_month(house):
    filled(house, days_ago=20, count=200)
    filled(house, days_ago=2)
    assert not any(finding.drifted for finding in look_for_drift(prompt=house.prompt))
    filled(house, days_ago=1, validity="invalid")
    (alert,) = tell_of_drift(prompt=house.prompt)
    assert alert.kind == AlertKind.INVALID and alert.figures["n_after"] == 120
    assert "50.0 of 100 answers" in alert.message
    assert tell_of_drift(prompt=house.prompt) == []


def test_answers_that_grew_longer_are_told_by_their_lengths(house):
    filled(house, days_ago=20, count=200, answer="Short.")
    filled(house, days_ago=1, answer="A very much longer answer than before.")
    (alert,) = tell_of_drift(prompt=house.prompt)
    assert (alert.kind, alert.figures["metric"], alert.figures["before"]) == (AlertKind.DRIFT, "length", 6.0)


def test_few_answers_or_none_in_production_say_nothing(house):
    filled(house, days_ago=20, count=40)
    assert look_for_drift(prompt=house.prompt) == []
    house.prompt.labels.all().delete()
    assert look_for_drift(prompt=house.prompt) == [] and tell_of_drift(prompt=house.prompt) == []


def test_an_alert_speaks_the_readers_language_and_survives_figures_it_does_not_know(house):
    alert = tell(client=house.prompt.client, kind=AlertKind.DRIFT, key="k", figures={"metric": "unheard of"})
    with translation.override("es"):
        assert describe(alert) == alert.message


@pytest.mark.parametrize("task", ["watch_answers", "watch_spending"])
def test_the_jobs_may_run_twice_and_tell_once(house, task):
    house.prompt.monthly_budget = Decimal(1)
    house.prompt.save()
    spend(house, "2")
    filled(house, days_ago=20, count=60)
    filled(house, days_ago=1, count=200, validity="invalid")
    filled(house, days_ago=1, count=1)
    for _time in range(2):
        job = enqueue(task=f"prompts.watching.work.{task}", subject="watch", client=None)
        assert run_job(job.pk).status == "succeeded"
    assert PromptAlert.objects.count() == 1
