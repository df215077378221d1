"""Single sign-on against a real provider on loopback: who is let in, as whom, and who is not."""

import os
import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from authlib import jose
from django.conf import settings as django_settings

from salesiq.audit.models import AuditEvent
from salesiq.people.models import User
from salesiq.people.roles import Role
from tests.factories import make_client, make_superuser, make_user
from tests.signin.oidc import running_provider

EMAIL = "ana@brightline.example"


@pytest.fixture(scope="module")
def server():
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    with running_provider() as running:
        yield running
    del os.environ["AUTHLIB_INSECURE_TRANSPORT"]


@pytest.fixture
def provider(server, settings):
    """The provider as it speaks the truth, and the installation that trusts it."""
    server.edits, server.userinfo, server.discovery = {}, {}, {}
    server.key, server.algorithm = None, "RS256"
    settings.OIDC_ISSUER, settings.OIDC_LABEL = server.url, "Brightline ID"
    app = {"provider_id": "sso", "name": "sso", "client_id": "salesiq", "secret": "x" * 32}
    app["settings"] = {"server_url": server.url}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return server


@pytest.fixture
def come(client, provider):
    """Go through the provider as `sub` and come back; returns the answer to the way back."""

    def through(sub="ana", *, email=EMAIL, verified=True, browser=client, **claims):
        provider.knows(sub, email=email, email_verified=verified, **claims)
        way_back = provider.consent(leave(browser), sub)
        return browser.get(way_back.partition("testserver")[2])

    return through


def leave(browser):
    page = browser.post("/login/sso", {"next": "/account"})
    assert page.status_code == 200
    return re.search(r'content="0;url=([^"]+)"', page.content.decode())[1].replace("&amp;", "&")


def signed_in_as(browser):
    key = browser.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def test_the_button_leads_to_the_provider_with_a_challenge_and_a_state(client, provider, db):
    assert "Sign in with Brightline ID" in client.get("/login").content.decode()
    asked = urlsplit(leave(client))
    query = parse_qs(asked.query)
    assert f"{asked.scheme}://{asked.netloc}" == provider.url
    assert query["code_challenge_method"] == ["S256"] and query["state"]
    assert set(query["scope"][0].split()) == {"openid", "profile", "email"}


def test_a_user_with_that_verified_address_is_signed_in_and_led_on(client, come, ana, provider):
    answer = come()
    assert (answer.status_code, answer["Location"]) == (302, "/account")
    assert signed_in_as(client) == ana
    assert provider.proved_its_challenge()
    assert AuditEvent.objects.get(action="signed_in").details == {"by": ["socialaccount"]}


def test_what_the_provider_told_is_not_kept(come, ana):
    come(given_name="Ana", phone_number="+34 600 000 000")
    account = SocialAccount.objects.get(user=ana)
    assert account.extra_data == {} and "ana" not in account.uid
    assert not EmailAddress.objects.exists()


def test_the_same_person_is_known_again_also_with_a_new_address(client, come, ana):
    come()
    client.logout()
    come(email="ana.new@brightline.example")
    assert signed_in_as(client) == ana


REFUSED = [
    ({"verified": False}, {}, "vouch"),
    ({"email": ""}, {}, "vouch"),
    ({}, {"OIDC_EMAIL_DOMAINS": ["other.example"]}, "domain"),
    ({"email": "eve@brightline.example"}, {}, "Nobody"),
    ({}, {"OIDC_FOR_CLIENT": "elsewhere"}, "Nobody"),
]


@pytest.mark.parametrize(("claims", "configured", "words"), REFUSED)
def test_nobody_else_is_let_in(client, come, ana, settings, claims, configured, words):
    for name, value in configured.items():
        setattr(settings, name, value)
    answer = come(**claims)
    assert answer.status_code == 403 and words in answer.content.decode()
    assert signed_in_as(client) is None and not SocialAccount.objects.exists()
    assert AuditEvent.objects.get(action="sign_in_failed").details["step"] == "sso"


FORGED = {
    "issuer": {"iss": "https://evil.example"},
    "audience": {"aud": "another-application"},
    "expired": {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
    "authorised party": {"azp": "another-application"},
    "no subject": {"sub": None},
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_token_for_others_or_from_others_or_too_old_is_refused(client, come, ana, provider, forged):
    provider.edits = FORGED[forged]
    answer = come()
    assert answer.status_code == 403 and "could not be trusted" in answer.content.decode()
    assert signed_in_as(client) is None


@pytest.mark.parametrize("how", ["another key", "the public key as a shared secret"])
def test_a_token_that_the_provider_did_not_sign_is_refused(client, come, ana, provider, how):
    if how == "another key":
        provider.key = jose.RSAKey.generate_key(is_private=True)
    else:
        provider.key, provider.algorithm = jose.OctKey.import_key(b"k" * 32), "HS256"
    assert come().status_code == 403
    assert signed_in_as(client) is None


def test_an_answer_about_somebody_else_than_the_token_is_refused(client, come, ana, provider):
    provider.userinfo = {"sub": "somebody else"}
    assert come(sub="eve", email="eve@brightline.example").status_code == 403
    assert signed_in_as(client) is None


def test_a_provider_that_calls_itself_otherwise_is_not_asked(client, come, ana, provider):
    provider.discovery = {"issuer": "https://evil.example"}
    assert client.post("/login/sso").status_code == 403


def test_a_provider_that_is_down_is_told_in_our_words(client, provider, settings, db):
    app = {
        "provider_id": "sso",
        "name": "sso",
        "client_id": "salesiq",
        "settings": {"server_url": "http://127.0.0.1:9"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    answer = client.post("/login/sso")
    assert answer.status_code == 403 and "could not be asked" in answer.content.decode()


def test_a_way_back_that_nobody_set_out_on_is_refused(client, provider, ana):
    assert client.get("/login/sso/callback?code=stolen&state=guessed").status_code == 403
    assert client.get("/login/sso/callback").status_code == 403


def test_breaking_off_at_the_provider_is_no_error_of_ours(client, provider, db):
    asked = leave(client)
    # The provider forgets the state here, which RFC 6749, section 4.1.2.1, demands.
    state = parse_qs(urlsplit(asked).query)["state"][0]
    way_back = provider.consent(asked, None) + f"&state={state}"
    answer = client.get(way_back.partition("testserver")[2])
    assert answer.status_code == 403 and "broke signing in off" in answer.content.decode()


def test_an_inactive_user_stays_outside(client, come, ana):
    User.objects.update(is_active=False)
    answer = come()
    assert answer.status_code == 403 and "switched off" in answer.content.decode()
    assert signed_in_as(client) is None


def test_an_address_that_two_users_have_is_refused(client, come, ana):
    make_user(client=ana.client, email=EMAIL.upper())
    assert "Several" in come().content.decode()


def test_a_superuser_is_never_matched(client, come, db):
    make_superuser(email=EMAIL)
    assert come().status_code == 403
    assert signed_in_as(client) is None


def test_new_people_are_made_only_where_that_is_configured(client, come, tenant, settings):
    settings.OIDC_CREATE_USERS, settings.OIDC_DEFAULT_ROLE = True, "reviewer"
    settings.OIDC_FOR_CLIENT = tenant.slug
    make_client()
    assert come(sub="ben", email="ben@brightline.example", given_name="Ben").status_code == 302
    ben = signed_in_as(client)
    assert (ben.username, ben.first_name, ben.role, ben.client) == (
        "ben@brightline.example",
        "Ben",
        Role.REVIEWER,
        tenant,
    )
    assert not ben.has_usable_password()
    assert client.get("/account/password").status_code == 403


def test_groups_decide_on_the_role_at_each_sign_in(client, come, ana, settings):
    settings.OIDC_ROLES, settings.OIDC_DEFAULT_ROLE = {"qa": "reviewer", "sales-leads": "manager"}, "agent"
    for groups, role in (
        (["sales-leads", "x"], Role.MANAGER),
        (["qa", "sales-leads"], Role.REVIEWER),
        ([], Role.AGENT),
    ):
        come(groups=groups)
        ana.refresh_from_db()
        assert (ana.role, signed_in_as(client)) == (role, ana)
    last = AuditEvent.objects.filter(action="changed").order_by("sequence").last()
    assert (last.details["before"], last.details["after"]) == ({"role": "reviewer"}, {"role": "agent"})


def test_where_single_sign_on_is_a_must_a_password_lets_in_the_superuser_alone(client, come, ana, settings, sign_in):
    settings.OIDC_ONLY = True
    page = client.get("/login").content.decode()
    assert "Brightline ID" in page and 'type="password"' not in page
    assert sign_in().status_code == 403 and signed_in_as(client) is None
    come()
    assert signed_in_as(client) == ana
    client.logout()
    root = make_superuser()
    assert sign_in(root.username).status_code == 302 and signed_in_as(client) == root


def test_the_providers_second_factor_counts_only_where_it_is_said_to_ask_for_one(client, come, ana, settings):
    ana.client.second_factor = "everybody"
    ana.client.save()
    come()
    assert client.get("/sales-recording-audit")["Location"] == "/account"
    client.logout()
    settings.OIDC_ASKS_SECOND_FACTOR = True
    come()
    assert client.get("/sales-recording-audit").status_code == 200


def test_without_an_issuer_there_is_no_single_sign_on(client, db):
    assert django_settings.OIDC_ISSUER == ""
    assert client.post("/login/sso").status_code == 404
    assert "/login/sso" not in client.get("/login").content.decode()
