"""A published call is summed up by the production prompt, once, and nothing about the call depends on it."""

import json

import pytest
from django.test import Client as Browser

from prompts.models import Family, HumanRating, LanguageModel, ModelExchange, ModelPolicy, PromptRun
from recordings.models import CallStatus, SalesCall
from recordings.privacy.anonymising import anonymise_call
from recordings.signals import call_published
from recordings.writing.services import TASKS, ask_for_text, forget_written_of_emptied, written_about
from salesiq.jobs.errors import JobError
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import run_job
from tests.factories import make_agent, make_user
from tests.prompts.factories import make_run
from tests.prompts.model_server import Answer
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db(transaction=True)
SUMMARY = {
    "headline": "The customer compares offers.", "points": [], "outcome": "callback", "next_steps": [], "open": [],
}  # fmt: skip
MAIL = {"send": True, "reason": "", "subject": "Your offer", "body": "Thank you for your time.", "attach": []}


def work() -> list[Job]:
    """Run what waits, as a worker does."""
    return [run_job(job.pk) for job in Job.objects.filter(task__in=TASKS.values(), status=JobStatus.QUEUED)]


def publish(call: SalesCall) -> None:
    call_published.send(SalesCall, call=call)


def test_a_published_call_is_summed_up_once_and_the_page_says_by_whom(tenant, server):
    server.answers(json.dumps(SUMMARY))
    call = make_call(client=tenant)
    publish(call)
    jobs = work()
    assert {job.task for job in jobs} == {TASKS[Family.SUMMARY], TASKS[Family.COACHING]}
    run = written_about(call)[Family.SUMMARY]
    assert (run.model_name, run.parsed["headline"]) == ("big-model", SUMMARY["headline"])
    browser = Browser()
    browser.force_login(make_user(client=tenant))
    page = browser.get(f"/sales-recording-audit/{call.pk}").content.decode()
    assert SUMMARY["headline"] in page
    assert "big-model" in page and "call-summary-en" in page and "check it" in page
    assert "By rules" in page


def test_a_job_that_runs_again_asks_nobody_again(tenant, server):
    server.answers(json.dumps(SUMMARY))
    publish(make_call(client=tenant))
    job = Job.objects.get(task=TASKS[Family.SUMMARY])
    run_job(job.pk)
    asked = len(server.requests)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED, attempts=0)  # its worker was killed before it said so
    assert run_job(job.pk).status == JobStatus.SUCCEEDED
    assert len(server.requests) == asked
    assert PromptRun.objects.filter(prompt__family=Family.SUMMARY).count() == 1


def test_nothing_is_asked_without_a_useful_model_or_where_the_policy_says_no(tenant, server):
    ModelPolicy.objects.create(client=tenant, use_in_product=False)
    publish(make_call(client=tenant))
    ModelPolicy.objects.update(use_in_product=True)
    LanguageModel.objects.update(useful=False)
    publish(make_call(client=tenant))
    assert work() == [] and server.requests == []


def test_a_model_that_is_down_leaves_the_call_as_it_is_and_the_job_tries_again(tenant, server):
    server.answers(Answer(status=500, raw=b"{}"))
    call = make_call(client=tenant)
    publish(call)
    jobs = work()
    assert {job.status for job in jobs} == {JobStatus.QUEUED} and all(job.error for job in jobs)
    call.refresh_from_db()
    assert call.status == CallStatus.PUBLISHED
    assert written_about(call) == {}


def test_an_answer_that_is_not_valid_is_not_shown(tenant, server):
    server.answers("I would rather write a poem.")
    call = make_call(client=tenant)
    publish(call)
    work()
    assert PromptRun.objects.filter(validity="invalid").exists()
    assert written_about(call) == {}


def test_a_mail_is_written_when_somebody_asks_and_rated(tenant, server):
    server.answers(json.dumps(MAIL))
    call = make_call(client=tenant, agent=make_agent(client=tenant))
    browser = Browser()
    browser.force_login(manager := make_user(client=tenant))
    path = f"/sales-recording-audit/{call.pk}/written"
    card = browser.post(f"{path}/follow_up", headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" in card  # it is on its way
    assert [job.created_by for job in work()] == [manager]
    assert MAIL["body"] in browser.get(path).content.decode()
    browser.post(f"{path}/follow_up/rating", {"thumb": "-1"})
    assert HumanRating.objects.get().thumb == -1
    browser.post(f"{path}/follow_up")
    work()
    assert PromptRun.objects.filter(prompt__family="follow_up").count() == 2


def test_who_may_not_ask_is_told_nothing(tenant, server):
    call = make_call(client=tenant)
    browser = Browser()
    browser.force_login(make_user(client=tenant, role="agent"))
    assert browser.post(f"/sales-recording-audit/{call.pk}/written/follow_up").status_code == 404
    browser.force_login(make_user(role="admin"))  # of another client
    assert browser.post(f"/sales-recording-audit/{call.pk}/written/follow_up").status_code == 404
    assert server.requests == []


def test_what_cannot_be_written_says_why(tenant):
    call, user = make_call(client=tenant), make_user(client=tenant)
    with pytest.raises(JobError, match="in production"):
        ask_for_text(call=call, family=Family.OBJECTION, user=user)
    LanguageModel.objects.all().delete()
    with pytest.raises(JobError, match="No useful language model"):
        ask_for_text(call=call, family=Family.FOLLOW_UP, user=user)


def test_a_call_that_is_emptied_while_it_is_summed_up_keeps_no_word_of_it(tenant, server):
    call = make_call(client=tenant)

    def answer(request):
        if not SalesCall.objects.get(pk=call.pk).anonymised_at:
            anonymise_call(call=call)
        return json.dumps(SUMMARY)

    server.answers(answer)
    publish(call)
    work()
    assert not PromptRun.objects.exclude(answer="", messages=[]).exists()
    assert not ModelExchange.objects.exclude(answer="").exists()


def test_the_night_takes_what_was_written_of_a_call_that_is_gone(tenant):
    call = make_call(client=tenant)
    version = tenant.prompts.get(family="summary").versions.get()
    for each in (call.pk, "01900000-0000-7000-8000-000000000000"):
        make_run(version=version, subject_kind="call", subject_id=each, answer="Said")
    assert forget_written_of_emptied() == 1
    assert [run.answer for run in PromptRun.objects.order_by("answer")] == ["", "Said"]
