"""Plans of samples are written with a preview, drawn now, switched off, and changed by whoever they belong to."""

import pytest
from django.urls import reverse

from recordings.models import Review, SamplingPlan, SamplingRun
from recordings.sampling.services import DRAW_TASK, draw_sample
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from tests.factories import make_team, make_user
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import ReviewWorld, make_plan
from tests.recordings.sampling.test_drawing import NOW

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Even",
    "strategy": "stratified",
    "stratify_by": "agent",
    "size": "5",
    "look_back_days": "7",
    "due_days": "3",
    "cadence": "weekly",
    "is_active": "on",
}


@pytest.fixture
def world(client) -> ReviewWorld:
    found = ReviewWorld()
    client.force_login(found.manager)
    return found


def test_a_plan_is_written_with_its_filters_and_reviewers(client, world):
    data = {**FORM, "agent": world.agent.pk, "min_seconds": "10", "reviewers": [world.second.pk]}
    answer = client.post(reverse("sampling-new"), data)
    plan = SamplingPlan.objects.get()
    assert answer["Location"] == reverse("sampling-plan", args=[plan.pk])
    assert plan.filters == {"agent": str(world.agent.pk), "min_seconds": 10}
    assert (list(plan.reviewers.all()), plan.created_by, plan.client) == ([world.second], world.manager, world.client)
    client.post(answer["Location"], {**FORM, "size": "9"})
    plan.refresh_from_db()
    assert (plan.size, plan.filters, plan.reviewers.count()) == (9, {}, 0)


def test_a_plan_that_cannot_be_drawn_is_told_beside_its_field(client, world):
    make_plan(world, name="Even")
    answer = client.post(reverse("sampling-new"), {**FORM, "stratify_by": "", "size": "9999"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Choose what the groups are" in page and "from 1 to 500" in page and "plan of this name" in page


def test_the_preview_says_how_many_of_how_many_per_group_and_keeps_nothing(client, world):
    make_call(agent=world.agent)
    page = client.post(reverse("sampling-preview"), {**FORM, "name": ""}).content.decode()
    assert "2 of 2 calls" in page and world.agent.name in page
    assert (
        "Choose what the groups are"
        in client.post(reverse("sampling-preview"), {**FORM, "stratify_by": ""}).content.decode()
    )
    assert not SamplingPlan.objects.exists() and not Review.objects.exists()


@pytest.mark.parametrize("strategy", ["random", "risk", "below_threshold"])
def test_every_strategy_has_a_preview(client, world, strategy):
    page = client.post(reverse("sampling-preview"), {**FORM, "strategy": strategy, "threshold": "80"}).content.decode()
    assert "of 1 calls" in page


def test_a_manager_draws_and_previews_only_calls_they_see(client, world):
    hidden = make_team(client=world.client)
    hidden.reviewers.add(world.reviewer)
    SamplingPlan.objects.all().delete()
    world.team.managers.clear()
    page = client.post(reverse("sampling-preview"), FORM).content.decode()
    assert "0 of 0 calls" in page and world.agent.name not in page
    plan = make_plan(world)
    assert draw_sample(plan=plan, period=NOW).chosen == 0


def test_plans_of_others_are_read_but_not_changed_by_a_manager(client, world):
    plan = make_plan(world)
    client.force_login(make_user(client=world.client, role=Role.MANAGER))
    page = client.get(reverse("sampling-plan", args=[plan.pk])).content.decode()
    assert "they and administrators change it" in page and "Save the plan" not in page
    for name in ("sampling-plan", "sampling-draw", "sampling-switch"):
        assert client.post(reverse(name, args=[plan.pk]), FORM).status_code == 403
    client.force_login(make_user(client=world.client, role=Role.ADMIN))
    assert client.post(reverse("sampling-plan", args=[plan.pk]), FORM).status_code == 302


def test_a_plan_is_drawn_now_by_a_job(client, world):
    plan = make_plan(world)
    client.post(reverse("sampling-draw", args=[plan.pk]))
    job = Job.objects.get(task=DRAW_TASK)
    assert "Being drawn" in client.get(reverse("sampling")).content.decode()
    run_job(job.pk)
    assert SamplingRun.objects.get().chosen == 1
    assert "1 of 1 calls" in client.get(reverse("sampling")).content.decode()
    assert "Being drawn" not in client.get(reverse("sampling-plan", args=[plan.pk])).content.decode()


def test_a_plan_is_switched_off_and_on(client, world):
    plan = make_plan(world)
    for active in (False, True):
        client.post(reverse("sampling-switch", args=[plan.pk]), {"active": str(int(active))})
        plan.refresh_from_db()
        assert plan.is_active is active


def test_the_list_of_plans_takes_the_same_queries_for_many(client, world, django_assert_max_num_queries):
    for _ in range(2):
        draw_sample(plan=make_plan(world), period=NOW)
    with django_assert_max_num_queries(9):
        client.get(reverse("sampling"))
    for _ in range(4):
        draw_sample(plan=make_plan(world), period=NOW)
    with django_assert_max_num_queries(9):
        client.get(reverse("sampling"))
