"""The filters at the left of the list of calls. They live in the URL, so that a view of the list can be shared."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.dates import WEEKDAYS
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from recordings.models import Basis, CallStatus, CallType, ConsentState, Outcome, Tracker, TrackerHit
from recordings.models.call import IN_PROGRESS, SalesCallQuerySet
from recordings.pages.labels import LANGUAGES
from recordings.selectors import search_calls
from recordings.tracking.selectors import trackers_in_use
from salesiq.people.models import Agent, Client, Team, User

PERIODS = {"1": _("Today"), "7": _("Last 7 days"), "30": _("Last 30 days"), "90": _("Last 90 days")}
STATES = {
    "progress": _("In progress"),
    "published": _("Ready"),
    "failed": _("Failed"),
    "held_back": _("No lawful basis"),
    "counted": _("In the figures"),
}
COUNTED = (CallStatus.PUBLISHED, CallStatus.LOGGED)
# Filters that links from figures set; they have no list to choose from here, and are shown while they narrow.
FROM_FIGURES = ("region", "source", "industry", "hour")
# Values that a filter takes over unchanged into a lookup.
PLAIN = {
    "agent": "agent__in",
    "team": "agent__team__in",
    "client": "client",
    "region": "region__in",
    "source": "source__in",
    # Of the company in the CRM: figures can be narrowed by it, and lead to the calls behind them.
    "industry": "customer__contact__company__industry__in",
    "type": "call_type__in",
    "outcome": "outcome__in",
    "language": "language__in",
    "basis": "lawful_basis",
}
NO_CONSENT = "none"


def _choices(anything: Any, choices: Any) -> list[tuple[str, Any]]:
    return [("", anything), *choices]


class OneOrMore(forms.SelectMultiple):
    """A plain list to choose one from; with several chosen (figures lead to such lists), one that shows them all."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        self.allow_multiple_selected = len(value or ()) > 1
        if self.allow_multiple_selected:
            attrs = {**(attrs or {}), "size": min(6, len(value) + 2)}
        return super().get_context(name, value or [""], attrs)


class ManyField(forms.MultipleChoiceField):
    """Any number of the choices; the empty one is that of all."""

    widget = OneOrMore

    def clean(self, value: Any) -> list[str]:
        found: list[str] = super().clean([each for each in value or [] if each])
        return found


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    widget = OneOrMore

    def __init__(self, rows: QuerySet[Any], *, label: Any, anything: Any) -> None:
        super().__init__(rows, label=label, required=False)
        self.anything = anything

    def offer(self, rows: QuerySet[Any]) -> None:
        self.queryset = rows
        self.choices = [("", self.anything), *((str(row.pk), str(row)) for row in rows)]

    def clean(self, value: Any) -> Any:
        return list(super().clean([each for each in value or [] if each]))


class CallFilters(forms.Form):
    """Everything optional; a value that cannot be read is left out and told next to its field."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Customer, agent, spoken words")}),
    )
    period = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=_choices(_("Any time"), [*PERIODS.items(), ("custom", _("From … to …"))]),
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    client = forms.ModelChoiceField(
        Client.objects.none(), label=_("Client"), required=False, empty_label=_("All clients")
    )
    agent = RowsField(Agent.objects.none(), label=_("Agent"), anything=_("All agents"))
    team = RowsField(Team.objects.none(), label=_("Team"), anything=_("All teams"))
    region = ManyField(label=_("Region"), required=False)
    source = ManyField(label=_("Source"), required=False)
    industry = ManyField(label=_("Industry"), required=False)
    hour = ManyField(label=_("Hour of the week"), required=False)
    type = ManyField(label=_("Call type"), required=False, choices=_choices(_("All types"), CallType.choices))
    outcome = ManyField(label=_("Outcome"), required=False, choices=_choices(_("All outcomes"), Outcome.choices))
    language = ManyField(label=_("Language"), required=False, choices=_choices(_("All languages"), LANGUAGES.items()))
    basis = forms.ChoiceField(label=_("Lawful basis"), required=False, choices=_choices(_("Any basis"), Basis.choices))
    consent = forms.ChoiceField(
        label=_("Consent"),
        required=False,
        choices=_choices(_("Any consent"), [*ConsentState.choices, (NO_CONSENT, _("None on record"))]),
    )
    tracker = RowsField(Tracker.objects.none(), label=_("Tracker"), anything=_("Any words"))
    status = forms.ChoiceField(label=_("Status"), required=False, choices=_choices(_("Any status"), STATES.items()))

    data: MultiValueDict[str, Any]

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(as_lists(data), auto_id="filter-%s")
        self._rows("agent").offer(Agent.objects.visible_to(user))
        self._rows("team").offer(Team.objects.visible_to(user))
        self._offer_trackers(user)
        for name in FROM_FIGURES:
            self._offer_what_is_asked(name)
        if user.client_id is None:
            self._rows("client").queryset = Client.objects.visible_to(user)
        else:
            del self.fields["client"]

    def _rows(self, name: str) -> Any:
        return self.fields[name]

    def _offer_trackers(self, user: User) -> None:
        """Those in use; no list to choose from where there are none."""
        rows = self._trackers(user)
        if rows:
            self._rows("tracker").offer(rows)
        else:
            del self.fields["tracker"]

    def _trackers(self, user: User) -> QuerySet[Tracker]:
        return trackers_in_use(user)

    def _offer_what_is_asked(self, name: str) -> None:
        asked = [value for value in self.data.getlist(name) if value][:20]
        if asked:
            self._rows(name).choices = [("", _("All")), *((value, _label(name, value)) for value in asked)]
        else:
            del self.fields[name]

    @cached_property
    def values(self) -> dict[str, Any]:
        """What was chosen and could be read."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def in_use(self) -> int:
        """How many filters narrow the list; a period of one's own counts once, and only with a day in it."""
        chosen = self.values
        days = {"since", "until"} & chosen.keys()
        idle = chosen.get("period") == "custom" and not days
        return len(chosen.keys() - {"since", "until"}) - idle

    def narrow(self, calls: SalesCallQuerySet) -> SalesCallQuerySet:
        chosen = self.values
        calls = calls.filter(**{lookup: chosen[name] for name, lookup in PLAIN.items() if name in chosen})
        if consent := chosen.get("consent"):
            calls = calls.filter(consent_state="" if consent == NO_CONSENT else consent)
        if trackers := chosen.get("tracker"):
            hits = TrackerHit.objects.filter(tracker__in=trackers, call=OuterRef("pk")).exclude(is_right=False)
            calls = calls.filter(Exists(hits))
        calls = _in_hours(_in_period(calls, chosen), chosen.get("hour", []))
        if state := chosen.get("status"):
            calls = _in_state(calls, state)
        return search_calls(calls, chosen["q"]) if "q" in chosen else calls


def as_lists(data: Any) -> MultiValueDict[str, Any]:
    """A plain mapping as what an address gives."""
    if isinstance(data, MultiValueDict):
        return data
    return MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in data.items()})


def _in_state(calls: SalesCallQuerySet, state: str) -> SalesCallQuerySet:
    if state == "counted":
        return calls.filter(status__in=COUNTED)
    # Named one by one: an index is of use for what a value is, not for what it is not.
    return calls.filter(status__in=IN_PROGRESS) if state == "progress" else calls.filter(status=state)


def _in_period(calls: SalesCallQuerySet, chosen: dict[str, Any]) -> SalesCallQuerySet:
    period = chosen.get("period")
    if period in PERIODS:
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return calls.filter(started_at__gte=midnight - timedelta(days=int(period) - 1))
    if period != "custom":
        return calls
    if since := chosen.get("since"):
        calls = calls.filter(started_at__gte=_midnight(since))
    if until := chosen.get("until"):
        calls = calls.filter(started_at__lt=_midnight(until + timedelta(days=1)))
    return calls


def _hour_of_week(value: str) -> tuple[int, int] | None:
    """Day of the week from Monday = 1 and hour of `5-14`; None where it is none."""
    day, _dash, hour = value.partition("-")
    try:
        found = int(day), int(hour)
    except ValueError:
        return None
    return found if found[0] in range(1, 8) and found[1] in range(24) else None


def _label(name: str, value: str) -> str:
    at = _hour_of_week(value) if name == "hour" else None
    return f"{WEEKDAYS[at[0] - 1]} {at[1]}:00" if at else value


def _in_hours(calls: SalesCallQuerySet, hours: list[str]) -> SalesCallQuerySet:
    """Calls that began in any of these hours of the week, as the clock of the client's office shows them."""
    found = [at for value in hours if (at := _hour_of_week(value))]
    if not found:
        return calls
    any_of = [Q(started_at__iso_week_day=day, started_at__hour=hour) for day, hour in found]
    return calls.filter(Q(*any_of, _connector=Q.OR))


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
