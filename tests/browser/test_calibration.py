"""Three reviewers compared on a page: agreement is the hand-computed one, and what is agreed on is kept."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from recordings.calibrating.services import open_comparison
from recordings.models import AgreedAnswer
from tests.recordings.calibrating.conftest import Table


@pytest.fixture
def table(transactional_db):
    made = Table().answer_all()
    open_comparison(session=made.session, actor=made.world.manager)
    return made


@pytest.fixture
def admin(table):
    """Who `open_page` signs in."""
    return table.world.manager


def test_the_comparison_shows_the_hand_computed_agreement_and_keeps_what_is_agreed(table, open_page):
    page = open_page(f"/sales-recording-audit/calibration/{table.session.pk}")
    greeting = page.locator("table[aria-label='Agreement by question'] tbody tr").first
    numbers = greeting.locator(".cal-number").all_inner_texts()
    assert numbers == ["67 %", "0.33", "0.39"]  # tests/recordings/calibrating/test_comparison.py counts them by hand
    assert "fair" in greeting.inner_text()
    assert page.locator(".cal-sheet-table tr.is-apart").count() == 4
    select = page.locator("tr.is-apart select[name=value]").first
    with page.expect_response(lambda response: response.url.endswith("/agree")):
        select.select_option("5")
    page.wait_for_load_state("networkidle")
    assert AgreedAnswer.objects.get().value == "5"
    assert not [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
