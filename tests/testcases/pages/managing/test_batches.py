"""Batches: started with calls of agents, watched while they run, read as a grid of what the reader may see."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from salesiq.people.roles import Role
from testcases.models import BatchStatus, CaseBatch, CaseRun, RunStatus
from testcases.pages.managing import batch_form
from tests.factories import make_agent, make_team, make_user
from tests.prompts.factories import make_prompt, make_version
from tests.recordings.factories import make_call
from tests.testcases.factories import make_case, make_suite

ROOT = "/sales-test-cases/batches"


def text(answer):
    return answer.content.decode()


def test_a_batch_is_started_with_the_calls_of_an_agent_and_stopped(browser, tenant):
    agent = make_agent(client=tenant)
    call, case = (
        make_call(client=tenant, agent=agent, title="The Acme call"),
        make_case(client=tenant, title="The dentist"),
    )
    answer = browser.post(f"{ROOT}/new", {"cases": [case.pk], "agents": [agent.pk], "each": "3", "title": "May"})
    batch = CaseBatch.objects.get()
    assert answer.url == f"{ROOT}/{batch.pk}" and (batch.total, batch.title) == (1, "May")
    page = text(browser.get(answer.url))
    assert "The Acme call" in page and "The dentist" in page and "0 of 1 runs" in page and "hx-get" in page
    CaseRun.objects.update(status=RunStatus.JUDGED, passed=True, score=88.0)
    CaseBatch.objects.update(done=1, status=BatchStatus.RUNNING)
    moved = browser.get(f"{ROOT}/{batch.pk}/progress?done=0", headers={"HX-Request": "true"})
    assert moved["HX-Trigger"] == "batch-moved" and "1 of 1 runs" in text(moved)
    grid = text(browser.get(answer.url, headers={"HX-Request": "true"}))
    assert "88 · passed" in grid and "<html" not in grid and str(call.pk) in grid
    assert "Stopped." in text(browser.post(f"{ROOT}/{batch.pk}/stop", follow=True))
    assert "has ended already" in text(browser.post(f"{ROOT}/{batch.pk}/stop", follow=True))
    assert "May" in text(browser.get(ROOT))


def test_a_batch_of_nothing_says_what_is_missing(browser, tenant):
    page = text(browser.post(f"{ROOT}/new", {"each": "5"}))
    assert "Choose at least one test case." in page and "Choose calls, agents or prompts" in page
    assert not CaseBatch.objects.exists()


def test_prompts_that_could_not_play_the_agent_are_not_offered(browser, tenant):
    wants = {
        "Sums up": ["call.transcript"], "Plays": ["transcript", "scenario"], "Wants more": ["transcript", "our.offer"],
    }  # fmt: skip
    for title, names in wants.items():
        prompt = make_prompt(client=tenant, title=title, messages=())
        text_of = " ".join(f"{{{{ {name} }}}}" for name in names)
        variables = [{"name": name, "type": "text", "required": True} for name in names]
        make_version(prompt=prompt, messages=[{"role": "user", "content": text_of}], variables=variables)
    for page in (text(browser.get(f"{ROOT}/new")), text(browser.get("/sales-test-cases/experiments/new"))):
        assert "Plays" in page and "Sums up" not in page and "Wants more" not in page


def test_calls_are_looked_for_among_all_that_one_may_see(browser, client, tenant, monkeypatch):
    monkeypatch.setattr(batch_form, "CALLS_SHOWN", 2)
    ours = make_agent(client=tenant, team=make_team(client=tenant))
    old = make_call(client=tenant, agent=ours, title="Acme long ago", started_at=timezone.now() - timedelta(days=300))
    newer = [make_call(client=tenant, agent=ours, title=f"Newer {n}") for n in range(3)]
    assert "Acme long ago" not in text(browser.get(f"{ROOT}/new"))
    plain = text(browser.get(f"{ROOT}/new", {"call-q": "acme"}))
    assert "Acme long ago" in plain and "Newer" not in plain and "<html" in plain
    wanted = {"call-q": "acme", "calls": [str(newer[0].pk), "none"]}
    found = text(browser.get(f"{ROOT}/new", wanted, headers={"HX-Request": "true"}))
    assert "Acme long ago" in found and "<html" not in found and found.count("checked") == 1
    assert found.index("Newer 0") < found.index("Acme")
    wrong = text(browser.post(f"{ROOT}/new", {"calls": [str(old.pk)]}))
    assert "Acme long ago" in wrong
    manager = make_user(role=Role.MANAGER, client=tenant)
    make_team(client=tenant).managers.add(manager)
    client.force_login(manager)
    unseen = text(client.get(f"{ROOT}/new", wanted, headers={"HX-Request": "true"}))
    assert "Acme" not in unseen and "Newer" not in unseen


def test_looking_for_calls_asks_as_much_for_many_as_for_few(browser, tenant):
    def ask():
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"{ROOT}/new", {"call-q": "acme"}, headers={"HX-Request": "true"})
        return len(asked)

    make_call(client=tenant, agent=make_agent(client=tenant), title="Acme")
    few = ask()
    for _n in range(8):
        make_call(client=tenant, agent=make_agent(client=tenant), title="Acme")
    assert ask() == few


def test_a_suite_comes_chosen(browser, tenant):
    suite = make_suite(cases=[make_case(client=tenant)], title="First week")
    page = text(browser.get(f"{ROOT}/new?suite={suite.pk}"))
    assert 'value="First week"' in page and "checked" in page


def test_a_manager_of_another_team_sees_none_of_its_calls_in_the_grid(browser, client, tenant):
    ours, theirs = make_team(client=tenant), make_team(client=tenant)
    call = make_call(client=tenant, agent=make_agent(team=ours), title="Hidden call")
    browser.post(f"{ROOT}/new", {"cases": [make_case(client=tenant).pk], "calls": [call.pk], "each": "5"})
    manager = make_user(role=Role.MANAGER, client=tenant)
    theirs.managers.add(manager)
    client.force_login(manager)
    page = text(client.get(f"{ROOT}/{CaseBatch.objects.get().pk}"))
    assert "Hidden call" not in page and "1 subject is left out" in page
