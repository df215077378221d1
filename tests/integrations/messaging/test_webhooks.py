"""Webhooks leave signed, once, to addresses that were checked; what fails is tried again and then set aside."""

import json
import signal
import socket
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from integrations.messaging.models import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from integrations.messaging.webhooks import sending
from integrations.messaging.webhooks.addresses import problem_of_url
from integrations.messaging.webhooks.services import (
    queue_event,
    replace_secret,
    retry_delivery,
    save_endpoint,
    send_test,
)
from integrations.messaging.webhooks.signing import signature
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from tests.factories import make_client, make_user
from tests.installation import wait_until
from tests.integrations.messaging.webhook_receiver import Receiver, is_signed


@pytest.fixture
def receiver(settings):
    started = Receiver().start()
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    yield started
    started.stop()


def make_endpoint(url, *, client=None, **values):
    client = client or make_client()
    endpoint = WebhookEndpoint(client=client, name="Hook", url=url, **values)
    return endpoint, save_endpoint(endpoint=endpoint, actor=make_user(client=client))


def tried(delivery):
    """The delivery after its next attempt, whenever that was due."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(next_attempt_at=timezone.now())
    sending.sweep_webhooks()
    run_job(Job.objects.active().get(subject=str(delivery.pk)).pk)
    delivery.refresh_from_db()
    return delivery


def queued(endpoint, key="k", data=None):
    return queue_event(client=endpoint.client, event="finding.opened", data=data or {"code": "rate_dropped"}, key=key)[
        0
    ]


def test_signatures_are_those_of_the_specification():
    secret, said = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, said) == expected


@pytest.mark.parametrize("url", ["", "ftp://x", "https://", "https://u:p@host/", "https://host:99999", "https://[::1"])
def test_addresses_that_are_none_are_named(url):
    assert problem_of_url(url)


@pytest.mark.django_db
class TestSending:
    def test_an_event_arrives_once_signed_and_whole(self, receiver):
        endpoint, secret = make_endpoint(receiver.url)
        delivery = queued(endpoint, data={"what": "Größe", "money": 12.5})
        assert queue_event(client=endpoint.client, event="finding.opened", data={}, key="k") == []
        assert tried(delivery).status == DeliveryStatus.SENT
        [(headers, body)] = receiver.got
        assert is_signed(secret, headers, body)
        assert not is_signed("whsec_AAAA", headers, body)
        assert not is_signed(secret, headers, body + b" ")
        told = json.loads(body)
        assert (told["type"], told["data"]) == ("finding.opened", {"what": "Größe", "money": 12.5})

    def test_what_fails_is_tried_later_under_the_same_id(self, receiver):
        receiver.answers, receiver.headers = [500, 200], {"retry-after": "900"}
        endpoint, secret = make_endpoint(receiver.url)
        delivery = tried(queued(endpoint))
        assert (delivery.status, delivery.answer) == (DeliveryStatus.WAITING, 500)
        assert delivery.next_attempt_at > timezone.now() + timedelta(minutes=14)
        assert tried(delivery).status == DeliveryStatus.SENT
        assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
        assert all(is_signed(secret, *row) for row in receiver.got)

    def test_what_fails_for_days_is_set_aside_and_its_endpoint_stopped(self, receiver, monkeypatch):
        monkeypatch.setattr(sending, "WAITS", (5, 5))
        receiver.answers = [302]
        endpoint, _ = make_endpoint(receiver.url)
        delivery = queued(endpoint)
        for _ in range(3):
            tried(delivery)
        endpoint.refresh_from_db()
        assert (delivery.status, endpoint.is_active, len(receiver.got)) == (DeliveryStatus.FAILED, False, 3)
        assert "302" in endpoint.stopped_because
        actor = make_user(client=endpoint.client)
        endpoint.is_active = True
        assert save_endpoint(endpoint=endpoint, actor=actor) == ""
        receiver.answers = [200]
        assert tried(retry_delivery(delivery=delivery, actor=actor)).status == DeliveryStatus.SENT
        with pytest.raises(ValidationError):
            retry_delivery(delivery=delivery, actor=actor)

    def test_a_receiver_that_is_gone_is_not_asked_again(self, receiver):
        receiver.answers = [410]
        endpoint, _ = make_endpoint(receiver.url)
        assert tried(queued(endpoint)).status == DeliveryStatus.FAILED
        endpoint.refresh_from_db()
        assert not endpoint.is_active
        assert queue_event(client=endpoint.client, event="finding.opened", data={}, key="next") == []

    def test_private_addresses_are_refused_before_anything_is_sent(self, receiver, settings):
        settings.WEBHOOK_PRIVATE_HOSTS = []
        delivery = tried(queued(make_endpoint(receiver.url)[0]))
        assert (delivery.status, receiver.got) == (DeliveryStatus.WAITING, [])
        assert "SALESIQ_WEBHOOK_PRIVATE_HOSTS" in delivery.error

    def test_a_host_that_nobody_knows_is_named(self, monkeypatch):
        def unknown(*asked, **more):
            raise socket.gaierror("Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        delivery = tried(queued(make_endpoint("https://hook.example/")[0]))
        assert delivery.error == "No address is known for hook.example."

    def test_a_name_is_resolved_once_and_all_its_addresses_checked(self, receiver, settings, monkeypatch):
        from integrations.messaging.webhooks import addresses

        url = receiver.url.replace("127.0.0.1", "hook.test")
        found = iter([["127.0.0.1"], ["1.1.1.1", "127.0.0.1"]])
        monkeypatch.setattr(addresses, "_resolve", lambda host, port: next(found))
        settings.WEBHOOK_PRIVATE_HOSTS = ["hook.test"]
        endpoint, _ = make_endpoint(url)
        assert tried(queued(endpoint)).status == DeliveryStatus.SENT
        settings.WEBHOOK_PRIVATE_HOSTS = []
        assert "inside the network" in tried(queued(endpoint, key="other")).error
        assert len(receiver.got) == 1

    def test_for_a_day_both_secrets_hold(self, receiver):
        endpoint, old = make_endpoint(receiver.url)
        new = replace_secret(endpoint=endpoint, actor=make_user(client=endpoint.client))
        tried(queued(endpoint))
        assert is_signed(old, *receiver.got[0]) and is_signed(new, *receiver.got[0])
        WebhookEndpoint.objects.update(old_secret_until=timezone.now())
        tried(queued(endpoint, key="later"))
        assert is_signed(new, *receiver.got[1]) and not is_signed(old, *receiver.got[1])

    def test_another_host_gets_another_secret_and_only_events_that_it_wants(self, receiver):
        endpoint, secret = make_endpoint("https://one.example/hook", events=["webhook.test"])
        actor = make_user(client=endpoint.client)
        endpoint.url = receiver.url
        fresh = save_endpoint(endpoint=endpoint, actor=actor)
        assert fresh and fresh != secret
        assert queue_event(client=endpoint.client, event="finding.opened", data={}, key="k") == []
        assert tried(send_test(endpoint=endpoint, actor=actor)).status == DeliveryStatus.SENT
        assert is_signed(fresh, *receiver.got[0])

    def test_only_who_manages_messages_sets_endpoints_up(self):
        endpoint, secret = make_endpoint("https://one.example/hook")
        for actor in (make_user(client=endpoint.client, role=Role.MANAGER), make_user()):
            with pytest.raises(PermissionDenied):
                replace_secret(endpoint=endpoint, actor=actor)
        row = WebhookEndpoint.objects.values_list("secret", flat=True).get(pk=endpoint.pk)
        assert secret not in repr(row)

    def test_old_deliveries_are_forgotten(self):
        delivery = queued(make_endpoint("https://one.example/hook")[0])
        WebhookDelivery.objects.update(finished_at=timezone.now() - timedelta(days=31))
        assert sending.forget_old_deliveries() == 1
        assert not WebhookDelivery.objects.filter(pk=delivery.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_webhook_whose_worker_is_killed_is_posted_again_under_the_same_id(installation):
    receiver = Receiver().start()
    installation.env["SALESIQ_WEBHOOK_PRIVATE_HOSTS"] = "127.0.0.1"
    script = (
        "from integrations.messaging.models import *; from salesiq.people.models import Client; import time;"
        "from integrations.messaging.webhooks import sending, services; from salesiq.jobs.services import run_job;"
        "from salesiq.jobs.models import Job; from integrations.messaging.webhooks.signing import new_secret;"
        "client, _ = Client.objects.get_or_create(slug='c', name='C');"
        f"e, _ = WebhookEndpoint.objects.get_or_create(client=client, defaults=dict(url='{receiver.url}',"
        " secret=new_secret()));"
        "services.queue_event(client=client, event='finding.opened', data={{}}, key='k');"
        "sending.sweep_webhooks(); Job.objects.update(lease_until='2000-01-01T00:00Z');"
        "{hang}"
        "[run_job(job.pk) for job in Job.objects.active()]"
    )
    hang = "sending._save = lambda *a, **k: (print('hangs', flush=True), time.sleep(60));"
    try:
        process = installation.spawn("shell", "-c", script.format(hang=hang))
        wait_until(lambda: len(receiver.got) == 1, describe=installation.log)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert installation.objects(WebhookDelivery).get().status == "sending"
        installation.manage("shell", "-c", script.format(hang=""))
        assert installation.objects(WebhookDelivery).get().status == "sent"
        assert [len(receiver.got), len({headers["webhook-id"] for headers, _ in receiver.got})] == [2, 1]
    finally:
        receiver.stop()
