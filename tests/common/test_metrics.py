import pytest

from tests.factories import make_superuser, make_user


def test_a_scraper_with_the_token_gets_metrics(client, settings):
    settings.SALESIQ_METRICS_TOKEN = "scrape-me"
    response = client.get("/metrics", headers={"Authorization": "Bearer scrape-me"})
    assert response.status_code == 200
    assert b"django_http_requests" in response.content


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "Basic scrape-me"])
def test_without_the_token_nothing_is_told(client, settings, header):
    settings.SALESIQ_METRICS_TOKEN = "scrape-me"
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 403


def test_an_empty_token_opens_nothing(client, settings):
    settings.SALESIQ_METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403


def test_only_superusers_see_metrics_without_a_token(client, db):
    client.force_login(make_user())
    assert client.get("/metrics").status_code == 403
    client.force_login(make_superuser())
    assert client.get("/metrics").status_code == 200
