"""A real Chromium, a signed-in page, and a watch over what every page does in it."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from recordings.speech.playback import encode_playback
from salesiq.people.roles import Role
from tests.factories import make_client, make_user
from tests.recordings.factories import CONVERSATION, SECONDS_A_LINE, make_sound

NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = (
    "There is no Chromium here. Install it (Debian, Ubuntu: apt-get install chromium) or name one in CHROMIUM_PATH."
)


def pytest_collection_modifyitems(items):
    folder = Path(__file__).parent
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    path = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(NO_CHROMIUM)
    # Playwright's synchronous interface keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--autoplay-policy=no-user-gesture-required", "--no-sandbox"]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def mp3(tmp_path_factory) -> bytes:
    """A tone as long as the conversation of the factories, as the pipeline encodes it."""
    folder = tmp_path_factory.mktemp("sound")
    (folder / "tone.wav").write_bytes(make_sound(seconds=len(CONVERSATION) * SECONDS_A_LINE, tone=300.0))
    encode_playback(folder / "tone.wav", folder / "tone.mp3")
    return (folder / "tone.mp3").read_bytes()


@pytest.fixture
def tenant(transactional_db):
    return make_client()


@pytest.fixture
def admin(tenant):
    return make_user(role=Role.ADMIN, client=tenant, username="ana", first_name="Ana")


@pytest.fixture
def open_page(chromium, live_server, client, admin):
    """Opens pages of a signed-in administrator. In the end: no error in the console, no request to anywhere else."""
    contexts, complaints = [], []

    def watch(page):
        page.on("console", lambda m: complaints.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("request", lambda r: None if ours(r.url) else complaints.append(f"foreign: {r.url}"))

    def ours(url):
        return url.startswith((live_server.url, "data:", "blob:"))

    def open_path(path, *, width=1280, height=800, signed_in=True, **options):
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, reduced_motion="reduce", **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if signed_in:
            client.force_login(admin)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        watch(page)
        page.goto(path)
        return page

    open_path.complaints = complaints
    yield open_path
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)
