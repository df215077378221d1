"""Letters through a real mail server: taken, refused, down, cut off; and never more than once without need."""

import signal
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from integrations.messaging.models import OutboxMessage
from integrations.messaging.sending import forget_old_messages, sweep_outbox
from integrations.messaging.services import Attachment, queue_email, retry_message, withdraw_messages
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.vault.models import DataKey
from tests.factories import make_client, make_user
from tests.installation import wait_until
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db


def put(client=None, to=("ana@example.com",), **values):
    values = {"subject": "Weekly", "text": "Won: 12", "key": "weekly", **values}
    return queue_email(client=client or make_client(), to=to, **values)


def work():
    """Run what waits, as a worker would."""
    for job in Job.objects.active():
        run_job(job.pk)


def tried(message):
    work()
    message.refresh_from_db()
    return message


def later(message):
    """The next attempt has come."""
    OutboxMessage.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now())
    sweep_outbox()
    return tried(message)


def test_everybody_gets_a_letter_of_their_own_with_its_file(mail):
    message = put(
        to=["ana@example.com", "ben@example.com"],
        html="<p>Won: 12</p>",
        attachments=[Attachment(filename="Отчёт.csv", content_type="text/csv", content=b"a,b\r\n")],
    )
    assert tried(message).status == "sent"
    (first, letter), (second, copy) = mail.letters
    assert (first, second) == ("ana@example.com", "ben@example.com")
    assert letter["To"] == "ana@example.com" and letter["Message-ID"] == copy["Message-ID"] == message.message_id
    parts = {part.get_content_type(): part for part in letter.walk()}
    assert parts["text/csv"].get_payload(decode=True) == b"a,b\r\n" and "text/html" in parts
    assert parts["text/plain"].get_payload(decode=True).strip() == b"Won: 12"


def test_nothing_is_sent_of_a_transaction_that_is_rolled_back(mail):
    client = make_client()
    with pytest.raises(RuntimeError), transaction.atomic():
        put(client)
        raise RuntimeError
    assert not OutboxMessage.objects.exists() and not Job.objects.active().exists()


def test_the_same_key_is_one_letter(mail):
    client = make_client()
    assert put(client) == put(client, subject="Again")
    assert put(make_client()).subject == "Weekly"
    work()
    work()
    assert len(mail.letters) == 2


@pytest.mark.parametrize("to", [[], ["ana"], ["ana@example.com\nBcc: all@example.com"]])
def test_who_gets_it_must_be_an_address(to):
    with pytest.raises(ValidationError):
        put(to=to)


def test_a_subject_of_two_lines_is_no_header(mail):
    tried(put(subject="One\r\nBcc: all@example.com"))
    assert mail.letters[0][1]["Subject"] == "One Bcc: all@example.com" and mail.letters[0][1]["Bcc"] is None


def test_a_refused_recipient_is_named_and_the_others_have_it(mail):
    mail.refuse["nobody@example.com"] = "550 5.1.1 No such user"
    message = tried(put(to=["nobody@example.com", "ana@example.com"]))
    assert (message.status, mail.addresses) == ("failed", ["ana@example.com"])
    assert message.error == (
        "1 of 2 got it. The mail server does not deliver to nobody@example.com: 550 5.1.1 No such user."
    )
    mail.refuse.clear()
    retry_message(message=message, actor=make_user(client=message.client))
    assert tried(message).status == "sent" and mail.addresses == ["ana@example.com", "nobody@example.com"]
    assert AuditEvent.objects.filter(action="message_retried", object_id=str(message.pk)).exists()


def test_a_recipient_who_is_busy_gets_it_later_and_nobody_twice(mail):
    mail.refuse["busy@example.com"] = "451 4.7.1 Try again"
    message = tried(put(to=["busy@example.com", "ana@example.com"]))
    assert message.status == "waiting" and "451" in message.error
    mail.refuse.clear()
    assert tried(message).attempts == 1
    assert later(message).status == "sent" and mail.addresses == ["ana@example.com", "busy@example.com"]


def test_a_server_that_is_down_gets_it_when_it_is_up(mail):
    mail.stop()
    message = tried(put())
    assert message.status == "waiting" and "cannot be reached" in message.error
    assert message.next_attempt_at > timezone.now()
    mail.start()
    assert later(message).status == "sent" and message.error == ""


def test_a_connection_that_is_cut_is_tried_again_with_the_same_id(mail):
    mail.cut = 1
    message = tried(put())
    assert message.status == "waiting" and "broke the connection off" in message.error
    assert later(message).status == "sent"
    assert {letter["Message-ID"] for _, letter in mail.letters} == {message.message_id}


def test_it_is_given_up_after_its_hours(mail, settings):
    mail.stop()
    message = put()
    OutboxMessage.objects.update(tried_since=timezone.now() - timedelta(hours=settings.MESSAGE_GIVE_UP_HOURS))
    assert tried(message).status == "failed" and "It was tried for 48 hours." in message.error


def test_without_a_mail_server_it_waits_and_says_so(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "SALESIQ_EMAIL_HOST" in tried(put()).error


def test_files_go_with_their_key_once_everybody_has_them(mail, django_capture_on_commit_callbacks):
    message = put(attachments=[Attachment(filename="a.csv", content_type="text/csv", content=b"a")])
    stored = message.attachments.get().file.name
    assert default_storage.exists(stored)
    with django_capture_on_commit_callbacks(execute=True):
        assert tried(message).status == "sent"
    assert not default_storage.exists(stored) and not DataKey.objects.filter(owner=message.folder).exists()
    assert message.attachments.get().filename == "a.csv"


def test_an_erasure_takes_letters_with_files_back(mail):
    message = put(attachments=[Attachment(filename="a.csv", content_type="text/csv", content=b"a")])
    other = put(message.client, key="no file")
    assert withdraw_messages(client=message.client, reason="A person was erased.") == 1
    assert tried(message).error == "A person was erased." and tried(other).status == "sent"
    with pytest.raises(ValidationError, match="removed meanwhile"):
        retry_message(message=message, actor=make_user(client=message.client))


def test_old_letters_are_forgotten_and_files_without_a_row_removed(mail, settings):
    message = tried(put())
    waiting = put(message.client, key="waits", to=["ben@example.com"])
    OutboxMessage.objects.filter(pk=message.pk).update(finished_at=timezone.now() - timedelta(days=31))
    assert forget_old_messages() == 1
    assert list(OutboxMessage.objects.all()) == [waiting]


@pytest.mark.django_db(transaction=True)
def test_a_letter_whose_worker_is_killed_arrives_once_more_at_most(installation):
    server = MailServer().start()
    mail = {"HOST": "127.0.0.1", "PORT": str(server.port), "SECURITY": "none"}
    installation.env.update({f"SALESIQ_EMAIL_{name}": value for name, value in mail.items()})
    script = (
        "from integrations.messaging.models import *; from salesiq.people.models import Client; import sys;"
        "from integrations.messaging.services import queue_email; from salesiq.jobs.services import run_job;"
        "from salesiq.jobs.models import Job; from integrations.messaging import sending; import time;"
        "client, _ = Client.objects.get_or_create(slug='c', name='C');"
        "m = queue_email(client=client, to=['ana@example.com'], subject='s', text='t', key='k');"
        "Job.objects.update(lease_until='2000-01-01T00:00Z');"
        "{hang}"
        "[run_job(job.pk) for job in Job.objects.active()]"
    )
    hang = "sending._save = lambda *a, **k: (print('hangs', flush=True), time.sleep(60));"
    try:
        for number in (1, 2):
            process = installation.spawn("shell", "-c", script.format(hang=hang))
            wait_until(lambda number=number: len(server.letters) == number, describe=installation.log)
            process.send_signal(signal.SIGKILL)
            process.wait()
        installation.manage("shell", "-c", script.format(hang=""))
        message = installation.objects(OutboxMessage).values("status", "interruptions").get()
        assert message["status"] == "failed" and len(server.letters) == 2
        assert len({letter["Message-ID"] for _, letter in server.letters}) == 1
    finally:
        server.stop()
