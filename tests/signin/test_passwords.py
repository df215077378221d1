"""A lost password, by real mail on loopback; changing one; and what passwords must be."""

import re
import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.test import Client as Browser

from salesiq.audit.models import AuditEvent
from tests.factories import make_user
from tests.installation import wait_until

NEW = "correct horse battery"


class Box(Message):
    def __init__(self):
        super().__init__()
        self.letters = []

    def handle_message(self, message):
        self.letters.append(message)


@pytest.fixture
def box(settings):
    """A mail server that keeps what it is given, set up as the installation's."""
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    yield box.letters
    controller.stop()


def ask(browser, email):
    return browser.post("/password/reset", {"email": email})


def link_in(box):
    wait_until(lambda: box, seconds=20)
    return re.search(r"http://testserver(/password/reset/\S+)", box[-1].get_payload(decode=True).decode())[1]


def test_a_lost_password_is_replaced_by_the_link_that_was_mailed(client, box, ana, sign_in):
    signed_in = Browser()
    sign_in(browser=signed_in)
    assert ask(client, "Ana@Brightline.example")["Location"] == "/password/reset/sent"
    form = client.get(link_in(box), follow=True)
    assert (box[0]["To"], "ana" in box[0].get_payload()) == ("ana@brightline.example", True)
    address = form.redirect_chain[-1][0]
    assert client.post(address, {"password1": NEW, "password2": NEW})["Location"] == "/password/reset/done"
    assert signed_in.get("/account").status_code == 302
    assert sign_in(password=NEW).status_code == 302
    assert AuditEvent.objects.filter(action="password_reset", object_id=str(ana.pk)).count() == 1
    assert not EmailAddress.objects.exists()


def test_a_link_works_once_and_not_after_the_address_was_changed(client, box, ana):
    ask(client, ana.email)
    link = link_in(box)
    ana.email = "new@brightline.example"
    ana.save()
    assert "works no more" in client.get(link, follow=True).content.decode()
    ask(client, "new@brightline.example")
    wait_until(lambda: len(box) == 2, seconds=20)
    link = link_in(box)
    address = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(address, {"password1": NEW, "password2": NEW})
    assert "works no more" in Browser().get(link, follow=True).content.decode()


def test_the_answer_is_the_same_for_addresses_that_nobody_has(client, box, ana):
    known, unknown = ask(client, ana.email), ask(client, "nobody@brightline.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    wait_until(lambda: box, seconds=20)
    assert [letter["To"] for letter in box] == ["ana@brightline.example"]


def test_nobody_who_is_switched_off_gets_a_link(client, box, ana):
    make_user(client=ana.client, email="ben@brightline.example", is_active=False)
    ask(client, "ben@brightline.example")
    ask(client, ana.email)
    wait_until(lambda: box, seconds=20)
    assert [letter["To"] for letter in box] == ["ana@brightline.example"]


def test_a_new_password_by_mail_ends_a_lock_out(client, box, ana, sign_in, settings):
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(2):
        sign_in(password="wrong")
    ask(client, ana.email)
    address = client.get(link_in(box), follow=True).redirect_chain[-1][0]
    client.post(address, {"password1": NEW, "password2": NEW})
    assert not AccessAttempt.objects.exists()
    assert sign_in(password=NEW).status_code == 302


def test_a_mail_server_that_is_down_breaks_nothing_and_tells_nothing(client, box, ana, settings):
    settings.EMAIL_PORT = 9
    assert ask(client, ana.email)["Location"] == "/password/reset/sent"


def test_without_a_mail_server_the_pages_say_so(client, ana):
    assert "Ask your administrator" in client.get("/login").content.decode()
    page = client.get("/password/reset").content.decode()
    assert "no mail server" in page and '<input name="email"' not in page
    assert ask(client, ana.email).status_code == 403


def test_changing_the_password_takes_the_present_one_and_tells_its_owner(client, box, ana, sign_in):
    sign_in()
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert "present password" in client.post("/account/password", form).content.decode()
    assert client.post("/account/password", {**form, "oldpassword": "secret"})["Location"] == "/account"
    wait_until(lambda: box, seconds=20)
    assert box[0]["To"] == ana.email and NEW not in str(box[0])


@pytest.mark.parametrize("weak", ["short", "1234567890", "password123", "ana@brightline", "brightline.example"])
def test_weak_passwords_are_not_taken(client, ana, sign_in, weak):
    sign_in()
    answer = client.post("/account/password", {"oldpassword": "secret", "password1": weak, "password2": weak})
    assert answer.status_code == 200
    ana.refresh_from_db()
    assert ana.check_password("secret")


@pytest.mark.parametrize("path", ["/accounts/signup/", "/signup", "/accounts/email/", "/accounts/social/connections/"])
def test_what_the_product_does_not_need_is_not_there(client, db, path):
    assert client.get(path).status_code == 404
