"""Rules, findings and webhooks in the back office."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from decisions.models import AlertRule, Finding
from integrations.messaging.models import WebhookDelivery, WebhookEndpoint
from integrations.messaging.webhooks.services import queue_event, save_endpoint
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.decisions.factories import make_audience, make_finding
from tests.factories import make_agent, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, client_row):
    client.force_login(make_user(client=client_row))
    return client


def test_a_rule_is_added_and_a_wrong_one_is_refused_in_words(signed_in, client_row):
    url = reverse("admin:decisions_alertrule_add")
    values = {"client": client_row.pk, "name": "Win rate", "key": "win", "kind": "change", "metric": "win_rate",
              "by": "region", "parameters": '{"relative": 0.2}', "is_active": "on", "tells": ["email"]}  # fmt: skip
    assert signed_in.post(url, {**values, "by": "hour"}).status_code == 200
    assert signed_in.post(url, values).status_code == 302
    rule = AlertRule.objects.get()
    assert (rule.client, rule.parameters, rule.tells) == (client_row, {"relative": 0.2}, ["email"])


def test_findings_are_read_and_taken_on_by_who_sees_them(signed_in, client_row):
    finding = make_finding(audience=make_audience(client=client_row), figures={"groups": {"region": "APAC"}})
    assert b"APAC" in signed_in.get(reverse("admin:decisions_finding_changelist")).content
    assert b"APAC" in signed_in.get(reverse("admin:decisions_finding_change", args=[finding.pk])).content
    signed_in.post(
        reverse("admin:decisions_finding_changelist"), {"action": "take_on", "_selected_action": [str(finding.pk)]}
    )
    assert Finding.objects.get().status == "acknowledged"
    signed_in.force_login(make_user(client=client_row, role=Role.MANAGER))
    assert b"APAC" not in signed_in.get(reverse("admin:decisions_finding_changelist")).content


def test_a_webhook_is_deleted_with_its_deliveries_and_stays_in_the_trail(signed_in, client_row):
    endpoint = WebhookEndpoint(client=client_row, name="Hook", url="https://hooks.example/")
    save_endpoint(endpoint=endpoint, actor=make_user(client=client_row))
    queue_event(client=client_row, event="finding.opened", data={}, key="k")
    url = reverse("admin:messaging_webhookendpoint_delete", args=[endpoint.pk])
    assert b"Hook" in signed_in.get(url).content
    assert signed_in.post(url, {"post": "yes"}).status_code == 302
    assert not WebhookEndpoint.objects.exists() and not WebhookDelivery.objects.exists()
    assert AuditEvent.objects.filter(action__endswith="deleted", object_id=str(endpoint.pk)).count() == 1


def test_the_list_of_findings_reads_all_names_at_once(signed_in, client_row):
    audience = make_audience(client=client_row)
    url = reverse("admin:decisions_finding_changelist")
    agents = make_agent(client=client_row, name="Agent 0"), make_agent(client=client_row, name="Agent 1")
    counts = []
    signed_in.get(url)
    for place, agent in enumerate(agents):
        make_finding(audience=audience, key=f"k{place}", figures={"groups": {"agent": str(agent.pk)}})
        with CaptureQueriesContext(connection) as queries:
            assert f"Agent {place}: " in signed_in.get(url).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_webhook_shows_its_secret_once(signed_in, client_row):
    url = reverse("admin:messaging_webhookendpoint_add")
    values = {"client": client_row.pk, "name": "Hook", "url": "https://hooks.example/", "is_active": "on"}
    assert signed_in.post(url, {**values, "url": "ftp://x"}).status_code == 200
    shown = signed_in.post(url, values, follow=True).content.decode()
    endpoint = WebhookEndpoint.objects.get()
    assert str(endpoint.secret) in shown
    change = reverse("admin:messaging_webhookendpoint_change", args=[endpoint.pk])
    assert str(endpoint.secret) not in signed_in.get(change).content.decode()
    listed = reverse("admin:messaging_webhookendpoint_changelist")
    signed_in.post(listed, {"action": "test", "_selected_action": [str(endpoint.pk)]})
    delivery = WebhookDelivery.objects.get()
    assert signed_in.get(reverse("admin:messaging_webhookdelivery_change", args=[delivery.pk])).status_code == 200
