"""Commands on sums and synthetic calls."""

import signal
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from analytics.models import ClientSums, DirtyDay
from analytics.rollups.refreshing import mark_client, refresh_rollups
from analytics.rollups.verifying import rebuild_client
from recordings.models import SalesCall
from salesiq.people.models import Agent, Team
from tests.analytics.rollups.test_refreshing import FIRST, log_call
from tests.installation import wait_until


def run(*args, fails=False):
    out = StringIO()
    if not fails:
        call_command(*args, stdout=out, stderr=StringIO())
    else:
        with pytest.raises(SystemExit) as ended:
            call_command(*args, stdout=out, stderr=StringIO())
        assert ended.value.code == 1
    return out.getvalue()


@pytest.fixture
def calls(client_of_madrid, people):
    return [log_call(client_of_madrid, agent=people[0], status="logged", region="Spain") for _n in range(4)]


def test_verifying_counts_what_waits_and_finds_no_difference(client_of_madrid, calls):
    assert "all sums are what a recount gives" in run("verify_rollups")
    assert not DirtyDay.objects.exists()


def test_verifying_names_a_sum_that_was_changed_behind_its_back(client_of_madrid, calls):
    refresh_rollups()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE analytics_clientsums SET calls = calls + 7 WHERE grain = 'month' AND dimension = 'region'"
        )
    said = run("verify_rollups", "--client", client_of_madrid.slug, fails=True)
    assert "region “Spain”: calls is" in said
    run("rebuild_rollups")
    assert "all sums" in run("verify_rollups")


def test_verifying_names_rows_that_are_missing_and_rows_of_calls_that_never_were(client_of_madrid, calls):
    refresh_rollups()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM analytics_agentsums WHERE grain = 'day'")
        cursor.execute(
            "UPDATE analytics_clientsums SET value = 'Atlantis' WHERE dimension = 'region' AND grain = 'month'"
        )
    said = run("verify_rollups", fails=True)
    assert "calls is no row" in said
    assert "recounted no row" in said


def test_an_unknown_client_is_refused_by_name(db):
    with pytest.raises(CommandError, match="no client “nobody”"):
        call_command("verify_rollups", "--client", "nobody")


def test_rebuilding_goes_on_with_the_months_that_are_left(client_of_madrid, calls):
    log_call(client_of_madrid, status="logged", started_at=FIRST - timedelta(days=40))
    refresh_rollups()
    mark_client(client_of_madrid.pk)
    stopped = []

    def stop(done, total):
        stopped.append((done, total))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_client(client_of_madrid, on_progress=stop)
    left = DirtyDay.objects.filter(is_month=True).count()
    assert stopped == [(1, left + 1)]
    assert rebuild_client(client_of_madrid) == left


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_that_is_killed_leaves_nothing_half_counted(installation):
    installation.manage("seed_calls", "2000", "--agents", "5", "--days", "400")
    client = installation.objects(SalesCall).first().client_id
    process = installation.spawn("rebuild_rollups")
    wait_until(lambda: "of" in installation.log() or process.poll() is not None, describe=installation.log)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    time.sleep(0.1)
    assert "all sums" in installation.manage("verify_rollups").stdout
    assert installation.objects(ClientSums).filter(client=client, grain="month", dimension="").count() >= 13


def test_seeded_calls_are_plausible_and_make_agents_and_teams_where_missing(client_of_madrid):
    said = run("seed_calls", "300", "--client", client_of_madrid.slug, "--agents", "12", "--days", "60")
    assert "12 new" in said
    assert Agent.objects.count() == 12
    assert Team.objects.count() == 2
    calls = SalesCall.objects.all()
    assert calls.filter(status="logged", client=client_of_madrid).count() == 300
    assert not calls.filter(outcome="no_answer", csat__isnull=False).exists()
    assert calls.filter(quality_score__gt=0).count() > 100
    assert "0 new" in run("seed_calls", "5", "--client", client_of_madrid.slug, "--agents", "12", "--days", "60")
    assert "all sums" in run("verify_rollups")


def test_the_same_seed_draws_the_same_calls(client_of_madrid):
    def drawn():
        run("seed_calls", "40", "--client", client_of_madrid.slug, "--agents", "3", "--days", "9", "--seed", "5")
        values = list(SalesCall.objects.order_by("id").values_list("started_at", "outcome", "call_duration", "region"))
        SalesCall.objects.all().delete()
        return values

    assert drawn() == drawn()


def test_seeding_nothing_is_refused(db):
    with pytest.raises(CommandError, match="1 or more"):
        call_command("seed_calls", "0")
