"""A privacy officer in a real browser: a person is found, looked at and erased in two steps, by keyboard on a phone."""

from axe_playwright_python.sync_playwright import Axe

from recordings.models import ErasureRequest
from tests.factories import make_customer
from tests.recordings.factories import make_call


def objections(page):
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [violation["id"] for violation in found.response["violations"]]


def fits(page):
    return page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_a_person_is_found_and_erased_by_keyboard_on_a_phone(open_page, tenant):
    zora = make_customer(client=tenant, name="Zora Quillfeather", email="zora@example.com", phone="612 345 678")
    make_customer(client=tenant, name="Bruno Quillfeather", phone="612 345 678")
    make_call(client=tenant, customer=zora)
    page = open_page("/privacy", width=360, height=740)
    page.get_by_label("E-mail address, phone number or customer id").fill(zora.email)
    page.keyboard.press("Enter")
    page.get_by_text("The same person?").wait_for()
    assert "zora" not in page.url and objections(page) == [] and fits(page)
    page.get_by_role("button", name="Erase …").press("Enter")
    page.get_by_role("heading", name="Erase this person?").wait_for()
    assert objections(page) == [] and fits(page)
    page.get_by_role("button", name="Erase for good").press("Enter")
    assert ErasureRequest.objects.count() == 0, "nothing goes before somebody has ticked that they made sure"
    page.get_by_label("I have made sure").press("Space")
    page.get_by_role("button", name="Erase for good").press("Enter")
    page.get_by_text("The erasure has begun").wait_for()
    assert ErasureRequest.objects.get().status == "open"
    assert page.url.endswith("/privacy")
