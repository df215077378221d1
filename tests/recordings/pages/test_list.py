"""The list of calls: who sees what, filters in the URL, pages by key, live progress."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recordings.pages import list_views
from recordings.pages.filters import CallFilters
from recordings.pages.paging import cut_page
from salesiq.people.roles import Role
from tests.factories import make_agent, make_team, make_user
from tests.recordings.factories import make_analysis_job, make_call

LIST = "/sales-recording-audit"


def names(response):
    return [row.name for row in response.context["rows"]]


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(client, db):
    response = client.get(LIST)
    assert response.status_code == 302
    assert response["Location"] == "/login?next=/sales-recording-audit"


def test_the_home_page_leads_to_the_list(browser):
    assert browser.get("/")["Location"] == LIST


def test_an_empty_list_tells_an_uploader_what_to_do(browser):
    content = browser.get(LIST).content.decode()
    assert "Your first call is one upload away" in content
    assert "data-upload-open" in content


def test_an_agent_without_calls_is_told_who_can_upload(client, tenant):
    client.force_login(make_user(role=Role.AGENT, client=tenant))
    content = client.get(LIST).content.decode()
    assert "Your manager can upload them." in content
    assert "data-upload-open" not in content


def test_calls_of_another_client_are_not_listed(browser, tenant):
    own, other = make_call(client=tenant), make_call()
    shown = names(browser.get(LIST))
    assert shown == [own.customer.name]
    assert other.customer.name not in shown


def test_an_agent_sees_only_their_own_calls(client, tenant):
    user = make_user(role=Role.AGENT, client=tenant)
    own = make_call(client=tenant, agent=make_agent(client=tenant, user=user))
    make_call(client=tenant)
    client.force_login(user)
    assert names(client.get(LIST)) == [own.customer.name]


def test_an_hour_of_the_week_is_one_of_the_office_s_clock(browser, tenant):
    tenant.time_zone = "Asia/Tokyo"
    tenant.save()
    make_call(
        client=tenant, customer=None, published=False, title="early", started_at=datetime(2026, 1, 9, 20, 5, tzinfo=UTC)
    )
    assert names(browser.get(LIST, {"hour": "6-5"})) == ["early"]
    assert names(browser.get(LIST, {"hour": ["5-20", "8-5"]})) == []
    assert names(browser.get(LIST, {"hour": "25-x"})) == ["early"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"outcome": "converted"}, ["won"]),
        ({"type": "outbound"}, ["won"]),
        ({"language": "es"}, ["won"]),
        ({"status": "failed"}, ["broken"]),
        ({"status": "progress"}, ["fresh"]),
        ({"period": "7"}, ["fresh", "broken"]),
        ({"period": "custom", "until": "2026-01-31"}, ["won"]),
        ({"q": "panels roof"}, ["won"]),
        ({"outcome": "nonsense"}, ["fresh", "broken", "won"]),
        ({"period": "custom", "since": "not a day"}, ["fresh", "broken", "won"]),
    ],
)
def test_filters_narrow_the_list(browser, tenant, query, wanted):
    old = timezone.now().replace(year=2026, month=1, day=10)
    plain = {"client": tenant, "customer": None, "published": False}
    now = timezone.now()
    make_call(**plain, title="won", outcome="converted", call_type="outbound", language="es", status="published",
              started_at=old, notes="panels on the roof")  # fmt: skip
    make_call(**plain, title="broken", status="failed", error="No sound.", started_at=now - timedelta(hours=1))
    make_call(**plain, title="fresh", started_at=now)
    assert names(browser.get(LIST, query)) == wanted


def test_agent_and_team_filters_offer_only_what_one_may_see(browser, tenant):
    team = make_team(client=tenant)
    mine = make_call(client=tenant, agent=make_agent(client=tenant, team=team))
    make_call(client=tenant)
    foreign = make_team()
    response = browser.get(LIST, {"team": str(team.pk)})
    assert names(response) == [mine.customer.name]
    assert str(foreign.pk) not in response.content.decode()


def test_htmx_gets_only_the_results_but_a_restored_page_is_whole(browser, tenant):
    make_call(client=tenant)
    part = browser.get(LIST, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    restored = browser.get(LIST, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.content.decode()


def test_the_list_polls_only_while_something_is_under_way(browser, tenant):
    make_call(client=tenant)
    assert 'hx-trigger="every' not in browser.get(LIST).content.decode()
    call = make_call(client=tenant, published=False)
    make_analysis_job(call, status="running", stage="transcribe", fraction=0.4)
    content = browser.get(LIST).content.decode()
    assert 'hx-trigger="every 3s"' in content
    assert "Write down the words · 40 %" in content


def test_the_number_of_queries_does_not_grow_with_the_calls(browser, tenant):
    def queries(count):
        for _ in range(count):
            make_analysis_job(make_call(client=tenant, published=False))
            make_call(client=tenant)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get(LIST).status_code == 200
        return len(captured)

    browser.get(LIST)
    assert queries(3) == queries(20)


def test_waveforms_are_not_read_for_the_list(browser, tenant, monkeypatch):
    make_call(client=tenant)
    with CaptureQueriesContext(connection) as captured:
        browser.get(LIST)
    assert not any("peaks" in query["sql"] for query in captured)


def test_pages_by_key_show_each_call_once_in_both_directions(admin, tenant):
    moment = timezone.now()
    made = [make_call(client=tenant, published=False, started_at=moment - timedelta(minutes=n // 2)) for n in range(7)]
    calls = type(made[0]).objects.all()
    seen, page = [], cut_page(calls, size=3)
    assert page.newer is None
    while True:
        seen += [call.pk for call in page.calls]
        if page.older is None:
            break
        page = cut_page(calls, after=page.older, size=3)
    assert sorted(seen) == sorted(call.pk for call in made)
    back = cut_page(calls, before=page.newer, size=3)
    assert [call.pk for call in back.calls] == seen[3:6]


@pytest.mark.parametrize(
    "cursor", ["", "x", "2026-01-01_x", "2026-01-01T00:00:00_01a20a8b-d46b-7162-9d3d-903f17f21243"]
)
def test_a_broken_cursor_shows_the_newest_page(browser, tenant, cursor):
    make_call(client=tenant)
    assert len(names(browser.get(LIST, {"after": cursor}))) == 1


def test_paging_keeps_the_filters(browser, tenant, monkeypatch):
    for _ in range(3):
        make_call(client=tenant)
    monkeypatch.setattr(list_views, "cut_page", lambda calls, **cursor: cut_page(calls, **cursor, size=2))
    response = browser.get(LIST, {"outcome": "qualified"})
    assert "outcome=qualified" in response.context["older"]
    second = browser.get(LIST + response.context["older"])
    assert len(second.context["rows"]) == 1
    assert second.context["older"] == ""


def test_a_custom_period_counts_as_one_filter_once_it_has_a_day(admin):
    assert CallFilters({"period": "custom"}, user=admin).in_use == 0
    assert CallFilters({"period": "custom", "since": "2026-01-01", "until": "2026-02-01"}, user=admin).in_use == 1
    assert CallFilters({"period": "7", "outcome": "converted"}, user=admin).in_use == 2
