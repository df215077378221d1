"""What a manager tells about a calibration to be made."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.calibrating.drawing import draw_calls
from recordings.calibrating.services import LEAST_REVIEWERS, MOST_CALLS
from recordings.models import SalesCall, Scorecard
from salesiq.people.models import User
from salesiq.people.roles import CAPABILITIES, Capability

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_REVIEWING = [role for role, capabilities in CAPABILITIES.items() if Capability.REVIEW_CALLS in capabilities]


class CalibrationForm(forms.Form):
    """Calls are named by their addresses or ids, drawn, or both; after `is_valid` they stand in `calls`."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    scorecard = forms.ModelChoiceField(Scorecard.objects.none(), label=gettext_lazy("Scorecard"), empty_label=None)
    reviewers = forms.ModelMultipleChoiceField(
        User.objects.none(), label=gettext_lazy("Reviewers"), widget=forms.CheckboxSelectMultiple
    )
    due_at = forms.DateField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    named = forms.CharField(
        label=gettext_lazy("Calls by address or id"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line; copy addresses from the list of calls."),
    )
    draw = forms.IntegerField(
        label=gettext_lazy("Calls to draw"), required=False, min_value=0, max_value=MOST_CALLS, initial=4,
        help_text=gettext_lazy("Spread over outcomes and scores, so that hard calls are among them."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=gettext_lazy("From the last days"), required=False, min_value=1, max_value=366, initial=30
    )

    def __init__(self, data: Any = None, *, user: User, **values: Any) -> None:
        super().__init__(data, auto_id="calibration-%s", **values)
        self._user = user
        self.calls: list[SalesCall] = []
        cards = Scorecard.objects.visible_to(user).published().order_by("-created_at")
        people = User.objects.visible_to(user).filter(is_active=True, role__in=_REVIEWING).order_by("username")
        for name, rows in (("scorecard", cards), ("reviewers", people)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def clean_reviewers(self) -> Any:
        chosen = self.cleaned_data["reviewers"]
        if len(chosen) < LEAST_REVIEWERS:
            raise forms.ValidationError(_("Choose at least two reviewers: one alone has nobody to compare with."))
        return chosen

    def clean_named(self) -> list[SalesCall]:
        wanted = [UUID(each) for each in dict.fromkeys(_ID.findall(self.cleaned_data["named"]))]
        found = SalesCall.objects.visible_to(self._user).in_bulk(wanted)
        if missing := [str(pk) for pk in wanted if pk not in found]:
            raise forms.ValidationError(
                _("There is no call %(id)s that you may see. Take its line out.") % {"id": missing[0]}
            )
        return [found[pk] for pk in wanted]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        named, count = values.get("named") or [], values.get("draw") or 0
        drawn = draw_calls(user=self._user, count=count + len(named), days=values.get("days") or 30) if count else []
        self.calls = [*named, *[call for call in drawn if call not in named][:count]]
        if not self.calls and "named" not in self.errors:
            self.add_error("draw", _("Name at least one call, or have some drawn. No call of these days is analysed."))
        return values
