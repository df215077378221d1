"""What browsers are told with every answer."""

import json
import os
import subprocess
import sys

import pytest

from tests.factories import make_user
from tests.installation import ROOT

PAGE, API, OFFICE, DOCS = "/sales-recording-audit", "/api/v1/sales/recordings", "/admin/", "/api/v1/docs"


@pytest.fixture
def browser(client, db):
    client.force_login(make_user())
    return client


def policy(answer):
    parts = (part.strip().split(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: set(values) for name, *values in parts}


@pytest.mark.parametrize("path", ["/login", PAGE, "/account", "/nowhere"])
def test_our_pages_run_nothing_but_files_of_this_site(browser, path):
    told = policy(browser.get(path))
    assert told["default-src"] == told["base-uri"] == told["frame-ancestors"] == told["object-src"] == {"'none'"}
    assert told["script-src"] == told["style-src"] == told["form-action"] == {"'self'"}


@pytest.mark.parametrize("path", [OFFICE, DOCS])
def test_pages_of_libraries_run_no_inline_script_either(browser, path):
    told = policy(browser.get(path))
    assert "'unsafe-inline'" not in told["script-src"]
    assert told["frame-ancestors"] == told["base-uri"] == told["default-src"] == {"'none'"}
    assert not any("http" in source or "*" in source for sources in told.values() for source in sources)


@pytest.mark.parametrize("path", [PAGE, API, OFFICE, "/account"])
def test_personal_answers_are_kept_by_nobody_and_embedded_by_nobody(browser, path):
    headers = browser.get(path).headers
    assert headers["Cache-Control"] in ("private, no-store", "max-age=0, no-cache, no-store, must-revalidate, private")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "microphone=()" in headers["Permissions-Policy"]


def test_behind_https_cookies_are_the_hosts_own_and_djangos_checklist_is_clean(tmp_path):
    names = "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE SECURE_HSTS_SECONDS SECURE_SSL_REDIRECT"
    code = (
        "import json, django; django.setup(); from django.conf import settings; from django.core.checks import *;"
        f"print(json.dumps([[getattr(settings, name) for name in {names.split()!r}],"
        "[str(m) for m in run_checks(include_deployment_checks=True) if m.level >= WARNING and not m.is_silenced()]]))"
    )
    environment = {
        **os.environ,
        "SALESIQ_BEHIND_HTTPS": "true",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "",
        "SALESIQ_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "salesiq.settings",
    }
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    values, complaints = json.loads(done.stdout.splitlines()[-1])
    assert values == ["__Host-sessionid", "__Host-csrftoken", True, 365 * 24 * 3600, True]
    assert complaints == []
