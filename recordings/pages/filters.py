"""The filters at the left of the list of calls. They live in the URL, so that a view of the list can be shared."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from recordings.models import Basis, CallType, ConsentState, Outcome
from recordings.models.call import ENDED, SalesCallQuerySet
from recordings.pages.labels import LANGUAGES
from recordings.selectors import search_calls
from salesiq.people.models import Agent, Team, User

PERIODS = {"1": _("Today"), "7": _("Last 7 days"), "30": _("Last 30 days"), "90": _("Last 90 days")}
STATES = {
    "progress": _("In progress"),
    "published": _("Ready"),
    "failed": _("Failed"),
    "held_back": _("No lawful basis"),
}
# Values that a filter takes over unchanged into a lookup.
PLAIN = {
    "agent": "agent",
    "team": "agent__team",
    "type": "call_type",
    "outcome": "outcome",
    "language": "language",
    "basis": "lawful_basis",
}
NO_CONSENT = "none"


def _choices(anything: Any, choices: Any) -> list[tuple[str, Any]]:
    return [("", anything), *choices]


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
    agent = forms.ModelChoiceField(Agent.objects.none(), label=_("Agent"), required=False, empty_label=_("All agents"))
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("All teams"))
    type = forms.ChoiceField(label=_("Call type"), required=False, choices=_choices(_("All types"), CallType.choices))
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=_choices(_("All outcomes"), Outcome.choices)
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=_choices(_("All languages"), LANGUAGES.items())
    )
    basis = forms.ChoiceField(label=_("Lawful basis"), required=False, choices=_choices(_("Any basis"), Basis.choices))
    consent = forms.ChoiceField(
        label=_("Consent"),
        required=False,
        choices=_choices(_("Any consent"), [*ConsentState.choices, (NO_CONSENT, _("None on record"))]),
    )
    status = forms.ChoiceField(label=_("Status"), required=False, choices=_choices(_("Any status"), STATES.items()))

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, auto_id="filter-%s")
        self._offer("agent", Agent.objects.visible_to(user))
        self._offer("team", Team.objects.visible_to(user))

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

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
        calls = _in_period(calls, chosen)
        if state := chosen.get("status"):
            calls = calls.exclude(status__in=ENDED) if state == "progress" else calls.filter(status=state)
        return search_calls(calls, chosen["q"]) if "q" in chosen else calls


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


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
