"""The filters at the left of every analytics page. They live in the URL, so that a view can be kept and shared."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.metrics import MISSING
from analytics.pages.choices import IDS, Offer
from analytics.pages.fields import DayField, PickField, PickForm
from analytics.periods import CUSTOM, PERIODS, USUAL, days_of
from analytics.questions import Comparison, Filters
from recordings.models import CallType, Outcome
from recordings.pages.labels import LANGUAGES
from salesiq.people.models import Client

# Names in the address (those of the list of calls) and the field of `Filters` that takes their values.
NARROWING = {
    "agent": "agents",
    "team": "teams",
    "region": "regions",
    "source": "sources",
    "type": "call_types",
    "outcome": "outcomes",
    "language": "languages",
    "product": "products",
    "industry": "industries",
}
TIME = ("period", "since", "until", "compare")
CUSTOM_PREFIX = "custom."
NO_COMPARISON = "none"
OF_ALL = frozenset({"agent", "team", "region", "source", "industry"})
OF_CALLS = frozenset({"agent", "team", "region", "source", "industry", "type", "outcome", "language"})
OF_DEALS = frozenset({"agent", "team", "region", "source", "product", "industry", "custom"})
EVERYTHING = OF_CALLS | OF_DEALS


class AnalyticsFilters(PickForm):
    client = forms.ChoiceField(label=_("Client"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))
    compare = forms.ChoiceField(
        label=_("Compare with"),
        required=False,
        choices=[
            ("", _("The period before")),
            (Comparison.YEAR.value, _("The same days last year")),
            (NO_COMPARISON, _("Nothing")),
        ],
    )
    agent = PickField(label=_("Employees"))
    team = PickField(label=_("Teams"))
    region = PickField(label=_("Regions"))
    source = PickField(label=_("Sources"))
    type = PickField(label=_("Call types"), choices=CallType.choices)
    outcome = PickField(label=_("Outcomes"), choices=Outcome.choices)
    language = PickField(label=_("Languages"), choices=LANGUAGES.items())
    product = PickField(label=_("Products"))
    industry = PickField(label=_("Industries"))

    data: QueryDict

    def __init__(
        self,
        data: QueryDict,
        *,
        offer: Offer,
        today: date,
        shown: frozenset[str] = EVERYTHING,
        clients: Sequence[Client] | None = None,
    ) -> None:
        """`shown` are the filters that mean something on the page; `clients` only for whom no client is given."""
        super().__init__(data, auto_id="filter-%s")
        self.today = today
        # What is usual need not stand in the address.
        unsaid = USUAL if data.get("period") != USUAL else None
        self._choice("period").choices = [("" if key == unsaid else key, label) for key, label in PERIODS.items()]
        self._offer(offer, shown)
        if clients is None:
            del self.fields["client"]
        else:
            offered = [(str(client.pk), client.name) for client in clients]
            self._choice("client").choices = [("", _("Choose a client")), *offered]

    def _choice(self, name: str) -> Any:
        return self.fields[name]

    def _offer(self, offer: Offer, shown: frozenset[str]) -> None:
        for name in NARROWING:
            field = self._choice(name)
            found = offer.people.get(name) or offer.values.get(name)
            if found:
                field.choices = [*found, (MISSING, _("Not said"))]
            if name not in shown or (not field.choices and name not in self.data):
                del self.fields[name]
        if "custom" in shown:
            for key, (label, found) in offer.custom.items():
                self.fields[CUSTOM_PREFIX + key] = PickField(label=label, choices=found)

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        since, until = chosen.get("since"), chosen.get("until")
        if chosen.get("period") == CUSTOM and since and until and until < since:
            self.add_error("until", _("The period ends before it begins. It was left open at this end."))
        return chosen

    @property
    def days(self) -> tuple[date | None, date | None]:
        period = self.value("period", USUAL)
        if period == CUSTOM:
            return self.value("since", None), self.value("until", None)
        return days_of(period, self.today)

    @property
    def comparison(self) -> Comparison | None:
        """None where nothing is to be compared, or the period is open at one side."""
        chosen = self.value("compare")
        if chosen == NO_COMPARISON or None in self.days:
            return None
        return Comparison(chosen or Comparison.PRIOR)

    @property
    def custom(self) -> dict[str, tuple[str, ...]]:
        names = [name for name in self.fields if name.startswith(CUSTOM_PREFIX)]
        return {name.removeprefix(CUSTOM_PREFIX): tuple(self.value(name)) for name in names if self.value(name)}

    def filters(self, client: UUID | None) -> Filters:
        """What was chosen, as a question takes it. `client` is given only where the user has none of their own."""
        since, until = self.days
        chosen: dict[str, Any] = {}
        for name, target in NARROWING.items():
            values = self.value(name, [])
            are_ids = name in IDS
            chosen[target] = tuple(UUID(each) if are_ids and each != MISSING else each for each in values)
        return Filters(since=since, until=until, client=client, custom=self.custom, **chosen)

    @property
    def in_use(self) -> int:
        """How many filters narrow the figures."""
        return sum(1 for name in self.fields if name not in (*TIME, "client") and self.value(name, []))

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the address holds and this page has no field for: it goes along to the next one."""
        return [
            (name, value)
            for name in self.data
            if is_filter(name) and name not in self.fields
            for value in self.data.getlist(name)[:50]
        ]

    @property
    def idle(self) -> str:
        """Labels of filters that the address holds and that do not narrow this page; "" where all do."""
        names = dict.fromkeys(name for name, value in self.carried if value and name not in (*TIME, "client"))
        labels = (self.base_fields[name].label if name in self.base_fields else name.rsplit(".", 1)[-1]
                  for name in names)  # fmt: skip
        return ", ".join(str(label) for label in labels)

    @property
    def query(self) -> QueryDict:
        """The filters of the address without what only one page knows, to take along to another page."""
        return kept_filters(self.data)


def is_filter(name: str) -> bool:
    return name in NARROWING or name in TIME or name == "client" or name.startswith(CUSTOM_PREFIX)


def kept_filters(source: QueryDict) -> QueryDict:
    """Only the filters of an address, and none that is empty."""
    kept = QueryDict(mutable=True)
    for name in source:
        values = [value for value in source.getlist(name) if value]
        if is_filter(name) and values:
            kept.setlist(name, values)
    return kept
