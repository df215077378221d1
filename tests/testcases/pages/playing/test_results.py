"""The result for who played: score, every criterion with its words, what a person says of it, what comes next."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testcases.models import CriterionResult
from testcases.pages.playing.lines_shown import marked
from testcases.runs.services import add_feedback, override_verdict
from tests.testcases.factories import GOOD_LINES, make_case, make_run, make_session

SESSIONS = "/sales-test-cases/practice/sessions"


def finished(agent, **values):
    case = values.pop("case", None) or make_case(client=agent.client)
    return make_run(session=make_session(version=case.current, agent=agent, lines=GOOD_LINES), **values)


def result(browser, run):
    return browser.get(f"{SESSIONS}/{run.session_id}/result").content.decode()


def test_every_criterion_stands_with_its_quote_that_leads_to_the_line(browser, agent):
    shown = result(browser, finished(agent, verdicts={"asks_demo": "not_met"}, score=33.3, passed=False))
    assert "Not passed" in shown and "Says who is calling" in shown and "must be met" in shown
    assert 'href="#l0"' in shown and 'id="l0"' in shown and "<mark>Good morning, my name is Dana" in shown
    assert "Try again" in shown


def test_what_fell_short_is_what_comes_next(browser, agent):
    make_case(client=agent.client, title="Ask for the meeting", skills=["next_step"])
    make_case(client=agent.client, title="Something else", skills=["empathy"])
    shown = result(browser, finished(agent, verdicts={"asks_demo": "not_met"}, passed=False))
    assert "Agreeing a next step" in shown and "Ask for the meeting" in shown and "Something else" not in shown


def test_a_persons_verdict_stands_over_the_judges_which_is_kept(browser, agent, reviewer):
    run = finished(agent, verdicts={"asks_demo": "not_met"}, score=33.3, passed=False)
    row = CriterionResult.objects.get(run=run, key="asks_demo")
    override_verdict(result=row, user=reviewer, verdict="met", reason="Asked for in the fifth line")
    add_feedback(run=run, user=reviewer, text="Well asked.")
    shown = result(browser, run)
    assert '<s class="verdict-was">Not met</s>' in shown and "Asked for in the fifth line" in shown
    assert "Well asked." in shown and "Passed" in shown and "Rosa Keller" in shown


def test_what_waits_for_a_person_is_no_pass(browser, agent):
    shown = result(browser, finished(agent, verdicts={"greets": "undecided"}, score=None, passed=None))
    assert "Waits for a person" in shown and "1 criterion could not be decided" in shown


def test_a_talk_that_goes_on_has_no_result(browser, agent):
    session = make_session(version=make_case(client=agent.client).current, agent=agent)
    response = browser.get(f"{SESSIONS}/{session.pk}/result")
    assert response.status_code == 302 and response["Location"].endswith(str(session.pk))


def test_until_it_is_judged_the_page_says_so_and_has_it_judged(browser, agent):
    session = make_session(version=make_case(client=agent.client).current, agent=agent, lines=GOOD_LINES)
    shown = browser.get(f"{SESSIONS}/{session.pk}/result").content.decode()
    assert "Your call is being judged" in shown and f'hx-post="{SESSIONS}/{session.pk}/judge"' in shown
    told = browser.post(f"{SESSIONS}/{session.pk}/judge", headers={"HX-Request": "true"})
    assert told["HX-Refresh"] == "true" and "Asks for a demo" in result(browser, session.run)


WORDS = st.text(alphabet="ab <&'", max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, st.lists(WORDS, max_size=3), st.integers(0, 9))
def test_marking_takes_nothing_away_and_escapes_what_was_said(text, quotes, cut):
    quotes = [*quotes, text[cut : cut + 5]]
    html = marked(text, quotes)
    plain = re.sub(r"</?mark>", "", html)
    unescaped = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&#x27;", "'")
    assert unescaped.replace("&amp;", "&") == text
    assert html.count("<mark>") == html.count("</mark>")
