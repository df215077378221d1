"""The form of a scheduled report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.models import Cadence, ReportSchedule, Weekday
from analytics.pages.export_form import WhatForm
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability

HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]
DAYS = [(day, str(day)) for day in range(1, 29)]


class ScheduleForm(WhatForm):
    """What, when, to whom. Only administrators may name addresses outside."""

    name = forms.CharField(label=_("Name"), max_length=80)
    cadence = forms.ChoiceField(label=_("How often"), choices=Cadence.choices)
    weekday = forms.TypedChoiceField(label=_("Day of the week"), choices=Weekday.choices, coerce=int, required=False)
    day = forms.TypedChoiceField(label=_("Day of the month"), choices=DAYS, coerce=int, required=False)
    hour = forms.TypedChoiceField(label=_("Time"), choices=HOURS, coerce=int)
    recipients = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("To"), required=False, widget=forms.CheckboxSelectMultiple
    )
    addresses = forms.CharField(
        label=_("Other addresses"), required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("One a line")
    )

    def __init__(self, *args: Any, user: User, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recipients: Any = self.fields["recipients"]
        people = User.objects.filter(client=client, is_active=True).exclude(email="").order_by("first_name", "username")
        recipients.queryset = people
        recipients.label_from_instance = _named
        if not user.can(Capability.MANAGE_MESSAGES):
            del self.fields["addresses"]

    def apply_to(self, schedule: ReportSchedule) -> None:
        """Set what the form says, but who gets it."""
        values = self.cleaned_data
        for name in ("name", "kind", "cadence", "hour"):
            setattr(schedule, name, values[name])
        schedule.weekday, schedule.day = int(values["weekday"] or 0), int(values["day"] or 1)
        schedule.format, schedule.query = self.file_format, self.whole_query

    @property
    def outside(self) -> list[str]:
        return str(self.cleaned_data.get("addresses", "")).replace(",", "\n").splitlines()


def _named(person: User) -> str:
    name = person.get_full_name() or person.get_username()
    return f"{name} · {person.email}"
