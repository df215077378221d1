"""One look at one page: who looks, at which rows, compared with what. All that a page's function is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from analytics.asking import ask
from analytics.charts import Numbers
from analytics.pages.choices import IDS
from analytics.pages.fields import OptionForm
from analytics.pages.filters import NARROWING, AnalyticsFilters
from analytics.pages.registry import Page
from analytics.periods import ALL, CUSTOM, usual_grain
from analytics.questions import Answer, Comparison, Filters, Grain, Question, QuestionError
from salesiq.people.models import Client, User


@dataclass(slots=True)
class Look:
    """Figures come from `ask`; what could not be answered, and what the answers leave out, gathers in `notes`."""

    request: HttpRequest
    user: User
    page: Page
    client: Client
    form: AnalyticsFilters
    options: OptionForm | None
    filters: Filters
    compare: Comparison | None
    today: date
    arguments: Mapping[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def currency(self) -> str:
        return self.client.currency

    @property
    def grain(self) -> Grain:
        """The step in time that suits the period."""
        return usual_grain(self.filters.since, self.filters.until)

    @property
    def part_query(self) -> str:
        """The query of this page, for its parts."""
        query = self.request.GET.copy()
        query.pop("part", None)
        return query.urlencode()

    def option(self, name: str, default: Any = "") -> Any:
        """A choice of the page's own, as far as it could be read."""
        return default if self.options is None else self.options.value(name, default)

    def ask(
        self,
        *metrics: str,
        by: str = "",
        grain: Grain | None = None,
        compare: bool = False,
        limit: int = 200,
        filters: Filters | None = None,
        noted: bool = True,
    ) -> Answer:
        """The answer for the filters of this look; without cells where they do not fit the metrics, which is told.

        `noted` is False for a second question about the same rows, whose notes would say the same.
        """
        question = Question(
            metrics=metrics,
            filters=filters or self.filters,
            by=by,
            grain=grain,
            compare=self.compare if compare else None,
            limit=limit,
        )
        try:
            answer = ask(question, user=self.user, noted=noted)
        except QuestionError as error:
            self._tell(self.problems, error.message)
            return Answer(question=question, cells=(), currency=self.currency)
        for note in answer.notes:
            self._tell(self.notes, note)
        return answer

    @staticmethod
    def _tell(said: list[str], words: str) -> None:
        if words not in said:
            said.append(words)

    def rows_url(self, kind: str, **narrowed: Any) -> str:
        """The address of the rows behind a figure: `kind` is calls, deals, leads …; "" while there is no such page.

        `narrowed` are filters of the address that replace those of this look: agent=…, source=…, since=…, until=…
        """
        try:
            base = reverse("calls") if kind == "calls" else reverse("analytics-rows", args=[kind])
        except NoReverseMatch:
            return ""
        if kind == "calls" and self.filters.custom:
            return ""  # the list of calls knows nothing of fields that a client made up
        query = address_of(self.filters, own_client=self.user.client_id)
        if kind == "calls":
            query["status"] = ["counted"]
        else:
            query.setdefault("period", [ALL])  # a list of rows has a usual period of its own
        for name, value in narrowed.items():
            query[name] = [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
        return f"{base}?{urlencode(query, doseq=True)}" if query else base

    def agent_url(self, key: str) -> str:
        """The scorecard of an agent by their id; "" for what is no id, and while there is no such page."""
        try:
            path = reverse("analytics-agent", args=[UUID(key)])
        except (ValueError, NoReverseMatch):
            return ""
        query = self.form.query.copy()
        query.pop("agent", None)
        return _with_query(path, query)

    @property
    def numbers(self) -> Numbers:
        """Formats for who looks."""
        return Numbers(get_language() or "en", self.currency)

    @property
    def period_in_words(self) -> str:
        return self.numbers.period(self.filters.since, self.filters.until)

    @property
    def prior_in_words(self) -> str:
        before = self.filters.before(self.compare) if self.compare else None
        return self.numbers.period(before.since, before.until) if before else ""

    def page_url(self, name: str, **changed: Any) -> str:
        """The address of another analytics page with the same filters; a value of None takes a filter out."""
        query = self.form.query.copy()
        for key, value in changed.items():
            query.pop(key, None)
            if value is not None:
                query.setlist(key, [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)])
        return _with_query(reverse(f"analytics-{name}"), query)


def address_of(filters: Filters, *, own_client: UUID | None) -> dict[str, list[str]]:
    """`filters` as the query of an address, its period as days so that it means the same tomorrow."""
    query: dict[str, list[str]] = {}
    if filters.client is not None and filters.client != own_client:
        query["client"] = [str(filters.client)]
    if filters.since or filters.until:
        query["period"] = [CUSTOM]
        query |= {name: [day.isoformat()] for name, day in (("since", filters.since), ("until", filters.until)) if day}
    for name, target in NARROWING.items():
        if values := getattr(filters, target):
            query[name] = [str(value) for value in values] if name in IDS else list(values)
    for key, values in filters.custom.items():
        query[f"custom.{key}"] = list(values)
    return query


def _with_query(path: str, query: QueryDict | Mapping[str, Any]) -> str:
    encoded = query.urlencode() if isinstance(query, QueryDict) else urlencode(query, doseq=True)
    return f"{path}?{encoded}" if encoded else path
