import pytest

from prompts.models import LabelChange
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.prompts.releasing.conftest import house  # noqa: F401 - a fixture

BASE = "/api/v1/sales/prompts"
GOOD = [True] * 20
WHY = "The customers wait for the mended greeting."


@pytest.fixture
def api(client, house):  # noqa: F811
    client.force_login(house.user)

    def call(method, path, body=None):
        send = getattr(client, method)
        given = {} if body is None else {"data": body, "content_type": "application/json"}
        return send(f"{BASE}/{house.prompt.pk}/{path}", **given)

    return call


def test_the_gate_says_whether_and_why(api, house):  # noqa: F811
    first, second = house.version(), house.version()
    house.evaluated(first, GOOD)
    told = api("get", "gate?version=1").json()
    assert told["passed"] and told["version"] == 1 and told["figures"][house.model.name]["n"] == 20
    newest = api("get", "gate").json()
    assert newest["version"] == second.number and not newest["passed"] and newest["checks"][0]["code"] == "evaluation"
    assert api("get", "gate?version=9").status_code == 404


def test_a_gate_is_set_and_its_mistakes_are_pointed_at(api, house):  # noqa: F811
    body = {"dataset": str(house.dataset.pk), "rules": {"min_pass_rate": 0.9}}
    assert api("put", "gate", body).json()["rules"]["min_pass_rate"] == 0.9
    refused = api("put", "gate", {**body, "rules": {"min_pass_rate": 90}})
    assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == "#/rules/min_pass_rate"
    other = make_user().client.prompt_datasets.create(name="theirs")
    assert api("put", "gate", {"dataset": str(other.pk)}).status_code == 404


def test_a_release_goes_through_the_gate_or_comes_back_with_the_verdict(api, house):  # noqa: F811
    house.version()
    refused = api("post", "release", {"version": 1})
    assert refused.status_code == 409 and refused.json()["code"] == "gate"
    assert refused.json()["verdict"]["checks"][0]["code"] == "evaluation"
    assert api("post", "release", {"version": 1, "override": True}).status_code == 422
    made = api("post", "release", {"version": 1, "override": True, "reason": WHY})
    assert made.status_code == 201 and made.json()["overridden"] and made.json()["after"] == 1
    again = api("post", "release", {"version": 1})
    assert again.status_code == 409 and again.json()["code"] == "already"


def test_a_roll_back_brings_the_last_one_back_and_is_listed(api, house):  # noqa: F811
    for number in (1, 2):
        house.evaluated(house.version(), GOOD)
        assert api("post", "release", {"version": number}).status_code == 201
    back = api("post", "rollback", {"reason": WHY})
    assert back.status_code == 201 and (back.json()["before"], back.json()["after"]) == (2, 1)
    assert api("post", "rollback", {"reason": WHY}).json()["code"] == "no_earlier"
    rows = api("get", "releases").json()["results"]
    assert [row["after"] for row in rows] == [1, 2, 1] and rows[0]["rolled_back"] and not rows[1]["rolled_back"]


def test_the_list_of_releases_takes_the_same_queries_however_long(api, house, django_assert_max_num_queries):  # noqa: F811
    version = house.version()
    for _number in range(30):
        LabelChange.objects.create(client=house.prompt.client, prompt=house.prompt, name="staging", after=version)
    with django_assert_max_num_queries(8):
        assert len(api("get", "releases").json()["results"]) >= 20


def test_who_only_reads_may_ask_the_gate_and_release_nothing(api, house, client):  # noqa: F811
    house.version()
    client.force_login(make_user(client=house.prompt.client, role=Role.REVIEWER))
    assert api("get", "gate").status_code == 200
    for path, body in (("release", {"version": 1}), ("rollback", {"reason": WHY})):
        assert api("post", path, body).status_code == 403
    client.force_login(make_user())
    assert api("get", "gate").status_code == 404
