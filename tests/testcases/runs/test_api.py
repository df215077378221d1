"""Running by API: verdicts at once, problems told, results filtered with their figures."""

import pytest

from salesiq.people.roles import Role
from testcases.models import CaseBatch
from tests.factories import make_agent, make_user
from tests.recordings.factories import make_call
from tests.testcases.factories import GOOD_LINES, make_case, make_run

pytestmark = pytest.mark.django_db
TEXT = "\n".join(f"{role.capitalize()}: {text}" for role, text in GOOD_LINES)


@pytest.fixture
def case():
    return make_case()


@pytest.fixture
def api(client, case):
    client.force_login(make_user(client=case.client, role=Role.ADMIN))
    return client


def url(case, what="run"):
    return f"/api/v1/sales/test-cases/{case.pk}/{what}"


def post(api, address, **body):
    return api.post(address, body, content_type="application/json")


def test_a_transcript_is_judged_at_once(api, case):
    answer = post(api, url(case), transcript=TEXT)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["passed"], body["case"], body["version"]) == (True, case.name, 1)
    assert body["criteria"][0]["evidence"][0]["place"]["role"] == "agent"


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"transcript": TEXT, "call_id": "0" * 32}, 400), ({"nonsense": 1}, 400),
     ({"transcript": TEXT, "version": 9}, 404), ({"call_id": "0" * 32}, 404), ({"transcript": "[1, 2]"}, 422)],
)  # fmt: skip
def test_wrong_requests_are_refused(api, case, body, status):
    assert post(api, url(case), **body).status_code == status


def test_an_empty_transcript_is_told_and_not_passed(api, case):
    body = post(api, url(case), transcript="").json()
    assert (body["status"], body["problem_code"], body["passed"]) == ("unjudgeable", "empty", None)


def test_results_are_filtered_and_counted_over_all_pages(api, case, django_assert_max_num_queries):
    agent = make_agent(client=case.client)
    for n in range(3):
        make_run(version=case.current, agent=agent, passed=n > 0, score=50.0 + n)
    make_run(version=case.current)
    with django_assert_max_num_queries(20):
        body = api.get(url(case, "results"), {"agent": str(agent.pk), "page_size": 2}).json()
    assert (len(body["results"]), body["aggregates"]["runs"], body["aggregates"]["passed"]["k"]) == (2, 3, 2)
    assert len(api.get(body["next"]).json()["results"]) == 1
    assert api.get(url(case, "results"), {"nonsense": 1}).status_code == 400


def test_agents_do_not_run_or_read_results(client, case):
    client.force_login(make_agent(client=case.client, user=make_user(client=case.client, role=Role.AGENT)).user)
    assert post(client, url(case), transcript=TEXT).status_code in (403, 404)
    assert client.get(url(case, "results")).status_code in (403, 404)


def test_a_batch_is_started_followed_and_stopped(api, case):
    call = make_call(client=case.client, published=False)
    started = post(api, "/api/v1/sales/test-batches", cases=[str(case.pk)], calls=[str(call.pk)])
    assert started.status_code == 202, started.content
    batch = CaseBatch.objects.get()
    assert (batch.total, batch.runs.count()) == (1, 1)
    assert api.get(f"/api/v1/sales/test-batches/{batch.pk}").json()["total"] == 1
    assert post(api, f"/api/v1/sales/test-batches/{batch.pk}/stop").json()["status"] == "stopped"
    assert post(api, f"/api/v1/sales/test-batches/{batch.pk}/stop").status_code == 409
    assert post(api, "/api/v1/sales/test-batches", cases=[str(case.pk)]).status_code == 422
