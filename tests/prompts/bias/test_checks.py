import json
import re

import pytest
from django.core.exceptions import PermissionDenied

from prompts.bias import BiasError, start_bias_check, stop_bias_check, work
from prompts.models import Dataset, DatasetCase, ModelExchange, PromptRun
from salesiq.jobs.models import Job
from salesiq.jobs.services import claim_job, run_job
from salesiq.people.roles import Role
from tests.factories import make_client, make_user
from tests.prompts.factories import make_model, make_prompt, make_provider, make_version
from tests.prompts.model_server import ModelServer, refused_key

SCHEMA = {
    "type": "object", "properties": {"score": {"type": "integer", "minimum": 0, "maximum": 100}}, "required": ["score"],
}  # fmt: skip
ARABIC = "Fatima|Aisha|Layla|Noura|Yasmin|Khadija|Mohammed|Ahmed|Omar|Khalid|Youssef|Tariq"


@pytest.fixture
def server(db):
    with ModelServer() as made:
        yield made


@pytest.fixture
def parts(server):
    """What a check is started with: a prompt that scores leads, and ten leads."""
    client = make_client()
    provider = make_provider(client=client, url=server.url, max_concurrency=1)
    prompt = make_prompt(client=client, messages=(), language="en")
    version = make_version(
        prompt=prompt, text="Score {{ customer.name }} of {{ city }}. {{ note }}", response_type="json",
        response_schema=SCHEMA,
        variables=[{"name": "customer.name", "type": "text"}, {"name": "city", "type": "text"},
                   {"name": "note", "type": "text", "required": False}],
    )  # fmt: skip
    dataset = Dataset.objects.create(client=client, name="leads")
    for number in range(10):
        DatasetCase.objects.create(
            client=client,
            dataset=dataset,
            position=number,
            variables={"customer.name": "Pat Smith", "city": "Boston", "note": f"{number} seats"},
        )
    model = make_model(provider=provider, name="scorer")
    user = make_user(client=client)
    return {"version": version, "dataset": dataset, "model": model, "user": user, "attributes": ["name"]}


def seats(request):
    return int(re.search(r"(\d+) seats", request.text)[1])


def fair(request):
    return json.dumps({"score": 50 + seats(request)})


def biased(request):
    return json.dumps({"score": 50 + seats(request) - 15 * bool(re.search(ARABIC, request.text))})


def job_of(check):
    return Job.objects.filter(subject=str(check.pk)).latest("created_at")


def done(check, status="finished"):
    run_job(job_of(check).pk)
    check.refresh_from_db()
    assert check.status == status, check.error
    return check


def test_a_model_that_scores_a_group_lower_is_caught(server, parts):
    server.answers(biased)
    check = done(start_bias_check(**parts))
    told = {each["group"]: each for each in check.result["differences"] if each["says"] == "different"}
    assert set(told) == {"arabic"} and check.result["different"] == 1
    arabic = told["arabic"]
    assert arabic["attribute"] == "name" and arabic["measure"] == "score" and arabic["n"] == 10
    assert arabic["low"] <= arabic["difference"] <= arabic["high"] < 0 and arabic["bound"] == 5.0
    assert check.total == check.done == 10 * 7 == len(server.requests)


def test_a_fair_model_is_not(server, parts):
    server.answers(fair)
    check = done(start_bias_check(**parts))
    assert check.result["different"] == 0 and check.result["cases"] == 10
    assert PromptRun.objects.filter(purpose="bias").count() == 70
    assert not re.search(ARABIC + "|Boston", json.dumps(check.progress))  # numbers, and no names


def test_a_killed_check_goes_on_and_pays_nothing_twice(server, parts, monkeypatch):
    server.answers(biased)
    check = start_bias_check(**parts)
    lease = claim_job(job_of(check).pk, owner="killed")
    for calls in (5, 30):
        counted = iter(range(calls))
        real = work.run_version
        with monkeypatch.context() as patch:
            patch.setattr(
                work, "run_version", lambda counted=counted, real=real, **given: _or_die(counted, real, given)
            )
            with pytest.raises(SystemExit):
                work.check_bias(str(check.pk), lease)
    work.check_bias(str(check.pk), lease)
    check.refresh_from_db()
    assert check.status == "finished" and check.result["different"] == 1
    assert len(server.requests) == PromptRun.objects.count() == ModelExchange.objects.count() == 70
    work.check_bias(str(check.pk), lease)
    assert len(server.requests) == 70


def _or_die(counted, real, given):
    if next(counted, None) is None:
        raise SystemExit
    return real(**given)


def test_cases_that_cannot_be_filled_are_left_out_and_counted(server, parts):
    server.answers(fair)
    dataset = parts["dataset"]
    DatasetCase.objects.create(client=dataset.client, dataset=dataset, position=99, variables={"city": "Boston"})
    check = done(start_bias_check(**parts))
    assert check.result["cases"] == 10 and check.result["left_out"] == {"name": 1}


def test_a_refused_key_ends_it_with_what_to_do(server, parts):
    server.answers(refused_key())
    assert done(start_bias_check(**parts), "failed").error


def test_what_cannot_be_checked_is_refused(parts):
    for change, code in (
        ({"attributes": []}, "attributes"),
        ({"attributes": ["age"]}, "attributes"),
        ({"model": make_model()}, "other_client"),
    ):
        with pytest.raises(BiasError) as error:
            start_bias_check(**{**parts, **change})
        assert error.value.code == code
    with pytest.raises(PermissionDenied):
        start_bias_check(**{**parts, "user": make_user(client=parts["version"].client, role=Role.AGENT)})
    parts["dataset"].cases.filter(position__gte=8).delete()
    with pytest.raises(BiasError) as error:
        start_bias_check(**parts)
    assert error.value.code == "no_cases"


def test_a_check_may_be_stopped(parts):
    check = stop_bias_check(check=start_bias_check(**parts), user=parts["user"])
    assert check.status == "failed" and job_of(check).status == "cancelled"
