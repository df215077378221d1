"""A look costs one query: the INSERT of its event, without a transaction of its own around it."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from salesiq.people.roles import Role
from tests.factories import make_user
from tests.recordings.factories import make_call

FRAME = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["call", "api-call", "call-sound", "admin:recordings_transcript_change"])
def test_a_look_is_one_query_more(name):
    call = make_call()
    browser = Browser()
    browser.force_login(make_user(role=Role.ADMIN, client=call.client))
    url = reverse(name, args=[call.transcript.pk if "transcript" in name else call.pk])
    browser.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(url).status_code == 200
    written = [query["sql"] for query in queries if "audit_" in query["sql"]]
    assert [sql.split()[0] for sql in written] == ["INSERT"]
    assert not [query["sql"] for query in queries if query["sql"].startswith(FRAME)]
