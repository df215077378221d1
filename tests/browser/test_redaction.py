"""Redaction in a real browser: chips, a band on the wave, a preview that counts, a policy that can be tried."""

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import expect

from recordings.privacy.redaction import redact_call_texts
from tests.recordings.factories import make_call, make_utterance


@pytest.fixture
def call(tenant, mp3):
    made = make_call(client=tenant)
    make_utterance(made, 7, "customer", "Sure, the card number is 4242 4242 4242 4242, it expires 04 28.")
    make_utterance(made, 8, "customer", "And my e-mail is rivera@example.com.")
    redact_call_texts(call=made, kinds=[], keep_original=True)
    made.refresh_from_db()
    recording = type(made.recording).objects.get(call=made)
    recording.playback.save("playback.mp3", ContentFile(mp3))
    recording.peaks = [[(n * 7) % 100 for n in range(300)]]
    recording.save()
    type(made).objects.filter(pk=made.pk).update(call_duration=36.0)
    return made


def test_what_was_masked_is_named_marked_and_counted(open_page, call):
    page = open_page(f"/sales-recording-audit/{call.pk}")
    expect(page.locator("#u7 .masked")).to_have_count(2)
    expect(page.locator("#u7 .masked").first).to_have_text("card number")
    expect(page.locator(".wave-lanes rect.masked")).to_have_count(2)
    card = page.get_by_role("region", name="Redaction")
    expect(card).to_contain_text("card number")
    card.get_by_text("Redact this call").click()
    card.get_by_label("E-mail address").check()
    expect(card.locator("#redaction-preview")).to_contain_text("E-mail address: 1")


def test_the_policy_is_tried_on_a_text_before_it_is_saved(open_page, tenant):
    page = open_page("/admin/recordings/redactionpolicy/add/")
    page.get_by_label("Text to try").fill("my card is 4111 1111 1111 1111, call 202 555 0143")
    expect(page.locator("[data-result]")).to_have_text("my card is •••• •••• •••• ••••, call 202 555 0143")
    page.locator("input[name=text_kinds][value=phone]").check()
    expect(page.locator("[data-result]")).to_have_text("my card is •••• •••• •••• ••••, call ••• ••• ••••")
