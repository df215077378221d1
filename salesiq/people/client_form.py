"""The form of a client: lists are typed as lines, not as JSON."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from salesiq.people.backoffice import TenantForm
from salesiq.people.models import Client, SecondFactor

CHANNEL_WORDS = {"left": 0, "right": 1}


class LinesField(forms.CharField):
    """A list of names, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]


class ChannelMapField(forms.CharField):
    """`source: channel` a line; a channel is left, right or a number from 0."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return (
            "\n".join(f"{source}: {channel}" for source, channel in value.items()) if isinstance(value, dict) else value
        )

    def clean(self, value: Any) -> dict[str, int]:
        lines = [line for line in str(super().clean(value)).splitlines() if line.strip()]
        return dict(self._read(line) for line in lines)

    def _read(self, line: str) -> tuple[str, int]:
        source, colon, channel = (part.strip() for part in line.rpartition(":"))
        number = CHANNEL_WORDS.get(channel.lower(), int(channel) if channel.isdecimal() else None)
        if not colon or not source or number is None or number > 15:
            raise ValidationError(_("“%(line)s” is not of the form “source: left”.") % {"line": line})
        return source, number


class ClientForm(TenantForm):
    product_names = LinesField(
        required=False,
        label=gettext_lazy("Products"),
        help_text=gettext_lazy("One a line. They are listened for in calls."),
    )
    competitor_names = LinesField(
        required=False,
        label=gettext_lazy("Competitors"),
        help_text=gettext_lazy("One a line. They are listened for in calls."),
    )
    agent_channels = ChannelMapField(
        required=False,
        label=gettext_lazy("Agent's channel by source"),
        help_text=gettext_lazy("One a line, such as “pbx: left”: on which channel a source records the agent."),
    )

    second_factor = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Second factor is a must for"),
        choices=SecondFactor.choices,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Whoever has none yet is led to set one up at the next sign-in."),
    )

    class Meta:
        model = Client
        fields = [
            "name",
            "slug",
            "language",
            "time_zone",
            "second_factor",
            "product_names",
            "competitor_names",
            "agent_channels",
        ]

    def clean_second_factor(self) -> str:
        """A form that does not ask leaves it as it is."""
        chosen: str = self.cleaned_data["second_factor"]
        return chosen or self.instance.second_factor

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            raise ValidationError(_("“%(zone)s” is not a time zone. Write it like Europe/Madrid.") % {"zone": zone})
        return zone
