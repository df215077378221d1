"""Changing many calls from their list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recordings.bulk import services
from recordings.bulk.services import BulkError, choose_calls, run_bulk_change
from recordings.models import BulkChange, Origin, Review, SalesCall, ScoringRun
from salesiq.audit.models import AuditEvent
from salesiq.jobs.errors import PermanentJobError
from salesiq.jobs.models import Job
from salesiq.jobs.services import claim_job, run_job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import make_call, make_scorecard

pytestmark = pytest.mark.django_db

LIST = reverse("admin:recordings_salescall_changelist")


@pytest.fixture
def manager(client):
    user = make_user(role=Role.MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def agent(manager):
    team = make_team(client=manager.client)
    team.managers.add(manager)
    return make_agent(client=manager.client, team=team)


def bare(agent, count, **values):
    return SalesCall.objects.bulk_create(
        SalesCall(client=agent.client, agent=agent, status="logged", **values) for _ in range(count)
    )


def ask(client, action, calls, *, query="", **values):
    data = {"action": action, "_selected_action": [str(call.pk) for call in calls], **values}
    return client.post(LIST + query, data)


def do(client, action, calls, **values):
    """Confirm, and let the job do it."""
    answer = ask(client, action, calls, confirmed=action, **values)
    assert answer.status_code == 302, answer.content.decode()
    change = BulkChange.objects.get()
    run_job(Job.objects.get(subject=str(change.pk)).pk)
    change.refresh_from_db()
    return change


def test_what_will_happen_to_how_many_is_told_before_anything_does(client, agent):
    calls = bare(agent, 3)
    SalesCall.objects.filter(pk=calls[0].pk).update(outcome="qualified", outcome_origin=Origin.PERSON)
    page = ask(client, "set_outcomes", calls).content.decode()
    assert "3 calls are chosen" in page
    assert "<strong>1</strong> have an outcome that a person set" in page
    assert not BulkChange.objects.exists()


def test_each_call_is_changed_and_audited_once_as_if_by_hand(client, agent):
    calls = bare(agent, 3)
    change = do(client, "set_outcomes", calls, outcome="callback")
    assert (change.changed, change.unchanged, change.refused) == (3, 0, 0)
    assert set(SalesCall.objects.values_list("outcome", "outcome_origin")) == {("callback", Origin.PERSON)}
    told = AuditEvent.objects.filter(action="outcome_set").values_list("object_id", flat=True)
    assert sorted(told) == sorted(str(call.pk) for call in calls)
    assert change.finished_at
    assert change.calls == []


def test_all_that_match_are_changed_and_not_only_the_page(client, agent):
    calls = bare(agent, 60, call_type="inbound")
    bare(agent, 5, call_type="outbound")
    change = do(client, "set_outcomes", calls[:1], query="", outcome="callback", select_across="1")
    assert change.total == 65
    SalesCall.objects.update(outcome="")
    BulkChange.objects.all().delete()
    answer = ask(client, "set_outcomes", calls[:1], query="?call_type__exact=inbound", confirmed="set_outcomes",
                 outcome="qualified", select_across="1")  # fmt: skip
    assert answer.status_code == 302
    assert BulkChange.objects.get().total == 60


def test_calls_of_other_teams_are_not_touched(client, agent):
    foreign = make_call(client=agent.client, published=False)
    ask(client, "set_outcomes", [foreign], confirmed="set_outcomes", outcome="callback")
    assert not BulkChange.objects.exists()


def test_a_call_that_left_the_team_meanwhile_is_refused_with_a_reason(client, agent):
    calls = bare(agent, 2)
    ask(client, "set_outcomes", calls, confirmed="set_outcomes", outcome="callback")
    SalesCall.objects.filter(pk=calls[0].pk).update(agent=make_agent(client=agent.client))
    change = BulkChange.objects.get()
    run_job(Job.objects.get(subject=str(change.pk)).pk)
    change.refresh_from_db()
    assert (change.changed, change.refused) == (1, 1)
    page = client.get(reverse("admin:recordings_bulkchange_change", args=[change.pk])).content.decode()
    assert "not yours to see any more" in page


def test_a_worker_that_dies_midway_changes_each_call_once(client, agent, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 2)
    calls = bare(agent, 5)
    ask(client, "set_outcomes", calls, confirmed="set_outcomes", outcome="callback")
    change, job = BulkChange.objects.get(), Job.objects.get()
    lease = claim_job(job.pk, owner="first")
    real, seen = services._do_some, []

    def dies(change, work, actor):
        if seen:
            raise KeyboardInterrupt
        seen.append(1)
        real(change, work, actor)

    monkeypatch.setattr(services, "_do_some", dies)
    with pytest.raises(KeyboardInterrupt):
        run_bulk_change(change=change, lease=lease)
    monkeypatch.setattr(services, "_do_some", real)
    again = BulkChange.objects.get()
    assert again.done == 2
    run_bulk_change(change=again, lease=lease)
    assert AuditEvent.objects.filter(action="outcome_set").count() == 5
    assert BulkChange.objects.get().changed == 5


def test_who_lost_the_right_meanwhile_changes_nothing(client, agent, manager):
    ask(client, "set_outcomes", bare(agent, 1), confirmed="set_outcomes", outcome="callback")
    manager.role = Role.AGENT
    manager.save()
    change = BulkChange.objects.select_related("created_by").get()
    with pytest.raises(PermanentJobError):
        run_bulk_change(change=change, lease=claim_job(Job.objects.get().pk, owner="test"))
    assert not SalesCall.objects.exclude(outcome="").exists()


def test_reviewers_take_turns(client, agent):
    card = make_scorecard(client=agent.client)
    calls = [make_call(client=agent.client, agent=agent) for _ in range(4)]
    reviewers = [make_user(role=Role.REVIEWER, client=agent.client) for _ in range(2)]
    agent.team.reviewers.add(*reviewers)
    due = (timezone.localdate() + timedelta(days=3)).isoformat()
    values = {"reviewers": [str(user.pk) for user in reviewers], "scorecard": str(card.pk), "due_on": due}
    change = do(client, "assign_reviews", [*calls, *bare(agent, 1)], **values)
    assert (change.changed, change.refused) == (4, 1)
    assert sorted(Review.objects.values_list("reviewer", flat=True)) == sorted(
        [reviewers[0].pk] * 2 + [reviewers[1].pk] * 2
    )


def test_past_calls_are_measured_by_a_published_scorecard(client, agent):
    card = make_scorecard(client=agent.client)
    call = make_call(client=agent.client, agent=agent)
    answer = ask(client, "rescore_calls", [call], confirmed="rescore_calls", scorecard=str(card.pk))
    assert answer.status_code == 302
    assert ScoringRun.objects.get().filters["calls"] == [str(call.pk)]


def test_chosen_calls_become_a_file_with_a_row_each(client, agent):
    from analytics.models import DataExport

    calls = bare(agent, 3)
    bare(agent, 2)
    answer = ask(client, "export_calls", calls, confirmed="export_calls", file_format="csv")
    assert answer["Location"] == reverse("analytics-exports")
    export = DataExport.objects.get()
    run_job(Job.objects.get(subject=str(export.pk)).pk)
    export.refresh_from_db()
    assert export.rows == 3


def test_more_than_one_can_answer_for_and_calls_of_two_clients_are_refused(agent, monkeypatch):
    monkeypatch.setattr(services, "MOST_CALLS", 2)
    admin = make_user(role=Role.ADMIN, client=agent.client)
    bare(agent, 3)
    with pytest.raises(BulkError, match="Narrow the list"):
        choose_calls(SalesCall.objects.all(), user=admin)
    with pytest.raises(BulkError, match="no such call"):
        choose_calls(SalesCall.objects.none(), user=admin)
    stranger = make_user(role=Role.ADMIN, client=make_client(name="Strangers"))
    with pytest.raises(BulkError):
        choose_calls(SalesCall.objects.all(), user=stranger)
