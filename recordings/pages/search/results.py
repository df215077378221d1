"""What a search shows: calls with the lines that were hit."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.functional import cached_property as lazily
from django.utils.translation import gettext_lazy as _

from recordings.models import SalesCall, TrackerHit
from recordings.pages.formatting import clock
from recordings.pages.labels import ROLES, label
from recordings.pages.rows import call_name
from recordings.pages.search.forms import SearchForm
from recordings.searching.documents import count_due
from recordings.searching.finding import Count, Found, browse_calls, count_calls, find_calls
from recordings.searching.highlighting import CallHits, Hit, find_hits
from recordings.selectors import list_calls
from salesiq.people.models import User

NOTES = {
    "open_quote": _("A quotation mark was not closed; the words after it were looked for one by one."),
    "or_alone": _("OR needs a word on either side; it was left out."),
    "or_with_not": _("OR does not go together with “-”; both conditions were applied."),
    "only_not": _("“-” needs something else to look for; the words were looked for instead."),
    "short_prefix": _("Before * there must be two letters at least; the word was looked for as it is."),
    "too_many": _("Only the first 16 words were looked for."),
}


@dataclass(frozen=True, slots=True)
class ShownHit:
    hit: Hit
    who: str
    clock: str
    link: str


@dataclass(frozen=True, slots=True)
class ShownCall:
    call: SalesCall
    name: str
    company: str
    hits: list[ShownHit]
    more: int


class Results:
    """The page that a form asks for, for one user."""

    def __init__(self, form: SearchForm, user: User, asked: QueryDict) -> None:
        self.form = form
        self._user = user
        self._asked = asked
        self.query = form.query
        self.is_asked = bool(self.query or form.values.get("tracker"))
        self.notes = [NOTES[code] for code in self.query.notes]

    @cached_property
    def _calls(self) -> Any:
        return self.form.narrow(SalesCall.objects.visible_to(self._user))

    @cached_property
    def found(self) -> Found:
        if not self.is_asked:
            return Found([])
        older, newer = _place(self._asked.get("older")), _place(self._asked.get("newer"))
        if not self.query:
            return browse_calls(self._calls, older_than=older, newer_than=newer)
        since, until = self.form.since_until
        return find_calls(
            self._calls,
            self.query,
            speaker=self.form.speaker_asked,
            older_than=older,
            newer_than=newer,
            client=self._user.client_id,
            since=since,
            until=until,
        )

    @lazily
    def count(self) -> Count | None:
        """Known where words were looked for."""
        if not self.query:
            return None
        if not self._asked.get("older") and not self._asked.get("newer") and self.found.older is None:
            return Count(len(self.found.calls))
        since, until = self.form.since_until
        return count_calls(
            self._calls,
            self.query,
            speaker=self.form.speaker_asked,
            client=self._user.client_id,
            since=since,
            until=until,
        )

    @cached_property
    def calls(self) -> list[ShownCall]:
        rows = {call.pk: call for call in list_calls(self._user).filter(pk__in=self.found.calls)}
        hits = self._hits({pk: rows[pk].language for pk in self.found.calls if pk in rows})
        return [_shown(rows[pk], hits.get(pk, CallHits())) for pk in self.found.calls if pk in rows]

    def _hits(self, languages: dict[UUID, str]) -> dict[UUID, CallHits]:
        if self.query:
            return find_hits(languages, self.query, speaker=self.form.speaker_asked)
        trackers = self.form.values.get("tracker", [])
        rows = TrackerHit.objects.filter(tracker__in=trackers, call__in=list(languages)).exclude(is_right=False)
        found = {pk: CallHits() for pk in languages}
        for row in rows.select_related("utterance").order_by("utterance__position"):
            hits, line = found[row.call_id], row.utterance
            hits.count += 1
            if len(hits.shown) < 3:
                spans = ((row.start, row.end),)
                hits.shown.append(Hit(line.position, line.role, line.start, line.text, spans))
        return found

    @property
    def older(self) -> str:
        return self._link(older=self.found.older)

    @property
    def newer(self) -> str:
        return self._link(newer=self.found.newer)

    @lazily
    def waiting(self) -> int:
        """Calls that are not in the index yet."""
        return count_due() if self.is_asked and not self.found.calls else 0

    @property
    def asked(self) -> str:
        """The address's query without the page."""
        return self._link(older=-1).removesuffix("&older=-1").removeprefix("?")

    def _link(self, **cursor: int | None) -> str:
        ((name, value),) = cursor.items()
        if value is None:
            return ""
        changed = self._asked.copy()
        for each in ("older", "newer", "name"):
            changed.pop(each, None)
        changed[name] = str(value)
        return "?" + changed.urlencode()


def _shown(call: SalesCall, hits: CallHits) -> ShownCall:
    name, company = call_name(call)
    people = {
        "agent": call.agent.name if call.agent else label(ROLES, "agent"),
        "customer": call.customer.name if call.customer else label(ROLES, "customer"),
    }
    shown = [
        ShownHit(hit, people.get(hit.role) or label(ROLES, hit.role), clock(hit.start), _moment(hit))
        for hit in hits.shown
    ]
    return ShownCall(call, name, company, shown, hits.more)


def _moment(hit: Hit) -> str:
    return f"?t={hit.start:.1f}#u{hit.position}"


def _place(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None
