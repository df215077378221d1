"""The API of decisions: analyses begun and read, rows listed within their queries, findings acted on, rules set."""

import pytest
from rest_framework.test import APIClient

from decisions.models import AlertRule, AnalysisRun, Finding
from salesiq.people.keys import issue_key
from salesiq.people.models import User
from salesiq.people.roles import Role
from tests.decisions.documents_by_hand import make_everything, make_findings, win_rate_document
from tests.decisions.factories import make_analysis
from tests.factories import make_agent, make_superuser, make_user
from tests.recordings.api.test_schema import check, schema

__all__ = ["schema"]
BASE = "/api/v1/sales/analytics"
RESULTS = ("win-rate", "drivers", "forecast", "patterns")
LISTS = ("analyses", "forecast/deals", "predictions", "models", "anomalies", "findings")


@pytest.fixture
def everything(audience, tenant):
    return make_everything(audience, make_agent(client=tenant))


def test_answers_are_as_the_schema_says(schema, api, everything):
    for name in (*RESULTS, *LISTS, "rules"):
        check(schema, f"{BASE}/{name}", "get", "200", api.get(f"{BASE}/{name}").json())
    model, finding = everything["model"], everything["findings"][0]
    check(schema, f"{BASE}/models/{{id}}", "get", "200", api.get(f"{BASE}/models/{model.pk}").json())
    check(schema, f"{BASE}/findings/{{id}}", "get", "200", api.get(f"{BASE}/findings/{finding.pk}").json())


@pytest.mark.parametrize("name", [*RESULTS, *LISTS, "rules"])
def test_an_answer_takes_at_most_ten_queries(name, api, everything, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        answer = api.get(f"{BASE}/{name}")
    assert answer.status_code == 200


def test_an_analysis_is_begun_once_and_followed(api, audience):
    begun = api.post(f"{BASE}/analyses", {"kind": "winrate"}, format="json")
    again = api.post(f"{BASE}/analyses", {"kind": "winrate"}, format="json")
    assert (begun.status_code, begun.json()["id"]) == (202, again.json()["id"])
    run = AnalysisRun.objects.get()
    followed = api.get(begun.headers["Location"]).json()
    assert (followed["state"], followed["analysis"]["status"], followed["result"]) == ("working", "waiting", {})
    run.status, run.result, run.finished_at = "finished", win_rate_document(), run.created_at
    run.save()
    assert api.get(f"{BASE}/win-rate").json()["result"]["overall"]["closed"] == 503


def test_a_question_of_its_own_is_served_once_it_was_worked_out(api, audience):
    question = {"by": ["region"], "since": "2026-01-01"}
    missing = api.get(f"{BASE}/win-rate", question)
    assert (missing.status_code, missing.json()["code"]) == (404, "not_worked_out")
    api.post(f"{BASE}/analyses", {"kind": "winrate", "question": question}, format="json")
    assert api.get(f"{BASE}/win-rate", question).json()["state"] == "working"
    AnalysisRun.objects.update(status="finished", result=win_rate_document(), finished_at=audience.created_at)
    assert api.get(f"{BASE}/win-rate", question).status_code == 200


def test_only_the_win_rate_takes_a_question(api, audience):
    wrong = {"kind": "drivers", "question": {"by": ["region"]}}
    assert api.post(f"{BASE}/analyses", wrong, format="json").status_code == 400


@pytest.mark.parametrize(
    ("name", "filters", "known"),
    [
        ("analyses", {"kind": "win_rate"}, "winrate, drivers, patterns, anomalies, forecast, advice"),
        ("anomalies", {"kind": "week"}, "call, agent, day"),
        ("findings", {"status": ["open", "shut"]}, "open, snoozed, acknowledged"),
        ("forecast/deals", {"confidence": "sure"}, "high, medium, low"),
        ("models", {"target": "weather"}, "call_outcome, deal_win, lead_conversion"),
    ],
)
def test_a_choice_that_there_is_not_is_refused_with_those_there_are(name, filters, known, api, everything):
    answer = api.get(f"{BASE}/{name}", filters)
    assert answer.status_code == 400
    assert known in answer.json()["errors"][0]["detail"]


def test_analyses_are_listed_by_kind(api, everything):
    found = api.get(f"{BASE}/analyses", {"kind": "drivers"}).json()["results"]
    assert [each["kind"] for each in found] == ["drivers"]
    assert api.get(f"{BASE}/analyses", {"kinds": "drivers"}).status_code == 400


def test_a_failed_analysis_leaves_the_one_before_in_place(api, audience):
    make_analysis(audience=audience, result=win_rate_document(), finished_at=audience.created_at)
    make_analysis(audience=audience, status="failed", error="There are no closed deals.")
    answer = api.get(f"{BASE}/win-rate").json()
    assert (answer["state"], answer["result"]["overall"]["won"]) == ("failed", 212)


def test_findings_are_told_in_words_and_acted_on(api, audience):
    first, second, _third = make_findings(audience)
    found = api.get(f"{BASE}/findings").json()["results"]
    assert [each["id"] for each in found][:1] == [str(first.pk)] and "South" in found[0]["sentence"]
    assert (
        api.post(f"{BASE}/findings/{first.pk}/acknowledge", {"note": "Mine"}, format="json").json()["status"]
        == "acknowledged"
    )
    assert api.post(f"{BASE}/findings/{second.pk}/snooze", {}, format="json").status_code == 400
    assert api.post(f"{BASE}/findings/{second.pk}/snooze", {"until": "2001-01-01"}, format="json").status_code == 422
    assert api.post(f"{BASE}/findings/{first.pk}/done").json()["status"] == "done"
    closed = api.post(f"{BASE}/findings/{first.pk}/dismiss")
    assert (closed.status_code, closed.json()["code"]) == (409, "closed")
    assert Finding.objects.get(pk=first.pk).status == "done"
    assert len(api.get(f"{BASE}/findings", {"status": "done"}).json()["results"]) == 1


def test_a_rule_is_added_changed_and_deleted(api, tenant):
    rule = {"key": "fell", "name": "Fell", "kind": "change", "metric": "win_rate", "parameters": {"relative": 0.2}}
    added = api.post(f"{BASE}/rules", rule, format="json")
    assert added.status_code == 201
    at = f"{BASE}/rules/{added.json()['id']}"
    assert api.put(at, {**rule, "name": "Fell far"}, format="json").json()["name"] == "Fell far"
    wrong = api.put(at, {**rule, "metric": "nothing"}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/metric")
    assert api.delete(at).status_code == 204 and not AlertRule.objects.exists()


def test_a_manager_reads_rules_and_sets_none(tenant):
    found = APIClient()
    found.force_authenticate(make_user(role=Role.MANAGER, client=tenant))
    assert found.get(f"{BASE}/rules").status_code == 200
    assert found.post(f"{BASE}/rules", {}, format="json").status_code == 403


def test_a_key_needs_the_scope_of_decisions(admin: User, audience):
    for scopes, reading, writing in ((["analytics:read"], 403, 403), (["decisions:read"], 200, 403),
                                     (["decisions:read", "decisions:write"], 200, 202)):  # fmt: skip
        token = issue_key(user=admin, name="k", actor=admin, scopes=scopes).secret
        found = APIClient(headers={"Authorization": f"Bearer {token}"})
        assert found.get(f"{BASE}/findings").status_code == reading
        assert found.post(f"{BASE}/analyses", {"kind": "winrate"}, format="json").status_code == writing


def test_who_belongs_to_no_client_names_one(tenant, audience):
    found = APIClient()
    found.force_authenticate(make_superuser())
    assert found.get(f"{BASE}/findings").json()["code"] == "no_client"
    assert found.get(f"{BASE}/findings", {"client": str(tenant.pk)}).status_code == 200
