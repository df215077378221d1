"""Forms of the coaching pages. Times are typed in the client's time zone."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recordings.coaching.agenda import Suggestion
from recordings.models import CoachingSession

LOCAL_MINUTE = "%Y-%m-%dT%H:%M"


class MoveForm(forms.Form):
    """What a session is called and when it takes place."""

    title = forms.CharField(label=_("Title"), max_length=200)
    takes_place_at = forms.DateTimeField(
        label=_("When"),
        input_formats=[LOCAL_MINUTE, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format=LOCAL_MINUTE, attrs={"type": "datetime-local"}),
    )

    @classmethod
    def of(cls, session: CoachingSession) -> "MoveForm":
        """With what the session says now."""
        moment = timezone.localtime(session.takes_place_at)
        initial = {"title": session.title, "takes_place_at": moment.strftime(LOCAL_MINUTE)}
        return cls(initial=initial, auto_id="move-%s")


class PlanForm(MoveForm):
    """When and what; the agenda is chosen among suggestions, and by one's own points, one a line."""

    chosen = forms.MultipleChoiceField(label=_("Agenda"), required=False)
    own_points = forms.CharField(
        label=_("Own points, one a line"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, suggestions: list[Suggestion], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "plan-%s", **kwargs})
        chosen = self.fields["chosen"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = [(each.key, each.text) for each in suggestions]

    def lines(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["own_points"].splitlines() if line.strip()]


def next_hour() -> str:
    """Tomorrow at this hour, as the field wants it."""
    moment = timezone.localtime() + timedelta(days=1)
    return moment.replace(minute=0).strftime(LOCAL_MINUTE)
