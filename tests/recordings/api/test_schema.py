"""The API's description: valid, complete, and true to what the API answers."""

import re
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.urls import get_resolver
from openapi_spec_validator import validate

from recordings.api.urls import urlpatterns
from tests.recordings.api.conftest import ANALYZE, RECORDINGS, api_of
from tests.recordings.api.test_analyze import sound
from tests.recordings.factories import make_call

SCHEMA = "/api/v1/schema"


@pytest.fixture
def schema(db) -> dict[str, Any]:
    return api_of().get(SCHEMA, {"format": "json"}).json()


def test_it_is_valid_openapi_3_1(schema):
    validate(schema)
    assert schema["openapi"].startswith("3.1")


def test_it_is_made_without_a_warning(db, tmp_path):
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(tmp_path / "schema.yaml"))


def test_it_comes_as_yaml_too(db):
    assert b"openapi: 3.1" in api_of().get(SCHEMA, {"format": "yaml"}).content


def test_every_endpoint_is_described(schema):
    resolver = get_resolver()
    names = {name for name in resolver.reverse_dict if isinstance(name, str) and name.startswith("api-")}
    names -= {"api-schema", "api-docs"}
    assert {pattern.name for pattern in urlpatterns} < names
    routes = ("/" + resolver.reverse_dict[name][0][0][0].replace("%(pk)s", "{id}") for name in names)
    paths = {re.sub(r"%\((\w+)\)s", r"{\1}", route) for route in routes}
    assert set(schema["paths"]) == paths


def test_every_operation_tells_its_errors_its_tag_and_how_to_sign_in(schema):
    for path in schema["paths"].values():
        for operation in path.values():
            assert operation["tags"] and operation["summary"]
            assert "application/problem+json" in operation["responses"]["403"]["content"]
            by_key, by_session = operation["security"]
            assert by_session == {"cookieAuth": []}
            (scope,) = by_key["apiKey"]
            assert f"scope `{scope}`" in operation["description"]
            assert scope in schema["components"]["securitySchemes"]["apiKey"]["description"]
    assert schema["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"


def check(
    schema: dict[str, Any], path: str, method: str, status: str, body: Any, kind: str = "application/json"
) -> None:
    """Raise when `body` is not what the schema promises for this answer, or holds a field that it does not name."""
    promised = schema["paths"][path][method]["responses"][status]["content"][kind]["schema"]
    parts = {
        name: {"additionalProperties": False, **part} if "properties" in part else part
        for name, part in schema["components"]["schemas"].items()
    }
    jsonschema.Draft202012Validator({**promised, "components": {"schemas": parts}}).validate(body)


def test_answers_are_as_described(schema, api, tenant):
    make_call(client=tenant, published=False, agent=None, customer=None)
    call = make_call(client=tenant)
    base = "/api/v1/sales/recordings"
    check(schema, base, "get", "200", api.get(RECORDINGS).json())
    check(schema, f"{base}/{{id}}", "get", "200", api.get(f"{RECORDINGS}/{call.pk}").json())
    accepted = api.post(ANALYZE, {"file": sound()})
    check(schema, f"{base}/analyze", "post", "202", accepted.json())
    check(schema, "/api/v1/sales/jobs/{id}", "get", "200", api.get(accepted.json()["job"]["url"]).json())
    ground = api.post(f"{RECORDINGS}/{call.pk}/consent", {"basis": "contract"}, format="json").json()
    check(schema, f"{base}/{{id}}/consent", "post", "201", ground)
    refused = api.post(ANALYZE, {"title": "No file"}).json()
    check(schema, f"{base}/analyze", "post", "400", refused, "application/problem+json")


def test_a_document_that_lacks_a_part_or_has_an_unnamed_one_is_not_as_described(schema, api, tenant):
    whole = api.get(f"{RECORDINGS}/{make_call(client=tenant).pk}").json()
    lacking = {name: part for name, part in whole["analysis"].items() if name != "objections"}
    for analysis in (lacking, {**whole["analysis"], "mystery": 1}):
        with pytest.raises(jsonschema.ValidationError):
            check(schema, "/api/v1/sales/recordings/{id}", "get", "200", {**whole, "analysis": analysis})


def test_the_browser_of_the_schema_loads_nothing_from_elsewhere(db):
    page = api_of().get("/api/v1/docs").content.decode()
    assert "swagger-ui" in page
    assert "https://" not in page.replace("http://testserver", "")
