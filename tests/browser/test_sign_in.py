"""Signing in with a passkey and with an app's code, in a browser with a virtual authenticator (WebAuthn, CTAP2)."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

ACCOUNT, PAGE = "/account", "/sales-recording-audit"


@pytest.fixture
def page(open_page):
    page = open_page("/login", signed_in=False)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def sign_in(page):
    page.get_by_label("User name").fill("ana")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    page.locator("summary", has_text="Ana").click()
    page.get_by_role("button", name="Sign out").click()


def is_accessible(page):
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found.response["violations"]] == []


def fits(page):
    page.set_viewport_size({"width": 360, "height": 740})
    fitting = page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    return fitting


def test_a_passkey_is_added_stands_in_as_second_factor_and_signs_in_alone(page):
    sign_in(page)
    page.goto(ACCOUNT)
    assert is_accessible(page) and fits(page)
    page.get_by_role("link", name="Add", exact=True).click()
    assert is_accessible(page) and fits(page)
    page.get_by_label("A name for it").fill("Laptop")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert is_accessible(page) and fits(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Laptop")).to_be_visible()
    sign_out(page)
    sign_in(page)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    assert is_accessible(page) and fits(page)
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_role("heading", level=1, name="Recording Audit")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1, name="Recording Audit")).to_be_visible()


def test_an_app_is_set_up_by_its_picture_and_asked_for_at_the_next_sign_in(page):
    sign_in(page)
    page.goto("/account/app")
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    assert is_accessible(page) and fits(page)
    secret = page.locator("[data-secret]").text_content()
    step = int(time.time()) // 30
    page.get_by_label("Code of six digits").fill(format_hotp_value(hotp_value(secret, step - 1)))
    page.get_by_role("button", name="Switch it on").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    codes = saved.value.path().read_text().split()
    assert len(codes) == 10 and all(re.fullmatch(r"[\w-]{8,}", code) for code in codes)
    page.get_by_role("link", name="I have kept them").click()
    sign_out(page)
    sign_in(page)
    page.get_by_label("Code").fill(format_hotp_value(hotp_value(secret, step)))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Recording Audit")).to_be_visible()
