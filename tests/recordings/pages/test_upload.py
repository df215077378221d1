"""Uploading through the page."""

from django.core.files.uploadedfile import SimpleUploadedFile

from recordings.models import SalesCall
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_superuser, make_team, make_user
from tests.recordings.factories import make_sound

UPLOAD = "/sales-recording-audit/upload"
JSON = {"Accept": "application/json"}


def sound(name="call.wav", content=None):
    return SimpleUploadedFile(name, content or make_sound(seconds=0.1), content_type="audio/wav")


def results(response):
    return response.json()["results"]


def test_a_file_becomes_a_call_whose_analysis_waits(browser):
    (result,) = results(browser.post(UPLOAD, {"files": sound(), "language": "es", "agent_channel": "0"}, headers=JSON))
    call = SalesCall.objects.get()
    assert result["state"] == "received"
    assert result["url"] == f"/sales-recording-audit/{call.pk}"
    assert (call.requested_language, call.agent_channel) == ("es", 0)
    assert Job.objects.filter(subject=str(call.pk)).count() == 1


def test_the_same_file_twice_is_told_with_a_link_to_the_first(browser):
    content = make_sound(seconds=0.1)
    browser.post(UPLOAD, {"files": sound(content=content)}, headers=JSON)
    (again,) = results(browser.post(UPLOAD, {"files": sound("copy.wav", content)}, headers=JSON))
    assert again["state"] == "duplicate"
    assert again["url"] == f"/sales-recording-audit/{SalesCall.objects.get().pk}"


def test_a_duplicate_in_another_team_does_not_give_its_address_away(browser, client, tenant):
    content = make_sound(seconds=0.1)
    browser.post(UPLOAD, {"files": sound(content=content)}, headers=JSON)
    manager = make_user(role=Role.MANAGER, client=tenant)
    team = make_team(client=tenant)
    team.managers.add(manager)
    agent = make_agent(client=tenant, team=team)
    client.force_login(manager)
    (again,) = results(client.post(UPLOAD, {"files": sound(content=content), "agent": str(agent.pk)}, headers=JSON))
    assert (again["state"], again["url"]) == ("duplicate", "")


def test_several_files_without_a_script_are_told_one_by_one(browser):
    response = browser.post(UPLOAD, {"files": [sound("one.wav"), sound("two.wav")]}, follow=True)
    content = response.content.decode()
    assert "one.wav: Received." in content
    assert "two.wav: Received." in content


def test_a_form_without_a_file_says_what_to_do(browser):
    (result,) = results(browser.post(UPLOAD, {}, headers=JSON))
    assert result["state"] == "refused"
    assert "Choose one or more recordings." in result["message"]


def test_a_file_over_the_limit_is_refused_in_words(browser, settings):
    settings.SALESIQ_MAX_UPLOAD_BYTES = 100
    (result,) = results(browser.post(UPLOAD, {"files": sound()}, headers=JSON))
    assert result["state"] == "refused"
    assert "larger than" in result["message"]
    assert not SalesCall.objects.exists()


def test_an_agent_of_another_client_is_no_choice(browser):
    foreign = make_agent()
    (result,) = results(browser.post(UPLOAD, {"files": sound(), "agent": str(foreign.pk)}, headers=JSON))
    assert result["state"] == "refused"
    assert foreign.name not in browser.get(UPLOAD).content.decode()


def test_a_manager_must_say_whose_call_it_is(client, tenant):
    client.force_login(make_user(role=Role.MANAGER, client=tenant))
    (result,) = results(client.post(UPLOAD, {"files": sound()}, headers=JSON))
    assert result["state"] == "refused"
    assert "which agent of your teams" in result["message"]


def test_those_who_may_not_upload_get_403(client, tenant):
    client.force_login(make_user(role=Role.REVIEWER, client=tenant))
    assert client.get(UPLOAD).status_code == 403
    assert client.post(UPLOAD, {"files": sound()}).status_code == 403
    assert "You may not do that" in client.get(UPLOAD).content.decode()


def test_the_installations_superuser_says_whose_call_it_is_where_several_live(client, tenant):
    make_client()
    client.force_login(make_superuser())
    (refused,) = results(client.post(UPLOAD, {"files": sound()}, headers=JSON))
    assert refused["state"] == "refused"
    (received,) = results(client.post(UPLOAD, {"files": sound(), "client": str(tenant.pk)}, headers=JSON))
    assert received["state"] == "received"
    assert SalesCall.objects.get().client == tenant


def test_an_agent_of_another_client_than_the_chosen_one_is_refused(client, tenant):
    client.force_login(make_superuser())
    data = {"files": sound(), "client": str(tenant.pk), "agent": str(make_agent().pk)}
    (refused,) = results(client.post(UPLOAD, data, headers=JSON))
    assert "does not belong to" in refused["message"]
