"""Who guesses is locked out, known or unknown, at whatever door; an administrator lets in again."""

import base64
import re

import pytest
from axes.models import AccessAttempt
from django.test import Client as Browser
from django.utils import timezone

from salesiq.audit.models import AuditEvent
from salesiq.signin.lockout import unknown_name
from tests.factories import make_user


@pytest.fixture(autouse=True)
def few_attempts(settings):
    settings.AXES_FAILURE_LIMIT, settings.LOCKOUT_FAILURES_ANYWHERE = 3, 6


@pytest.fixture
def guess(sign_in):
    def wrong(times, username="ana", address="127.0.0.1"):
        for number in range(times):
            answer = sign_in(username, f"guess {number}", Browser(REMOTE_ADDR=address))
        return answer

    return wrong


def test_after_some_wrong_passwords_the_right_one_does_not_help_either(guess, sign_in, ana):
    assert guess(2).status_code == 200
    assert guess(1).status_code == 429
    answer = sign_in()
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "15 minutes" in answer.content.decode() and "administrator" in answer.content.decode()


def test_a_right_password_in_between_starts_the_count_anew(guess, sign_in, ana):
    guess(2)
    assert sign_in().status_code == 302
    assert guess(2).status_code == 200


def test_another_name_or_another_address_is_not_locked(guess, sign_in, ana):
    make_user(client=ana.client, username="ben")
    guess(3)
    assert sign_in("ben").status_code == 302
    assert sign_in(browser=Browser(REMOTE_ADDR="203.0.113.7")).status_code == 302


def test_a_name_that_is_tried_from_many_addresses_is_locked_for_all(guess, sign_in, ana):
    for number in range(6):
        guess(1, address=f"203.0.113.{number}")
    assert sign_in(browser=Browser(REMOTE_ADDR="198.51.100.1")).status_code == 429


def test_names_that_nobody_has_behave_the_same_in_every_word(guess, ana):
    def words(answer, name):
        page = answer.content.decode().replace(name, "")
        return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"\w+', "", page)

    known = [guess(1, "ana") for _ in range(4)]
    unknown = [guess(1, "nobody") for _ in range(4)]
    assert [answer.status_code for answer in known] == [200, 200, 429, 429]
    assert [answer.status_code for answer in unknown] == [200, 200, 429, 429]
    assert [words(a, "ana") for a in known] == [words(a, "nobody") for a in unknown]


def test_what_was_typed_as_a_name_is_kept_nowhere(guess, ana, caplog):
    guess(3, "my secret passphrase")
    rows = [str(row) for model in (AccessAttempt, AuditEvent) for row in model.objects.values()]
    assert len(rows) >= 4
    assert not [row for row in (*rows, caplog.text) if "passphrase" in row]
    event = AuditEvent.objects.filter(action="sign_in_failed").first()
    assert event.object_id == str(unknown_name("my secret passphrase"))


def test_failures_and_the_lock_are_filed_once_and_then_no_more(guess, ana):
    guess(9)
    actions = list(AuditEvent.objects.order_by("sequence").values_list("action", "client"))
    assert actions == [("sign_in_failed", ana.client_id)] * 3 + [("locked_out", ana.client_id)]


def test_the_lock_opens_by_itself_and_attempts_do_not_prolong_it(guess, sign_in, ana, settings):
    guess(5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME)
    assert sign_in().status_code == 302


def test_an_administrator_lets_in_again(client, guess, sign_in, ana):
    ben = make_user(client=ana.client, username="ben")
    guess(3, "ben")
    client.force_login(ana)
    listing = "/admin/people/user/"
    assert "Locked out" in client.get(listing).content.decode()
    client.post(listing, {"action": "let_in_again", "_selected_action": [ben.pk]})
    assert sign_in("ben", browser=Browser()).status_code == 302
    assert AuditEvent.objects.filter(action="unlocked", actor=ana, object_id=str(ben.pk)).exists()


def test_nobody_lets_in_people_of_another_client(client, guess, ana):
    stranger = make_user(username="zoe")
    guess(3, "zoe")
    client.force_login(ana)
    client.post("/admin/people/user/", {"action": "let_in_again", "_selected_action": [stranger.pk]})
    assert AccessAttempt.objects.filter(username="zoe").exists()


def test_the_back_office_has_no_door_of_its_own(client, ana):
    assert client.get("/admin/login/?next=/admin/people/user/")["Location"] == "/login?next=%2Fadmin%2Fpeople%2Fuser%2F"
    answer = client.post("/admin/login/", {"username": "ana", "password": "secret"})
    assert answer["Location"].startswith("/login") and "_auth_user_id" not in client.session


def test_the_api_takes_no_password(client, ana):
    basic = base64.b64encode(b"ana:secret").decode()
    assert client.get("/api/v1/sales/recordings", HTTP_AUTHORIZATION=f"Basic {basic}").status_code == 401


@pytest.mark.parametrize(
    ("proxies", "header", "counted"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "nonsense", "127.0.0.1"),
    ],
)
def test_only_trusted_proxies_say_where_somebody_is(client, sign_in, ana, settings, proxies, header, counted):
    settings.TRUSTED_PROXIES = proxies
    sign_in("ana", "wrong", Browser(HTTP_X_FORWARDED_FOR=header))
    assert AccessAttempt.objects.get().ip_address == counted
