"""What the pages show of documents: the result, how sure it is, what to mind; each within its queries."""

import html
import re

import pytest
from django.urls import reverse

from analytics.charts import Numbers
from decisions.models import AlertRule, Anomaly, Finding, RunKind
from decisions.pages.gate import say
from decisions.pages.methods import reason_of_adjustment, risk_name
from decisions.pages.names import Names
from decisions.prediction.serving.refitting import start_fit
from decisions.quality.wording import sentence_of
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.decisions.documents_by_hand import (
    drivers_document,
    forecast_document,
    make_everything,
    make_findings,
    make_model,
    patterns_document,
    win_rate_document,
)
from tests.decisions.factories import make_analysis, make_audience
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.pages.test_translations import LANGUAGES, catalog, compiled

__all__ = ["compiled"]

PAGES = ("decisions", "win-rate", "drivers", "forecast", "forecast-deals", "patterns", "anomalies", "findings", "rules",
         "models")  # fmt: skip


def url(name, *args):
    return reverse(f"analytics-{name}", args=args)


def shown(browser, name, **query):
    return browser.get(url(name), query).content.decode()


@pytest.fixture
def everything(audience, tenant):
    return make_everything(audience, make_agent(client=tenant, name="Nora North"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_at_most_twelve_queries(name, everything, browser, django_assert_max_num_queries):
    browser.get(url(name))
    with django_assert_max_num_queries(12):
        answer = browser.get(url(name))
    assert answer.status_code == 200


@pytest.fixture(scope="module")
def left_in_english():
    """By language: texts that have a translation, so that no page of it may show them."""
    return {
        language: {m.id for m in catalog(language) if isinstance(m.id, str) and m.string and m.string != m.id}
        for language in LANGUAGES
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_page_speaks_every_language_that_it_offers(name, everything, browser, left_in_english):
    english = words_of(shown(browser, name))
    for language in LANGUAGES:
        page = browser.get(url(name), headers={"accept-language": language}).content.decode()
        assert f'<html lang="{language}"' in page
        words = words_of(page)
        assert words[0] != english[0] and len(words) == len(english)
        assert not left_in_english[language].intersection(words)


def words_of(page):
    """What the headings, heads of columns and buttons of the content say, the page's own name first."""
    content = page.split("<main", 1)[1]
    found = re.findall(r"<(?:h[1-4]|th scope=.col.|button)\b[^>]*>(.*?)</(?:h|th|button)", content, re.S)
    return [html.unescape(re.sub(r"<[^>]*>", "", words)).strip() for words in found]


def test_the_first_page_says_what_changed_why_how_sure_and_what_to_do(everything, browser):
    page = shown(browser, "decisions")
    assert "The win rate fell to 42" in page and "Very sure" in page
    assert "Chance alone does as much in" in page
    assert "Region: North" in page and "× 1.62" in page
    assert page.count('class="action"') == 3 and "€310,000" in page
    assert "Likely to be missed, not sure" in page
    assert "What to mind about the data" in page


def test_nothing_explains_it_is_said_as_plainly_as_a_result(audience, browser):
    make_analysis(audience=audience, result=win_rate_document(moved=-0.01, q=0.6), finished_at=audience.created_at)
    make_analysis(audience=audience, kind=RunKind.DRIVERS, result=drivers_document("nothing"),
                  finished_at=audience.created_at)  # fmt: skip
    page = shown(browser, "decisions")
    assert "did not move by more than chance" in page
    assert "There is no change to explain." in page
    assert "Nothing here explains which deals are won." in page and "no better than a coin" in page
    assert "Nothing here explains which deals are won." in shown(browser, "drivers")


@pytest.mark.parametrize("conclusion", ["too_little", "one_class"])
def test_too_little_to_go_by_is_said(conclusion, audience, browser):
    small = win_rate_document()
    small["overall"] = {"won": 3, "closed": 8, "rate": 0.375, "low": 0.13, "high": 0.69}
    make_analysis(audience=audience, result=small, finished_at=audience.created_at)
    make_analysis(audience=audience, kind=RunKind.DRIVERS, result=drivers_document(conclusion),
                  finished_at=audience.created_at)  # fmt: skip
    make_analysis(audience=audience, kind=RunKind.PATTERNS, result=patterns_document(conclusion),
                  finished_at=audience.created_at)  # fmt: skip
    assert "Too few deals to tell how the win rate is." in shown(browser, "decisions")
    assert "Result" in shown(browser, "drivers") and "Result" in shown(browser, "patterns")


def test_a_forecast_without_a_target_says_that_none_is_set(audience, browser):
    make_analysis(audience=audience, kind=RunKind.FORECAST, result=forecast_document(target=None),
                  finished_at=audience.created_at)  # fmt: skip
    assert "No target is set." in shown(browser, "forecast")


def test_deals_are_narrowed_by_confidence_and_show_how_their_chance_comes_about(everything, browser):
    page = shown(browser, "forecast-deals")
    assert "Fleet renewal" in page and "Stage: Quote" in page and "+10 points" in page
    assert "Fleet renewal" not in shown(browser, "forecast-deals", confidence="high")


def test_a_manager_reads_their_own_audience_alone(client, tenant, everything):
    manager = make_user(role=Role.MANAGER, client=tenant)
    make_team(client=tenant).managers.add(manager)
    client.force_login(manager)
    for name in PAGES[:-2]:
        page = shown(client, name)
        assert "Nora North" not in page and "Fleet renewal" not in page and "South" not in page


def test_a_card_says_no_signal_where_the_interval_holds_a_coin(audience, browser):
    model = make_model(audience=audience, has_signal=False)
    page = browser.get(url("model", model.pk)).content.decode()
    assert "No signal: the interval of its AUC holds 0.5" in page
    assert "lost_reason" in page.lower().replace(" ", "_")


def test_how_other_teams_do_is_told_in_a_card_to_who_sees_the_whole_client_alone(tenant, audience, browser, client):
    groups = [{"group": "region", "level": "Northmark", "n": 320, "auc": 0.69, "observed": 0.5, "predicted": 0.49}]
    model = make_model(audience=audience, card={"fairness": groups})
    addresses = (url("model", model.pk), f"/api/v1/sales/analytics/models/{model.pk}", "/api/v1/sales/analytics/models")
    assert ["Northmark" in browser.get(address).content.decode() for address in addresses] == [True, True, True]
    manager = make_user(role=Role.MANAGER, client=tenant)
    make_team(client=tenant).managers.add(manager)
    client.force_login(manager)
    assert ["Northmark" in browser.get(address).content.decode() for address in addresses] == [False, False, False]


def test_a_model_is_fitted_on_demand(browser, audience):
    assert "Fit it now" in shown(browser, "models")
    answer = browser.post(url("models-fit"), {"target": "deal_win"}, follow=True)
    page = answer.content.decode()
    assert "being fitted" in page and 'data-state="working"' in page and 'data-refresh="4"' in page
    assert Job.objects.filter(subject__endswith=":deal_win").exists()


def test_the_page_of_models_follows_a_fit_to_its_end(browser, audience):
    job = start_fit(client=audience.client, target="deal_win", user=None)
    for status, state, says in (
        ("running", "working", "It appears here by itself."),
        ("failed", "failed", "The model could not be fitted. The disk is full."),
        ("succeeded", "never", "There is nothing to learn from yet"),
    ):
        Job.objects.filter(pk=job.pk).update(status=status, error="The disk is full." if status == "failed" else "")
        page = shown(browser, "models")
        assert says in page and page.count(f'data-state="{state}"') == 1
        assert ('data-refresh="4"' in page) == (state == "working")
    make_model(audience=audience)
    assert "data-state" not in shown(browser, "models")


def test_what_belongs_to_another_client_is_not_there(browser, db):
    foreign = make_audience(client=make_client())
    model, (finding, *_rest) = make_model(audience=foreign), make_findings(foreign)
    assert browser.get(url("model", model.pk)).status_code == 404
    assert browser.get(url("finding", finding.pk)).status_code == 404
    assert browser.post(url("finding-acknowledge", finding.pk)).status_code == 404


def test_a_finding_is_taken_on_snoozed_dismissed_and_done_without_script(audience, browser, admin):
    first, second, third = make_findings(audience)
    answer = browser.post(url("finding-acknowledge", first.pk), follow=True)
    assert "You have taken it on." in answer.content.decode()
    assert "Choose a day" in browser.post(url("finding-snooze", second.pk), {}, follow=True).content.decode()
    browser.post(url("finding-snooze", second.pk), {"until": str(second.last_seen_on.replace(year=2099))})
    browser.post(url("finding-dismiss", third.pk), {"note": "Known"})
    browser.post(url("finding-done", first.pk), {"note": "Coached"})
    assert list(Finding.objects.order_by("-rank").values_list("status", flat=True)) == ["done", "open", "dismissed"]
    assert Finding.objects.get(pk=first.pk).acknowledged_by == admin
    assert "Coached" in browser.get(url("finding", first.pk)).content.decode()


def test_htmx_gets_the_finding_as_it_is_then(audience, browser):
    finding, *_rest = make_findings(audience)
    answer = browser.post(url("finding-acknowledge", finding.pk), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "<html" not in page and 'id="finding"' in page and "Being acted on" in page


def test_what_was_done_with_a_finding_is_told_once_and_has_the_focus(audience, browser):
    finding, *_rest = make_findings(audience)
    assert "autofocus" not in browser.get(url("finding", finding.pk)).content.decode()
    for act, told in (("snooze", "Choose a day after today"), ("acknowledge", "You have taken it on.")):
        answer = browser.post(url(f"finding-{act}", finding.pk), headers={"HX-Request": "true"})
        page = answer.content.decode()
        assert page.count(told) == 1 and page.count(" autofocus") == 1
        assert 'role="status"' not in page and 'role="alert"' not in page


def test_where_not_all_that_is_unusual_is_shown_it_is_said_how_many_are(everything, browser, monkeypatch):
    assert "surest" not in shown(browser, "anomalies")
    first = Anomaly.objects.get()
    Anomaly.objects.create(**{field.attname: getattr(first, field.attname) for field in Anomaly._meta.fields
                              if not field.primary_key})  # fmt: skip
    monkeypatch.setattr("decisions.pages.anomalies.MOST_SHOWN", 1)
    assert "The 1 surest of 2 are shown." in shown(browser, "anomalies")


def test_a_kind_of_which_nothing_could_be_looked_at_stands_alone(audience, browser):
    kinds = [{"kind": "call", "measure": "", "looked_at": 0, "found": 0, "false_alarms": 0.05, "says": "too_little"}]
    make_analysis(audience=audience, kind=RunKind.ANOMALIES, result={"since": "", "until": "", "kinds": kinds},
                  finished_at=audience.created_at)  # fmt: skip
    assert '<th scope="row">Call</th>' in shown(browser, "anomalies")


@pytest.mark.parametrize(("n", "says"), [(1, "from 1 row<"), (12, "from 12 rows<")])
def test_counts_have_a_singular(n, says, audience, browser):
    make_analysis(audience=audience, result=win_rate_document(), rows=n, finished_at=audience.created_at)
    assert says in shown(browser, "win-rate")
    numbers = Numbers("en", "EUR")
    days = "1 day" if n == 1 else "12 days"
    assert risk_name("silent", {"days": n}, numbers) == f"silent for {days}"
    assert reason_of_adjustment({"code": "older", "days": n, "average": 20}, numbers).startswith(f"{days} old")


def test_a_doubt_of_the_forecast_is_said_as_the_commands_say_it():
    note = {"code": "forecast_undated", "severity": "warning", "n": 3, "of": 40, "figures": {}, "touches": []}
    assert say(note, Names(), Numbers("en", "EUR")) == sentence_of(note)


def test_a_rule_is_added_changed_and_deleted(browser, tenant):
    chosen = {"name": "Win rate fell", "metric": "win_rate", "by": "region", "kind": "change", "direction": "down",
              "relative": "0.15", "days": "60", "limit": "3", "is_active": "on", "email": "on"}  # fmt: skip
    assert browser.post(url("rule-new"), chosen).status_code == 302
    rule = AlertRule.objects.get()
    assert rule.key == "win-rate-fell" and rule.tells == ["email"]
    assert rule.parameters == {"direction": "down", "relative": 0.15, "days": 60}
    assert "it falls by 15" in shown(browser, "rules")
    browser.post(url("rule", rule.pk), {**chosen, "name": "Fell", "days": "30"})
    rule.refresh_from_db()
    assert (rule.name, rule.key, rule.parameters["days"]) == ("Fell", "win-rate-fell", 30)
    browser.post(url("rule-delete", rule.pk))
    assert not AlertRule.objects.exists()


def test_a_rule_that_cannot_be_is_told_at_its_field(browser, tenant):
    chosen = {"name": "Odd", "metric": "win_rate", "by": "hour", "kind": "change", "direction": "down", "days": "9999"}
    answer = browser.post(url("rule-new"), chosen)
    told_at(answer, "days")
    told_at(browser.post(url("rule-new"), {**chosen, "days": "60"}), "by")


def told_at(answer, name):
    """The one problem stands at its field, and the field says so."""
    page = answer.content.decode()
    assert answer.status_code == 400 and not AlertRule.objects.exists()
    assert page.count("field-error") == 1 and f'<div id="rule-{name}_error"><p class="field-error">' in page
    (field,) = re.findall(rf'<(?:select|input)\b[^>]*\bname="{name}".*?>', page)
    assert f'aria-describedby="rule-{name}_error"' in field and 'aria-invalid="true"' in field


def test_a_manager_sees_rules_and_sets_none(client, tenant, everything):
    client.force_login(make_user(role=Role.MANAGER, client=tenant))
    page = shown(client, "rules")
    assert "Win rate fell" in page and "New rule" not in page
    assert client.get(url("rule-new")).status_code == 403
