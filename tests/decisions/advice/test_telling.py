"""What is new is told once: by letter to who subscribed, by webhook, without names of people."""

import json

import pytest
from structlog.testing import capture_logs

from decisions.advice.analysis import analyse
from decisions.advice.rules.defaults import install_rules
from decisions.advice.services import save_subscription
from decisions.advice.telling import tell
from decisions.models import AdviceSubscription, AlertRule, Finding
from decisions.tables.deals import today_of
from integrations.messaging.models import OutboxMessage, WebhookDelivery, WebhookEndpoint
from integrations.messaging.webhooks.sending import sweep_webhooks
from integrations.messaging.webhooks.services import save_endpoint
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from tests.decisions.advice.documents import group, make_winrate
from tests.decisions.factories import make_audience
from tests.factories import make_agent, make_team, make_user
from tests.integrations.messaging.webhook_receiver import Receiver, is_signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def audience(client_row):
    return make_audience(client=client_row)


def run(audience):
    return analyse(audience, as_of=today_of(audience), question={}, progress=lambda share: None).result


def subscribe(user, **values):
    save_subscription(user=user, is_active=True, **values)
    AdviceSubscription.objects.filter(user=user).update(told_until="2000-01-01T00:00Z")


def make_news(audience, agent):
    low = {"q": 0.5, "changed": False, "differs": True, "differs_q": 0.001}
    rows = [
        group({"region": "APAC"}, 70, 200, (94, 200), q=0.02),
        group({"agent": str(agent.pk)}, 9, 100, (9, 100), **low),
    ]
    make_winrate(audience, rows)


def test_a_letter_a_day_tells_what_is_new_and_names_nobody(audience):
    reader = make_user(client=audience.client, email="ana@example.com")
    subscribe(reader)
    make_news(audience, make_agent(client=audience.client, name="Agentmark"))
    run(audience)
    letter = OutboxMessage.objects.get()
    assert letter.subject.endswith("2 new recommendations")
    assert "APAC: Win rate dropped by 26 %" in letter.text
    assert "one agent: coaching may help" in letter.text
    assert "Agentmark" not in letter.text + letter.html
    make_news(audience, make_agent(client=audience.client, name="Other"))
    run(audience)
    assert OutboxMessage.objects.count() == 1  # the next one goes tomorrow
    told = AdviceSubscription.objects.get().told_until
    assert Finding.objects.filter(created_at__gt=told).count() == 1


def test_an_address_that_is_none_keeps_nobody_else_from_being_told(audience):
    for address in ("not an address", "ana@example.com"):
        subscribe(make_user(client=audience.client, email=address))
    make_news(audience, make_agent(client=audience.client))
    with capture_logs() as logged:
        run(audience)
    assert [row["address"] for row in OutboxMessage.objects.get().recipients] == ["ana@example.com"]
    assert "not an address" not in str(logged)
    assert [entry["user"] for entry in logged if entry["event"] == "advice_not_told"]


def test_letters_go_to_who_reads_the_audience_and_wants_them(audience):
    client = audience.client
    manager = make_user(client=client, role=Role.MANAGER, email="m@example.com")
    make_team(client=client).managers.add(manager)
    subscribe(manager)
    subscribe(make_user(client=client, email="alerts@example.com"), alerts_only=True)
    subscribe(make_user(client=client, email="gone@example.com", is_active=True))
    AdviceSubscription.objects.filter(user__email="gone@example.com").update(is_active=False)
    make_news(audience, make_agent(client=client))
    AlertRule.objects.all().delete()
    install_rules(client)
    AlertRule.objects.filter(metric="coaching").update(tells=[])
    run(audience)
    letter = OutboxMessage.objects.get()
    assert [row["address"] for row in letter.recipients] == ["alerts@example.com"]
    assert letter.subject.endswith("1 new recommendation")


def test_a_finding_arrives_by_webhook_once_signed_even_if_telling_was_cut_off(audience, settings, monkeypatch):
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    receiver = Receiver().start()
    endpoint = WebhookEndpoint(client=audience.client, name="Hook", url=receiver.url)
    secret = save_endpoint(endpoint=endpoint, actor=make_user(client=audience.client))
    make_news(audience, make_agent(client=audience.client, name="Agentmark"))
    monkeypatch.setattr("decisions.advice.analysis.tell", lambda audience: 0)  # killed between keeping and telling
    run(audience)
    assert tell(audience) == 1  # rules that tell by webhook do not tell of agents
    assert tell(audience) == 0
    sweep_webhooks()
    run_job(Job.objects.active().get(subject=str(WebhookDelivery.objects.get().pk)).pk)
    receiver.stop()
    [(headers, body)] = receiver.got
    assert is_signed(secret, headers, body)
    told = json.loads(body)
    assert (told["type"], told["data"]["code"]) == ("finding.opened", "rate_dropped")
    assert told["data"]["id"] == str(Finding.objects.get(code="rate_dropped").pk)
    assert b"Agentmark" not in body
