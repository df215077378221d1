"""One installation of `benchmarks.backoffice`: reads what to do from stdin, a JSON list a line; answers on stdout."""

import html
import json
import re
import sys
import time
from typing import Any

import psutil

from benchmarks.backoffice import ANSWER

CALLS, LIST = "/admin/recordings/salescall/", "/sales-recording-audit"


def serve() -> None:
    import django

    django.setup()
    site = _Site()
    for line in sys.stdin:
        name, *words = json.loads(line)
        print(ANSWER + json.dumps(getattr(site, name)(*words)), flush=True)


class _Site:
    def prepare(self, size: int) -> str:
        """Migrate, seed what is missing, and sign in a client's administrator, a manager and a reviewer."""
        from django.core.management import call_command
        from django.db import connection

        from benchmarks.backoffice_rows import fill
        from recordings.models import SalesCall

        call_command("migrate", verbosity=0)
        there = SalesCall.objects.count()
        if there < size:
            # Few agents where there are few calls, so that each filter fills a page on either size.
            call_command("seed_calls", size - there, agents=100 if size > 10_000 else 20, stdout=sys.stderr)
        self.rows = fill(size)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.backend = psutil.Process(cursor.fetchone()[0])
        self.browsers = {name: _browser(user) for name, user in self.rows.people.items()}
        self.addresses = self._addresses()
        return self.rows.told

    def cases(self) -> list[str]:
        return list(self.addresses)

    def measure(self, name: str) -> tuple[float, float, int]:
        """Seconds by the clock, and of processors (this one's and the database's for us); kB of the answer."""
        who, address, headers = self.addresses[name]
        worked, began = self._processor_seconds(), time.perf_counter()
        response = self.browsers[who].get(address, headers=headers)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        took, worked = time.perf_counter() - began, self._processor_seconds() - worked
        assert response.status_code == 200, (name, response.status_code, content[:500])
        return took, worked, round(len(content) / 1000)

    def _processor_seconds(self) -> float:
        used = self.backend.cpu_times()
        return time.process_time() + used.user + used.system

    def _addresses(self) -> dict[str, tuple[str, str, dict[str, str]]]:
        rows, filters = self.rows, self._filters()
        found: dict[str, tuple[str, str, dict[str, str]]] = {}
        for who in ("admin", "manager"):
            found[f"changelist, {who}"] = (who, CALLS, {})
            found[f"changelist, {who}, second page"] = (who, CALLS + self._link(who, "Next"), {})
            found[f"changelist, {who}, last page"] = (who, CALLS + self._link(who, "Last"), {})
            for name, query in {
                "outcome": "outcome__exact=converted", "type": "call_type__exact=inbound",
                "agent": f"agent__id__exact={rows.agent}", "team": f"agent__team__id__exact={rows.team}",
                "failed": "status__exact=failed", "language": "language=es", "oldest first": "o=4",
                "searched": "q=Renewal",
            }.items():  # fmt: skip
                found[f"changelist, {who}, {name}"] = (who, f"{CALLS}?{query}", {})
        if rows.has_screen:
            found["changelist of reviews"] = ("admin", "/admin/recordings/review/", {})
        found["first page of the back office"] = ("admin", "/admin/", {})
        found["dashboard of a reviewer"] = ("reviewer", "/admin/", {})
        for who in ("admin", "manager"):
            for name, query in filters.items():
                # As htmx asks when a filter is changed; the plain page as the browser does.
                headers = {"HX-Request": "true"} if query else {}
                found[f"list, {who}, {name}"] = (who, f"{LIST}?{query}", headers)
        found["call of 60 minutes"] = ("admin", f"{LIST}/{rows.long_call}", {})
        if rows.review:
            found["review of 60 minutes"] = ("reviewer", f"{LIST}/reviews/{rows.review}", {})
        if rows.has_queue:
            found["queue of reviews"] = ("reviewer", f"{LIST}/reviews", {})
        return found

    def _filters(self) -> dict[str, str]:
        """Each filter of the list, with values that many, few and no calls have."""
        rows = self.rows
        return {
            "plain": "", "second page": self._after(), "last days": "period=7", "quarter": "period=90",
            "own days": "period=custom&since=2026-01-01&until=2026-03-31", "agent": f"agent={rows.agent}",
            "team": f"team={rows.team}", "two agents": f"agent={rows.agent}&agent={rows.other}",
            "type": "type=inbound", "outcome": "outcome=converted", "language": "language=ru",
            "basis, none has it": "basis=vital_interests", "consent given": "consent=given",
            "consent, none on record": "consent=none", "in progress": "status=progress", "ready": "status=published",
            "failed": "status=failed", "held back": "status=held_back", "counted": "status=counted",
            "region": "region=Mexico", "region, none has it": "region=Atlantis", "source": "source=trade_fair",
            "agent and outcome": f"agent={rows.agent}&outcome=callback",
            "type, outcome, quarter": "type=inbound&outcome=converted&period=90",
        }  # fmt: skip

    def _link(self, who: str, words: str) -> str:
        """Where a link of the list of calls in the back office leads."""
        return _found(rf'href="([^"]+)"[^>]*>{words}</a>', self.browsers[who].get(CALLS))

    def _after(self) -> str:
        return _found(r'href="\?([^"]*after=[^"]+)"', self.browsers["admin"].get(LIST))


def _found(pattern: str, response: Any) -> str:
    match = re.search(pattern, response.content.decode())
    assert match, f"there is no {pattern} on the page"
    return html.unescape(match[1])


def _browser(user: Any) -> Any:
    from django.test import Client as Browser

    browser = Browser()
    browser.force_login(user)
    return browser
